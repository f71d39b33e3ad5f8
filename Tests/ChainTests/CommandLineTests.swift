// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@Suite("The command line", .timeLimit(.minutes(3)))
struct CommandLineTests {
    @Test("a service that cannot be reached ends with 69 and says what to try")
    func unreachable() throws {
        var environment = ProcessInfo.processInfo.environment
        environment["KETENROUTE_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
        let output = try Chain.command(["case", "list"], environment)
        #expect(output.code == 69)
        #expect(output.error.contains("Ops/services status"))
    }

    @Test(
        "what is wrong with a setting is told with its name, and nothing starts",
        arguments: [
            (["KETENROUTE_LANES_ACUTE_PREFETCH": "many"], "lanes.acute.prefetch"),
            (["KETENROUTE_DATABASE_ROUTINE_CONNECTIONS": "0"], "database.routineConnections"),
            (["KETENROUTE_CONTENT_KEY": "c2hvcnQ="], "32, in base64"),
            (["KETENROUTE_IDENTITY_OIN": "123"], "identity.oin"), (["KETENROUTE_CONTENT_KEY_FILE": "/nowhere"], "/nowhere"),
        ] as [([String: String], String)])
    func wrongSetting(variables: [String: String], name: String) throws {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { _, given in given }
        let output = try Chain.command(["engine"], environment)
        #expect(output.code == 2)
        #expect(output.error.contains(name), "\(output.error)")
    }

    @Test("a key that nobody knows in the file of settings is refused")
    func unknownKey() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Chain.root.appending(path: "Config"), to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "lanes:\n  acute:\n    prefetsh: 1\n".write(to: folder.appending(path: "ketenroute.yaml"), atomically: true, encoding: .utf8)
        var environment = ProcessInfo.processInfo.environment
        environment["KETENROUTE_CONFIG"] = folder.path
        let output = try Chain.command(["case", "list"], environment)
        #expect(output.code == 2)
        #expect(output.error.contains("lanes.acute.prefetsh"))
    }

    @Test("a folder of settings that is not there is told with the variable that names it")
    func missingFolder() throws {
        let environment = ProcessInfo.processInfo.environment.merging(["KETENROUTE_CONFIG": "/nowhere"]) { _, given in given }
        for arguments in [
            ["case", "list"], ["calendar", "due", "--from", "2026-12-24T10:00:00+01:00", "--in", "5 working-days"], ["engine"],
        ] {
            let output = try Chain.command(arguments, environment)
            #expect(output.code == 2)
            #expect(output.error.contains("KETENROUTE_CONFIG"), "\(output.error)")
        }
    }

    @Test("a database without the schema can be reached, so it is no 69, and the remedy is told")
    func noSchema() throws {
        var environment = ProcessInfo.processInfo.environment
        let url = try #require(environment["KETENROUTE_DATABASE_URL"].flatMap { URL(string: $0) })
        environment["KETENROUTE_DATABASE_URL"] = url.deletingLastPathComponent().appending(path: "postgres").absoluteString
        let output = try Chain.command(["case", "list"], environment)
        #expect(output.code == 2)
        #expect(output.error.contains("ketenroute db migrate"), "\(output.error)")
    }

    @Test("fewer cases than none is wrong usage")
    func negativeLimit() throws {
        #expect(try Chain.command(["case", "list", "--limit=-1"], ProcessInfo.processInfo.environment).code == 2)
    }

    @Test(
        "a partner's worker ends with 2 on wrong usage or input",
        arguments: [
            [], ["--partner", "om", "--desk", "nonsense"],
            ["--partner", "om", "--oin", "00000099000000004000", "--broker", "amqp://x@127.0.0.1:1/x", "--desk", "auto:/dev/null"],
            ["--partner", "om", "--oin", "00000099000000004000", "--broker", "nonsense", "--desk", "exec:true"],
        ] as [[String]])
    func partnerUsage(arguments: [String]) throws {
        let output = try Chain.command(arguments, ProcessInfo.processInfo.environment, program: "ketenroute-partner")
        #expect(output.code == 2)
        #expect(output.out.isEmpty && !output.error.isEmpty)
    }

    @Test("a report that is none names element and line, and nothing is stored")
    func badReport() async throws {
        try await Chain.run { chain in
            let sample = try #require(try Chain.samples().first)
            let spoiled = sample.text.replacing("\"acuut\": false", with: "\"acuut\": \"nee\"")
            try #require(spoiled != sample.text)
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
            try spoiled.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let output = try chain.command("report", "submit", file.path)
            #expect(output.code == 2)
            #expect(output.error.contains("/acuut"))
            #expect(output.error.contains("line "))
            #expect(try await chain.count("select count(*) from cases") == 0)
            #expect(try await chain.count("select count(*) from inbox") == 0)
        }
    }
}
