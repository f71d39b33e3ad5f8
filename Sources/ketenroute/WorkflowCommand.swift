// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Foundation
import Values
import Workflow

struct WorkflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow", abstract: "Tools for those who write workflows.",
        subcommands: [
            WorkflowLintCommand.self, Verify.self, Simulate.self, WorkflowTestCommand.self, WorkflowDrawCommand.self,
            WorkflowExportCommand.self,
            WorkflowDiffCommand.self, WorkflowMutateCommand.self, WorkflowSourcesCommand.self, Publish.self,
        ])

    /// Makes a version known to engines, for ever in this form.
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes a version of a workflow.")

        @OptionGroup var connection: Connection

        @Argument(help: "The definition.")
        var file: String

        func run() async throws {
            let text = try ProjectFolders.read(file)
            let definition = try Definition.load(text, file: file, calendars: ProjectFolders.calendars())
            do {
                let isNew = try await connection.withPool { pool in
                    try await WorkflowVersions.publish(
                        name: definition.name, version: definition.version, definition: text, pool: pool)
                }
                print("\(definition.name) version \(definition.version) \(isNew ? "is published" : "was published before").")
            } catch let error as WorkflowVersionError {
                throw CommandFailure.checkFailed(error.description)
            }
        }
    }

    /// Runs a definition without a database, a broker or a clock.
    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts a case and sends it events, printing where it stands after each.",
            discussion: """
                An event is NAME or NAME=JSON with the event's data. It is sent by the first role that may send it; NAME@ROLE or
                NAME@ROLE=JSON names another. The name of a term, due.STATE.N with N counted from 0, lets that term pass.
                """)

        @Argument(help: "The definition.")
        var file: String

        @Option(name: .customLong("event"), help: "An event, NAME[@ROLE][=JSON]; may be given again and again.")
        var events: [String] = []

        @Option(help: "The report that starts the case, a JSON object of codes.")
        var report = "{}"

        @Option(help: "When everything happens, in RFC 3339.")
        var at = "2026-12-01T09:00:00Z"

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            let definition = try Definition.load(
                ProjectFolders.read(file), file: file, calendars: ProjectFolders.calendarsWherePresent())
            guard let now = Instant(at) else { throw CalendarCommandError.notAnInstant(at) }
            let fields = try parse(report, "--report")
            var simulation = Simulation(definition: definition, now: now)
            do {
                try show(simulation.start(report: ReportFacts(receivedAt: now, fields: fields)))
            } catch let fault as Fault {
                throw CommandFailure.checkFailed("\(file): \(fault)")
            }
            for event in events {
                let parts = event.split(separator: "=", maxSplits: 1)
                let data = parts.count == 2 ? try parse(String(parts[1]), "--event") : .object([:])
                // The data may hold an @, so that a role is looked for before the first =.
                let names = (parts.first ?? "").split(separator: "@", maxSplits: 1)
                try show(simulation.send(String(names.first ?? ""), from: names.count == 2 ? String(names[1]) : nil, data: data))
            }
        }

        private func parse(_ text: String, _ option: String) throws -> JSON {
            do {
                return try JSON.parse(text)
            } catch {
                throw CommandFailure.wrongInput("\(option): \(error)")
            }
        }

        private func show(_ line: JSON) throws {
            guard !json else { return print(line.text) }
            let configuration = (line["configuration"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
            print("\(line["event"]?.stringValue ?? "start"): \(configuration)")
            if let rejected = line["rejected"] { print("  refused: \(rejected.text)") }
            for effect in line["effects"]?.arrayValue ?? [] { print("  \(effect.text)") }
        }
    }
}
