// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Engine
import Foundation
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import Values
import Workflow

/// What the benchmarks of the whole chain run against. The scripts in `Ops/bench.d` start it and say by the environment where it is.
struct ChainSettings: Sendable {
    static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    let database: PostgresConfiguration
    let broker: RabbitConfiguration

    init() throws {
        database = try PostgresConfiguration(url: ChainSettings.variable("KETENROUTE_DATABASE_URL"), poolSize: 8)
        broker = try RabbitConfiguration(url: ChainSettings.variable("KETENROUTE_BROKER_URL"))
    }

    static func variable(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else { throw Failure(description: "\(name) is not set") }
        return value
    }

    /// - Throws: ``Failure`` where the variable is there and is no number of 1 or more.
    static func number(_ name: String, otherwise: Int) throws -> Int {
        guard let text = ProcessInfo.processInfo.environment[name] else { return otherwise }
        guard let number = Int(text), number > 0 else { throw Failure(description: "\(name) should be a whole number of 1 or more") }
        return number
    }

    func engine(_ pool: PostgresPool, workflow: String) throws -> EngineSettings {
        func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        let file = try ChainSettings.variable("KETENROUTE_CONTENT_KEY_FILE")
        guard let oin = OIN("00000099000000009000"),
            let key = Data(base64Encoded: try text(file).trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw Failure(description: "the key for personal content is not base64") }
        let calendar = try WorkCalendar.load(yaml: text("Config/calendars/nl.yaml"), file: "nl.yaml")
        return try EngineSettings(
            pool: pool, store: CaseStore(vault: ContentVault(wrappingKey: Array(key))),
            library: WorkflowLibrary(calendars: ["nl": calendar]),
            directory: Directory(yaml: text("Config/partners.yaml")),
            projections: ProjectionRules(yaml: text("Config/projections.yaml")),
            legalBases: LegalBases(yaml: text("Config/legal-bases.yaml")),
            households: HouseholdRecognition(rules: HouseholdRules(yaml: text("Config/households.yaml")), key: Array(key)),
            source: SystemSource(organisation: oin, system: "bench"), workflows: [workflow])
    }

    struct Failure: Error, CustomStringConvertible { let description: String }
}

/// Reports like those of the demonstration, each under a reference of its own.
struct SampleReports: Sendable {
    private let text: String
    private let roles: PersonRoles
    private let run = UInt32.random(in: .min ... .max)

    init() throws {
        text = try String(contentsOfFile: "Ops/demo.d/reports/1-niet-nagekomen.json", encoding: .utf8)
        roles = try PersonRoles(
            yaml: String(contentsOfFile: "Config/code-lists/jeugdzorgrollen.yaml", encoding: .utf8), today: "2026-12-01")
    }

    func report(_ number: Int, isAcute: Bool = false) throws -> ReceivedReport {
        let text = text.replacing(/"referentienummer": "[^"]*"/, with: "\"referentienummer\": \"bench-\(run)-\(number)\"")
            // A household of its own, or all reports would stand in one case.
            .replacing(/"bsn": "[^"]*"/, with: "\"vreemdelingennummer\": \"\(run)-\(number)\"")
            .replacing("Voorbeeld\"", with: "Voorbeeld \(run) \(number)\"")
        let report = ReceivedReport(try PoliceReport(text, roles: roles), identity: Array(text.utf8))
        return isAcute ? report.raisedToAcute() : report
    }
}
