// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages
import Testing

/// `ketenroute report submit` as its users have it. It is told of no database, so that a report that is right ends where it would
/// be stored, and with that in words.
@Suite("ketenroute report submit", .timeLimit(.minutes(2)))
struct SubmitCommandTests {
    private static let badInput: [(name: String, content: String, expected: String)] = [
        ("melding.json", "<a/>", "line 1: / the root element should be vtMeldingDi01"),
        ("melding.xml", "{ \"zender\": 1 }", "line 1: /zender should be an OIN"), ("melding", "", "the report is no JSON: line 1"),
        ("melding", "<!DOCTYPE a>", "line 1: / may not have a document type"), ("melding", "999996708", "line 1: / should be an object"),
        ("melding", String(repeating: " ", count: 10_000_000), "te-groot: a report has at most 1048576 bytes"),
    ]

    @Test("what is not right ends with 2 and says why, whatever the file is called", arguments: badInput)
    func bad(name: String, content: String, expected: String) throws {
        let result = try submit(content, named: name)
        #expect(result.code == 2)
        #expect(result.output.isEmpty)
        #expect(result.error.contains(expected), "\(result.error)")
        #expect(!result.error.contains("999996708"))
    }

    @Test("a report that is right goes on to the database, in either notation")
    func good() throws {
        for file in ["Ops/demo.d/reports/9-stuf.xml", "Ops/demo.d/reports/1-niet-nagekomen.json"] {
            let result = try submit(Checkout.text(file), named: "melding")
            #expect(result.code == 2)
            #expect(result.error.contains("KETENROUTE_DATABASE_URL"), "\(result.error)")
        }
    }

    @Test("a file that is not there ends with 2")
    func missing() throws { #expect(try run("/nowhere/melding.xml").code == 2) }

    private func submit(_ content: String, named name: String) throws -> (code: Int32, output: String, error: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: name)
        try Data(content.utf8).write(to: file)
        return try run(file.path)
    }

    private func run(_ path: String) throws -> (code: Int32, output: String, error: String) {
        let binary = Checkout.root.appending(path: ".build/debug/ketenroute")
        try #require(FileManager.default.fileExists(atPath: binary.path), "build the product ketenroute first")
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "output")
        let error = folder.appending(path: "error")
        for file in [output, error] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = binary
        process.arguments = ["report", "submit", path]
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KETENROUTE_") }
        process.currentDirectoryURL = Checkout.root
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8), try String(contentsOf: error, encoding: .utf8)
        )
    }
}
