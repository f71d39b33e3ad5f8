// SPDX-License-Identifier: EUPL-1.2

import Foundation

@testable import Workflow

/// The workflow that ships, for tests of the tools around workflows.
enum ShippedWorkflow {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let file = "Workflows/omgangsregeling/omgangsregeling.yaml"

    static func text() throws -> String { try String(contentsOf: root.appending(path: file), encoding: .utf8) }

    static func calendars() throws -> [String: WorkCalendar] {
        let yaml = try String(contentsOf: root.appending(path: "Config/calendars/nl.yaml"), encoding: .utf8)
        return ["nl": try WorkCalendar.load(yaml: yaml, file: "nl.yaml")]
    }

    static func definition() throws -> Definition {
        try Definition.load(text(), file: "omgangsregeling.yaml", calendars: calendars())
    }

    /// The scenarios beside it, by name.
    static func scenarios() throws -> [(file: String, text: String)] {
        let folder = root.appending(path: "Workflows/omgangsregeling/scenarios")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { $0.hasSuffix(".yaml") }.map { file in
            (file, try String(contentsOf: folder.appending(path: file), encoding: .utf8))
        }
    }

    /// The shipped definition and every public conformance case, with their names.
    static func allDefinitions() throws -> [(name: String, text: String, definition: Definition)] {
        let shipped = ("omgangsregeling", try text(), try definition())
        return [shipped]
            + (try ConformanceFolder.files(in: "statechart", suffix: ".workflow.json").map { file in
                let text = try String(contentsOf: file, encoding: .utf8)
                return (file.lastPathComponent, text, try Definition.load(text, file: file.lastPathComponent))
            })
    }
}
