// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Foundation
import PostgreSQL
import Values
import Workflow

/// Draws a workflow, with the way of one case on it where one is named.
struct WorkflowDrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draws a workflow.",
        discussion: """
            The drawing goes to standard output. SVG is made by the program dot of Graphviz; in DOT and Mermaid the drawing is text
            and needs nothing. With --case the way that the case went is lit and the state in which it is stands out; that reads the
            case's history from the database.

            Exit code 2: the workflow does not load, or is another version than the case's. 69: dot or the database is not there.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case svg, dot, mermaid
    }

    @OptionGroup var connection: Connection

    @Argument(help: "The definition.")
    var file: String

    @Option(name: .customLong("case"), help: "The identifier of a case whose way is drawn.")
    var caseID: String?

    @Option(help: "svg, dot or mermaid.")
    var format = Format.svg

    func run() async throws {
        let definition = try Definition.load(
            ProjectFolders.read(file), file: file, calendars: ProjectFolders.calendarsWherePresent())
        let path = try await casePath(in: definition)
        switch format {
        case .dot: print(definition.dot(path: path), terminator: "")
        case .mermaid: print(definition.mermaid(path: path), terminator: "")
        case .svg: FileHandle.standardOutput.write(try Graphviz.svg(from: definition.dot(path: path)))
        }
    }

    private func casePath(in definition: Definition) async throws -> CasePath? {
        guard let caseID else { return nil }
        guard let id = UUID(uuidString: caseID) else { throw CommandFailure.wrongInput("'\(caseID)' is no case identifier") }
        let stored = try await connection.withPool { pool in
            try await pool.withConnection { connection in
                (try await History.summary(of: id, on: connection), try await History.events(of: id, on: connection))
            }
        }
        guard let summary = stored.0 else { throw CommandFailure.wrongInput("there is no case \(caseID)") }
        guard summary.workflow == definition.name, summary.version == definition.version else {
            throw CommandFailure.wrongInput(
                "the case runs on \(summary.workflow) version \(summary.version), and \(file) is \(definition.name) "
                    + "version \(definition.version); draw it on its own version")
        }
        do {
            let receivedAt = summary.state["receivedAt"]?.stringValue.flatMap { Instant($0) }
            return try CasePath.replay(stored.1.map { try CasePath.Happening($0.record, receivedAt: receivedAt) }, in: definition)
        } catch let error as CasePathError {
            throw CommandFailure.wrongInput("\(error); is \(file) the text that was published?")
        }
    }
}

extension CasePath.Happening {
    /// - Parameter receivedAt: when the case's report was received, which its first event does not say.
    init(_ record: EventRecord, receivedAt: Instant?) throws {
        let kind: Kind
        switch record.kind {
        case .report: kind = .report(receivedAt: receivedAt ?? record.recordedAt)
        case .message: kind = .message(name: record.name, sender: record.sender)
        case .deadline:
            let fired = record.effects.arrayValue?.first { $0["effect"] == "fireDeadline" }?["number"]?.integerValue
            guard let number = fired else { throw CommandFailure.wrongInput("event \(record.number) does not say which term passed") }
            kind = .deadline(Int(number))
        }
        self.init(
            kind: kind, at: record.recordedAt, data: record.data,
            configuration: (record.configuration.arrayValue ?? []).compactMap(\.stringValue))
    }
}
