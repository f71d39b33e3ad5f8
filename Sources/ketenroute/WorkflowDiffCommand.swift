// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Values
import Workflow

/// Tells what is different between two versions of a workflow.
struct WorkflowDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tells in words what is different between two versions of a workflow.",
        discussion: """
            Meaning is compared, not text. + is new, - is gone, ~ has changed; a state that was renamed or moved is told as such where
            it can be recognised.

            Exit code 0: nothing differs. 1: something does. 2: a definition does not load.
            """)

    @Argument(help: "The definition from which.")
    var old: String

    @Argument(help: "The definition to which.")
    var new: String

    @Flag(help: "Print a JSON list of changes.")
    var json = false

    func run() throws {
        let calendars = try ProjectFolders.calendarsWherePresent()
        let diff = WorkflowDiff(
            from: try WorkflowDiff.Version(ProjectFolders.read(old), file: old, calendars: calendars),
            to: try WorkflowDiff.Version(ProjectFolders.read(new), file: new, calendars: calendars))
        if json { print(diff.json.text) } else { for line in diff.lines { print(line) } }
        guard diff.isEmpty else { throw CommandFailure.checkFailed("\(old) and \(new) differ.") }
    }
}
