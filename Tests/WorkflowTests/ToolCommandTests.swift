// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

/// The program itself: what checks outside the project call.
@Suite("ketenroute workflow test, draw, export, diff and mutate")
struct ToolCommandTests {
    private struct Ended {
        let status: Int32
        let output: String
        let complaints: String
    }

    private func run(_ arguments: [String], path: String? = nil) throws -> Ended {
        let program = ShippedWorkflow.root.appending(path: ".build/debug/ketenroute")
        try #require(FileManager.default.fileExists(atPath: program.path), "build the product ketenroute first")
        let process = Process()
        process.executableURL = program
        process.arguments = ["workflow"] + arguments
        process.currentDirectoryURL = ShippedWorkflow.root
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KETENROUTE_") }
        if let path { process.environment?["PATH"] = path }
        let complaints = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
        try Data().write(to: complaints)
        defer { try? FileManager.default.removeItem(at: complaints) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
            complaints: try String(contentsOf: complaints, encoding: .utf8))
    }

    /// A folder of its own with a small workflow and its scenarios; `*` in an argument stands for the folder.
    private func run(_ arguments: [String], with files: [String: String]) throws -> Ended {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tools-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try run(arguments.map { $0.replacing("*", with: folder.path) })
    }

    private static let workflow = """
        workflow: klein
        version: 1
        events: { ga: { from: [x] } }
        states:
          a: { on: { ga: b } }
          b: { type: final }
          c: { type: final }
        """
    private static let passing = """
        scenario: Gaat
        report: { at: 2026-12-01 10:00 }
        course: [{ x says: ga, then: { in: b } }]
        """

    @Test(
        "test exits 0 where all pass, 1 where something differs, 2 where a file does not load",
        arguments: [
            ("*/w.yaml", passing, 0, "pass     Gaat", ""),
            ("*/scenarios/s.yaml", passing, 0, "1 scenario: 1 pass, 0 differ, 0 pending", ""),
            ("*/w.yaml", passing.replacing("in: b", with: "in: c"), 1, "/scenarios/s.yaml:3: in\n    - c\n    + b\n", "expected"),
            ("*/w.yaml", passing + "\npending: Nog niet.", 0, "pending  Gaat: Nog niet.", ""),
            ("*/w.yaml", passing.replacing("in: b", with: "in: d, closd: true"), 2, "1 not read", "/scenarios/s.yaml:3:36: no state 'd'"),
            ("*/none.yaml", passing, 2, "1 not read", "none.yaml: cannot be read"),
            ("*/other.yaml", passing, 2, "1 not read", "neither a scenario nor a workflow"),
        ] as [(String, String, Int32, String, String)])
    func test(argument: String, scenario: String, status: Int32, output: String, complaint: String) throws {
        let files = ["w.yaml": Self.workflow, "scenarios/s.yaml": scenario, "other.yaml": "a: 1"]
        let ended = try run(["test", argument], with: files)
        #expect(ended.status == status)
        #expect(ended.output.contains(output))
        #expect(complaint.isEmpty ? ended.complaints.isEmpty : ended.complaints.contains(complaint))
        // Everything that is wrong is told at once.
        if complaint.contains("no state") { #expect(ended.complaints.contains("then has no 'closd'")) }
    }

    @Test("draw writes each format, and says what to do where dot is not there")
    func draw() throws {
        for (format, start) in [("dot", "digraph workflow {"), ("mermaid", "stateDiagram-v2")] {
            let ended = try run(["draw", ShippedWorkflow.file, "--format", format])
            #expect(ended.status == 0 && ended.output.hasPrefix(start), "\(format)")
        }
        let ended = try run(["draw", ShippedWorkflow.file], path: "/nonexistent")
        #expect(ended.status == 69)
        #expect(ended.complaints.contains("apt-get install graphviz"))
    }

    @Test("draw writes SVG", .enabled(if: DrawingTests.hasDot, "dot is not installed"))
    func svg() throws {
        let ended = try run(["draw", ShippedWorkflow.file])
        #expect(ended.status == 0)
        #expect(try XMLTree.parse(Data(ended.output.utf8)).name == "svg")
    }

    @Test("export writes either language and knows no other")
    func export() throws {
        #expect(try XMLTree.parse(Data(run(["export", ShippedWorkflow.file, "--to", "scxml"]).output.utf8)).name == "scxml")
        #expect(try JSON.parse(run(["export", ShippedWorkflow.file, "--to", "xstate"]).output)["id"] == "omgangsregeling")
        #expect(try run(["export", ShippedWorkflow.file, "--to", "uml"]).status == 2)
    }

    @Test("diff exits 0 where nothing differs and 1 where something does, in words or JSON")
    func diff() throws {
        let files = ["a.yaml": Self.workflow, "b.yaml": Self.workflow.replacing("ga: b", with: "ga: c")]
        #expect(try run(["diff", "*/a.yaml", "*/a.yaml"], with: files).status == 0)
        let words = try run(["diff", "*/a.yaml", "*/b.yaml"], with: files)
        #expect(words.status == 1)
        #expect(words.output == "a\n  ~ state a\n      rule on ga: target: b → c\n")
        let json = try run(["diff", "*/a.yaml", "*/b.yaml", "--json"], with: files)
        #expect(json.status == 1)
        #expect(try JSON.parse(json.output).arrayValue?.first?["subject"] == "state a")
    }

    @Test("mutate exits 0 only where every mutant is noticed or explained")
    func mutate() throws {
        let mutate = ["mutate", "*/w.yaml", "--without", "lint", "--without", "verify"]
        var files = ["w.yaml": Self.workflow, "scenarios/s.yaml": Self.passing]
        let noticed = try run(mutate, with: files)
        #expect(noticed.status == 0)
        #expect(noticed.output == "2 mutants: 2 caught by test, 0 equivalent, 0 unexplained\n")
        files["scenarios/s.yaml"] = Self.passing.replacing("in: b", with: "not in: a")
        let survived = try run(mutate, with: files)
        #expect(survived.status == 1)
        #expect(survived.output.contains("SURVIVES") && survived.output.contains("a/on/ga/0/retarget/c"))
        files["mutants.yaml"] = "mutants: { a/on/ga/0/retarget/c: Both are an end. }"
        #expect(try run(mutate, with: files).status == 0)
        files["scenarios/s.yaml"] = Self.passing.replacing("in: b", with: "in: c")
        #expect(try run(mutate, with: files).status == 2)
    }
}
