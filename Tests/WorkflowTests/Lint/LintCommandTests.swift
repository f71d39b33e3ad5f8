// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@testable import Workflow

/// The program itself: what checks outside the project call.
@Suite("ketenroute workflow lint")
struct LintCommandTests {
    private struct Ended {
        let status: Int32
        let lines: [String]
    }

    private func lint(_ arguments: String...) throws -> Ended {
        let program = LintFixture.root.appending(path: ".build/debug/ketenroute")
        try #require(FileManager.default.fileExists(atPath: program.path), "build the product ketenroute first")
        let process = Process()
        process.executableURL = program
        process.arguments = ["workflow", "lint"] + arguments
        process.currentDirectoryURL = LintFixture.root
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KETENROUTE_") }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, lines: String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    /// Files in a folder of their own, which is removed afterwards.
    private func withFiles<Result>(_ files: [String: String], _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
        return try body(folder)
    }

    @Test("exits 0 and prints nothing for what is shipped")
    func clean() throws {
        let ended = try lint("Workflows/omgangsregeling/omgangsregeling.yaml")
        #expect(ended.status == 0)
        #expect(ended.lines == [])
    }

    @Test("exits 1 with findings of several files, in order of file and place")
    func findings() throws {
        let base = LintPageTests.base
        let first = base.replacing("basis: wmo-4.1.1", with: "basis: wmo").replacing("target: geenHulp }", with: "target: hulp }")
        let files = ["b.yaml": base.replacing("ketenregisseur", with: "regisseur"), "a.yaml": first, "c.yaml": base]
        try withFiles(files) { folder in
            let ended = try lint(folder.path + "/b.yaml", folder.path + "/c.yaml", folder.path + "/a.yaml")
            #expect(ended.status == 1)
            let starts = ["a.yaml:26:12: unknown-basis: ", "a.yaml:39:3: unreachable-state: ", "b.yaml:33:54: unknown-contact: "]
            #expect(ended.lines.count == starts.count)
            for (line, start) in zip(ended.lines, starts) { #expect(line.hasPrefix("\(folder.path)/\(start)"), "\(line)") }
        }
    }

    @Test("exits 2 where a file does not load, and still tells of the others")
    func unloadable() throws {
        try withFiles(["a.yaml": "workflow: a\nstates: 3\n", "b.yaml": LintPageTests.base.replacing("VT-TAAK", with: "VT")]) { folder in
            let ended = try lint(folder.path + "/a.yaml", folder.path + "/b.yaml")
            #expect(ended.status == 2)
            let path = folder.path
            #expect(ended.lines.contains { $0.hasPrefix("\(path)/a.yaml:1:1: does-not-load: 'version' is missing") })
            #expect(ended.lines.contains { $0.hasPrefix("\(path)/a.yaml:2:9: does-not-load: ") })
            #expect(ended.lines.contains { $0.hasPrefix("\(path)/b.yaml:25:14: unknown-purpose: ") })
        }
    }

    @Test("compares with the list of published versions beside the file")
    func published() throws {
        let list = "published:\n  - { workflow: voorbeeld, version: 1, sha256: 00 }\n"
        try withFiles(["a.yaml": LintPageTests.base, "published.yaml": list]) { folder in
            let ended = try lint(folder.path + "/a.yaml")
            #expect(ended.status == 1)
            #expect(ended.lines.first?.hasPrefix("\(folder.path)/a.yaml:2:10: changed-after-publication: ") == true)
        }
    }

    @Test("lists its rules, and asks for files otherwise")
    func usage() throws {
        #expect(try lint("--rules").lines == LintRule.all.map { "\($0.id): \($0.summary)" })
        #expect(try lint().status == 2)
        #expect(try lint("no-such-file.yaml").status == 2)
    }
}
