// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Workflow

/// Runs scenarios: what a workflow is expected to do, written down in order of time.
struct WorkflowTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs scenarios against workflows with a simulated clock.",
        discussion: """
            A scenario tells what is said by whom and when, and what must then be true; Workflows/SCENARIOS.md describes the language.
            A definition stands for all scenarios in the folder 'scenarios' beside it.

            Exit code 0: all pass, or wait for the workflow to grow. 1: something differs; it is shown as a diff at its place.
            2: a file does not load.
            """)

    @Argument(help: "Scenario files, or definitions.")
    var files: [String]

    func run() throws {
        var source = try ScenarioFiles()
        var counts = Counts()
        for file in files {
            do {
                let entries = try source.entries(for: file)
                if entries.isEmpty { throw CommandFailure.wrongInput("\(file): has no scenarios beside it in 'scenarios'") }
                for entry in entries { try run(entry, &source, &counts) }
            } catch let failure as CommandFailure {
                counts.unreadable.append(failure.message)
            } catch let error as DefinitionError {
                counts.unreadable.append(error.description)
            }
        }
        print(counts.summary)
        guard counts.unreadable.isEmpty else { throw CommandFailure.wrongInput(counts.unreadable.joined(separator: "\n")) }
        guard counts.differing == 0 else { throw CommandFailure.checkFailed("The workflow does not do what was expected of it.") }
    }

    private func run(_ entry: ScenarioFiles.Entry, _ source: inout ScenarioFiles, _ counts: inout Counts) throws {
        do {
            let (scenario, definition) = try source.load(entry)
            let verdict = scenario.run(definition)
            counts.count(verdict)
            for line in scenario.lines(verdict) { print(line) }
        } catch let error as DefinitionError where error.file == entry.path {
            // The other scenarios can still be run; what is wrong with this one is told with all else at the end.
            counts.unreadable.append(error.description)
        }
    }

    private struct Counts {
        var passed = 0
        var pending = 0
        var differing = 0
        var unreadable: [String] = []

        mutating func count(_ verdict: Scenario.Verdict) {
            switch verdict {
            case .passed: passed += 1
            case .pending: pending += 1
            case .differs: differing += 1
            }
        }

        var summary: String {
            let total = passed + pending + differing
            let loaded = "\(total) scenario\(total == 1 ? "" : "s"): \(passed) pass, \(differing) differ, \(pending) pending"
            return unreadable.isEmpty ? loaded : loaded + ", \(unreadable.count) not read"
        }
    }
}
