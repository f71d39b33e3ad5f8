// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("The list of sources")
struct SourceListTests {
    private static let workflow = """
        workflow: w
        version: 1
        sources:
          wet: Een wet, artikel 1
          protocol: { text: Een protocol, unverified: true }
          vergeten: Een brief
        events:
          e: { from: [a], sets: { f: "true" }, source: wet }
        facts: { f: { type: boolean } }
        states:
          s:
            due: [{ in: 5 minutes, actions: [{ note: n }], source: protocol }]
            on: { e: { target: t, source: wet } }
          t: { type: final }
        """

    @Test("each source of a workflow with what rests on it; what rests on one that nobody could read is not verified")
    func workflow() throws {
        var list = SourceList()
        try list.read(yaml: Self.workflow, file: "w.yaml")
        #expect(list.sources.map(\.name) == ["wet", "protocol", "vergeten"])
        #expect(list.sources.map { $0.uses.map(\.path) } == [["events.e", "states.s.on.e"], ["states.s.due.1"], []])
        #expect(list.unverified.map(\.path) == ["states.s.due.1"])
        #expect(list.unverified.first?.position.line == 12)
        #expect(list.lines.contains("    nothing rests on it"))
        // A definition with such a source loads, and its text is the source's.
        #expect(try Definition.load(Self.workflow, file: "w.yaml").sources["protocol"] == "Een protocol")
    }

    @Test("a file of Config: sources written out, and marks with their places")
    func config() throws {
        var list = SourceList()
        try list.read(
            yaml: """
                entries:
                  - { id: a, bron: Wet X }
                  - id: b
                    unverified: true
                    bron: Wet X
                  - { id: c, unverified: false, bron: Wet Y }
                """, file: "c.yaml")
        #expect(list.sources.map { $0.uses.map(\.path) } == [["entries.a", "entries.b"], ["entries.c"]])
        #expect(list.unverified.map { "\($0.position.line) \($0.path)" } == ["4 entries.b"])
    }

    @Test("of the shipped files no mark is lost: as many are listed as a search of the texts finds")
    func shipped() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let config = root.appending(path: "Config")
        let files = try #require(FileManager.default.enumerator(at: config, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
        var list = SourceList()
        var marks = 0
        for file in files where file.pathExtension == "yaml" {
            let text = try String(contentsOf: file, encoding: .utf8)
            try list.read(yaml: text, file: file.lastPathComponent)
            marks += text.split(separator: "\n").count { line in
                !line.trimmingCharacters(in: .whitespaces).hasPrefix("#") && line.contains("unverified: true")
            }
        }
        #expect(marks > 10 && list.unverified.count == marks)
    }

    @Test("a source that is neither a text nor a text with a mark does not load")
    func wrong() {
        let text = Self.workflow.replacing("{ text: Een protocol, unverified: true }", with: "{ titel: Een protocol }")
        let error = #expect(throws: DefinitionError.self) { try Definition.load(text, file: "w.yaml") }
        #expect(error?.description.contains("'text' is missing") == true)
    }
}
