// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Engine
import Foundation
import PostgreSQL
import Values

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Shows cases, by pseudonym.", subcommands: [List.self, Show.self, HistoryOf.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the newest cases.")

        @OptionGroup var connection: Connection
        @Option(help: "How many.") var limit = 50
        @Flag(help: "Print one JSON object a line.") var json = false

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit is a number of cases, 0 or more.") }
        }

        func run() async throws {
            let limit = limit
            let cases = try await connection.withPool { pool in
                try await pool.withConnection { try await History.cases(limit: limit, on: $0) }
            }
            for summary in cases { print(json ? summary.json.text : summary.line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows where a case stands.")

        @OptionGroup var connection: Connection
        @Argument(help: "The case's identifier.") var id: String
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let caseID = try CaseCommand.identifier(id)
            let (summary, reports) = try await connection.withPool { pool in
                try await pool.withConnection { connection in
                    (try await History.summary(of: caseID, on: connection), try await History.reports(of: caseID, on: connection))
                }
            }
            guard let summary else { throw CommandFailure.wrongInput("there is no case \(id)") }
            if json { return print(summary.json(with: reports).text) }
            print(summary.line)
            print("  reports: \(reports.count)")
            for related in reports.relatedCases { print("  the same household: \(related.uuidString.lowercased())") }
            for (path, outcome) in (summary.state["outcomes"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                print("  \(path): \(outcome.stringValue ?? "")")
            }
        }
    }

    struct HistoryOf: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "Tells a case's route in the order of time: who said what, who was asked what.")

        @OptionGroup var connection: Connection
        @Argument(help: "The case's identifier.") var id: String
        @Flag(help: "Print one JSON object a line.") var json = false

        func run() async throws {
            let caseID = try CaseCommand.identifier(id)
            let library = WorkflowLibrary(calendars: try ProjectFolders.calendars())
            let (events, route) = try await connection.withPool { pool in
                try await pool.withConnection { connection in
                    guard let summary = try await History.summary(of: caseID, on: connection) else {
                        throw CommandFailure.wrongInput("there is no case \(caseID.uuidString.lowercased())")
                    }
                    return (
                        try await History.events(of: caseID, on: connection),
                        try await CaseRoute.read(summary, library: library, on: connection)
                    )
                }
            }
            for line in json ? events.map(\.record.json.text) : route.entries.flatMap(\.lines) { print(line) }
        }
    }

    fileprivate static func identifier(_ text: String) throws -> UUID {
        guard let id = UUID(uuidString: text) else { throw CommandFailure.wrongInput("'\(text)' is no case identifier") }
        return id
    }
}

struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "What the engine could not settle itself.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists open incidents, the latest first.")

        @OptionGroup var connection: Connection
        @Flag(help: "Print one JSON object a line.") var json = false

        func run() async throws {
            let incidents = try await connection.withPool { pool in
                try await pool.withConnection { try await History.incidents(limit: 100, on: $0) }
            }
            for incident in incidents {
                print(
                    json
                        ? incident.text
                        : "\(incident["count"]?.text ?? "")× \(incident["kind"]?.stringValue ?? ""): \(incident["detail"]?.stringValue ?? "")"
                )
            }
        }
    }
}

extension History.CaseSummary {
    var line: String {
        let configuration = (state["configuration"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " ")
        return "\(caseID.uuidString.lowercased())  \(status)  \(configuration)"
    }
}

extension CaseRoute.Entry {
    /// For a terminal: what happened, and indented below it what came of it.
    fileprivate var lines: [String] {
        let codes = codes.isEmpty ? "" : " (\(codes.joined(separator: "; ")))"
        let name = who.padding(toLength: max(13, who.count), withPad: " ", startingAt: 0)
        let indent = String(repeating: " ", count: 21)
        return ["\(at)  \(name) \(what)\(codes)"] + consequences.map { "\(indent)→ \($0)" }
            + entered.map { "\(indent)  nu in: \($0)" }
    }
}
