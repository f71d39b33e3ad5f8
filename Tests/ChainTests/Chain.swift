// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Foundation
import Glibc
import Logging
import PostgreSQL
import Testing
import Values

/// A whole chain for one test: the built programs as processes of their own, on a database that is made for the test, and a
/// virtual host of the broker that has the partners' real users and permissions.
actor Chain {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let partners = [
        "politie": "00000099000000001000", "veilig-thuis": "00000099000000002000", "rvdk": "00000099000000003000",
        "om": "00000099000000004000", "reclassering": "00000099000000005000", "college": "00000099000000006000",
    ]

    nonisolated let pool: PostgresPool
    nonisolated let environment: [String: String]
    private var processes: [String: Process] = [:]

    private init(pool: PostgresPool, environment: [String: String]) {
        self.pool = pool
        self.environment = environment
    }

    /// Makes the database, publishes the workflow, runs the body, and ends everything that the body has started.
    static func run(_ body: @Sendable (Chain) async throws -> Void) async throws {
        let given = ProcessInfo.processInfo.environment
        let owner = try #require(given["KETENROUTE_DATABASE_URL"], "KETENROUTE_DATABASE_URL is not set; run Ops/test")
        let name = "chain_\(UInt32.random(in: .min ... .max))"
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresPool.withPool(PostgresConfiguration(url: owner), logger: logger) { admin in
            try await admin.withConnection { try await $0.simple("create database \(name)") }
            let database = try #require(owner.range(of: "/", options: .backwards).map { owner[..<$0.upperBound] + name })
            var environment = given
            environment["KETENROUTE_DATABASE_URL"] = String(database)
            environment["KETENROUTE_DATABASE_OWNER_URL"] = String(database)
            for (variable, url) in given where variable.hasSuffix("BROKER_URL") && !variable.contains("_TEST_") {
                environment[variable] = url.replacing(/\/ketenroute(-test)?$/, with: "/ketenroute-chain-test")
            }
            // Short leases: a partner that is killed is missed soon.
            environment["KETENROUTE_LANES_ROUTINE_LEASE_SECONDS"] = "3"
            environment["KETENROUTE_LANES_ACUTE_LEASE_SECONDS"] = "3"
            let prepared = environment
            do {
                try await PostgresPool.withPool(PostgresConfiguration(url: String(database)), logger: logger) { pool in
                    let chain = Chain(pool: pool, environment: prepared)
                    try chain.command("db", "migrate")
                    try chain.command("workflow", "publish", "Workflows/omgangsregeling/omgangsregeling.yaml")
                    do {
                        try await body(chain)
                    } catch {
                        await chain.endAll()
                        throw error
                    }
                    await chain.endAll()
                }
            } catch {
                try await admin.withConnection { try await $0.simple("drop database \(name) with (force)") }
                throw error
            }
            try await admin.withConnection { try await $0.simple("drop database \(name) with (force)") }
        }
    }

    // MARK: Processes

    func startEngine(_ name: String = "engine") throws { try start(name, "ketenroute", ["engine"]) }

    func startPartners() throws { for partner in Chain.partners.keys { try startPartner(partner) } }

    func startPartner(_ partner: String) throws {
        try start(
            partner, "ketenroute-partner",
            ["--partner", partner, "--oin", Chain.partners[partner] ?? "", "--desk", "auto:Ops/demo.d/desks/\(partner).json"])
    }

    /// Starts the console on a free port and waits until it listens.
    func startConsole() async throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "console-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Chain.process("ketenroute", ["console", "--port", "0"], environment)
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.nullDevice
        try process.run()
        processes["console"] = process
        while process.isRunning {
            let text = try String(contentsOf: file, encoding: .utf8)
            if text.hasSuffix("\n"), let url = URL(string: text.trimmingCharacters(in: .whitespacesAndNewlines)) { return url }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChainError.ended("console")
    }

    /// SIGKILL: no time for anything.
    func kill(_ name: String) {
        guard let process = processes.removeValue(forKey: name) else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM: finish what is at hand and go.
    ///
    /// - Returns: the exit code.
    func terminate(_ name: String) -> Int32? {
        guard let process = processes.removeValue(forKey: name) else { return nil }
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    private func start(_ name: String, _ program: String, _ arguments: [String]) throws {
        let process = Chain.process(program, arguments, environment)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        processes[name] = process
    }

    private func endAll() { for name in Array(processes.keys) { kill(name) } }

    // MARK: Commands

    struct Output: Sendable {
        let code: Int32
        let out: String
        let error: String
    }

    /// Runs a command of `ketenroute` to its end.
    @discardableResult
    nonisolated func command(_ arguments: String...) throws -> Output {
        try Chain.command(arguments, environment)
    }

    static func command(
        _ arguments: [String], _ environment: [String: String], program: String = "ketenroute"
    ) throws -> Output {
        let process = Chain.process(program, arguments, environment)
        let folder = FileManager.default.temporaryDirectory.appending(path: "ketenroute-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Into files: nobody has to read along while it runs.
        let (out, error) = (folder.appending(path: "out"), folder.appending(path: "error"))
        for file in [out, error] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: error)
        try process.run()
        process.waitUntilExit()
        return Output(
            code: process.terminationStatus, out: try String(contentsOf: out, encoding: .utf8),
            error: try String(contentsOf: error, encoding: .utf8))
    }

    private static func process(_ program: String, _ arguments: [String], _ environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = root.appending(path: ".build/debug/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    // MARK: Reports

    /// A report of the demo, in JSON or in the police's own XML, with the outcomes that it has to reach.
    struct Sample: Sendable {
        let name: String
        let text: String
        let expected: JSON

        /// The same under a reference of its own and about a household of its own, or it would join the case of another run.
        func with(reference: String) -> String {
            text.replacing(/"referentienummer": "[^"]*"/, with: "\"referentienummer\": \"\(reference)\"")
                .replacing(/:referentienummer>[^<\n]+</, with: ":referentienummer>\(reference)<")
                .replacing(/\b99999\d{4}\b/) { Sample.bsn(in: reference, for: String($0.0)) }
                .replacing(/"huisnummer": "[^"]*"/, with: "\"huisnummer\": \"\(Sample.digits(of: reference))\"")
                .replacing(/:aoa.huisnummer>[^<\n]+</, with: ":aoa.huisnummer>\(Sample.digits(of: reference) % 10_000)<")
        }

        /// A number that nobody has: those from 900000000 are not given out. Another one for each run, and the same within it.
        static func bsn(in reference: String, for original: String) -> String {
            let digits = String(digits(of: "\(reference) \(original)") % 10_000_000)
            let body = "9" + String(repeating: "0", count: 7 - digits.count) + digits
            let sum = zip(body.utf8, [9, 8, 7, 6, 5, 4, 3, 2]).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
            // A remainder of ten is no digit, so that number is nobody's at all; its neighbour will do.
            return sum % 11 < 10 ? body + String(sum % 11) : bsn(in: reference + "+", for: original)
        }

        private static let run = UInt64.random(in: .min ... .max)

        private static func digits(of text: String) -> UInt64 {
            text.utf8.reduce(run) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } >> 20
        }
    }

    static func samples() throws -> [Sample] {
        let folder = root.appending(path: "Ops/demo.d/reports")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { file in
            guard !file.hasSuffix(".expected.json") else { return nil }
            let name = (file as NSString).deletingPathExtension
            let expected = try String(contentsOf: folder.appending(path: "\(name).expected.json"), encoding: .utf8)
            return Sample(
                name: name, text: try String(contentsOf: folder.appending(path: file), encoding: .utf8), expected: try JSON.parse(expected))
        }
    }

    /// Hands a sample in under a reference of its own.
    nonisolated func submit(_ sample: Sample, reference: String) throws -> UUID {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try sample.with(reference: reference).write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try command("report", "submit", file.path)
        return try #require(
            UUID(uuidString: output.out.trimmingCharacters(in: .whitespacesAndNewlines)),
            "submit ended with \(output.code): \(output.error)")
    }

    nonisolated func outcomes(of caseID: UUID) async throws -> JSON? {
        let summary = try await pool.withConnection { try await History.summary(of: caseID, on: $0) }
        return summary?.status == "closed" ? summary?.state["outcomes"] : nil
    }

    nonisolated func count(_ sql: String) async throws -> Int64 {
        let statement = Statement("chain_count_\(abs(sql.hashValue))", sql)
        return try await pool.withConnection { try await $0.query(statement).first?.decode("count", as: Int64.self) ?? -1 }
    }
}

enum ChainError: Error {
    case ended(String)
}
