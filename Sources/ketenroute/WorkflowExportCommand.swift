// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Workflow

/// Writes a workflow in a form that other tools read.
struct WorkflowExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a workflow as SCXML or as an XState machine.",
        discussion: """
            The chart is carried over whole: states, regions, history, transitions, guards, actions. What the other language has no word
            for (tasks, terms, sources, who may say what) goes along: in SCXML as elements and attributes of the namespace
            \(SCXMLExport.namespace), in XState under 'meta'. Guards stay CEL.
            """)

    enum Language: String, ExpressibleByArgument, CaseIterable {
        case scxml, xstate
    }

    @Argument(help: "The definition.")
    var file: String

    @Option(help: "scxml (W3C SCXML 1.0) or xstate (XState v5, JSON).")
    var to: Language

    func run() throws {
        let definition = try Definition.load(
            ProjectFolders.read(file), file: file, calendars: ProjectFolders.calendarsWherePresent())
        switch to {
        case .scxml: print(definition.scxml, terminator: "")
        case .xstate: print(definition.xstate, terminator: "")
        }
    }
}
