// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ
@testable import Workflow

/// Against a real PostgreSQL; what the broker would carry is handed over directly.
extension EngineSettings {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let oins = [
        "politie": "00000099000000001000", "veilig-thuis": "00000099000000002000", "rvdk": "00000099000000003000",
        "om": "00000099000000004000", "reclassering": "00000099000000005000", "college": "00000099000000006000",
    ]

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// Runs a test on settings like an engine's, with the shipped workflow under a name of its own.
    ///
    /// - Parameter workflows: texts to publish instead of the shipped workflow; each is called NAME in its text, with a number behind
    ///   it where there are several: NAME1, NAME2.
    static func run(
        _ workflows: [String]? = nil, _ body: @Sendable (EngineSettings) async throws -> Void
    ) async throws {
        let url = try #require(
            ProcessInfo.processInfo.environment["KETENROUTE_DATABASE_URL"], "KETENROUTE_DATABASE_URL is not set; run Ops/test")
        let logger = silent
        try await PostgresPool.withPool(PostgresConfiguration(url: url), logger: logger) { pool in
            _ = try await Migrator.migrate(pool)
            let calendar = try WorkCalendar.load(yaml: text("Config/calendars/nl.yaml"), file: "nl.yaml")
            let definitions =
                try workflows ?? [text("Workflows/omgangsregeling/omgangsregeling.yaml").replacing("omgangsregeling\n", with: "NAME\n")]
            // A name of its own for every run: a published version never changes.
            let name = "test\(UInt32.random(in: .min ... .max))"
            var names: [String] = []
            for text in definitions.map({ $0.replacing("workflow: NAME", with: "workflow: \(name)") }) {
                let definition = try Definition.load(text, file: name, calendars: ["nl": calendar])
                _ = try await WorkflowVersions.publish(name: definition.name, version: definition.version, definition: text, pool: pool)
                if !names.contains(definition.name) { names.append(definition.name) }
            }
            try await body(
                EngineSettings(
                    pool: pool, store: CaseStore(vault: ContentVault(wrappingKey: Array(repeating: 7, count: 32))),
                    library: WorkflowLibrary(calendars: ["nl": calendar]),
                    directory: Directory(yaml: text("Config/partners.yaml")),
                    projections: ProjectionRules(yaml: text("Config/projections.yaml")),
                    legalBases: LegalBases(yaml: text("Config/legal-bases.yaml")),
                    households: HouseholdRecognition(
                        rules: HouseholdRules(yaml: text("Config/households.yaml")), key: Array(repeating: 9, count: 32)),
                    source: SystemSource(organisation: try #require(OIN("00000099000000009000")), system: "test"), workflows: names))
        }
    }

    /// A report about a household of its own, unless one is named.
    static func report(
        _ reference: String, incident: String = "verhaal", household: String = String(UInt64.random(in: .min ... .max), radix: 36)
    ) throws -> (ReceivedReport, String) {
        let text = try text("Ops/demo.d/reports/1-niet-nagekomen.json").replacing("PL0900-2026000101", with: reference)
            .replacing("De omgang ging voor de derde keer niet door.", with: incident)
            .replacing("\"huisnummer\": \"1\"", with: "\"huisnummer\": \"\(household)\"")
        return try parse(text.replacing(/"bsn": "99999(\d{4})"/) { "\"vreemdelingennummer\": \"\(household)\($0.1)\"" })
    }

    static func parse(_ text: String) throws -> (ReceivedReport, String) {
        let roles = try PersonRoles(yaml: self.text("Config/code-lists/jeugdzorgrollen.yaml"), today: "2026-12-01")
        return (ReceivedReport(try PoliceReport(text, roles: roles), identity: Array(text.utf8)), text)
    }

    func submit() async throws -> UUID {
        let (report, _) = try EngineSettings.report("R-\(UUID().uuidString)")
        return try await Intake(settings: self, logger: EngineSettings.silent).submit(report, at: .now).caseID
    }

    static func message(
        _ event: String, from role: String, caseID: UUID, assignment: Int? = nil, token: String? = nil, data: JSON,
        id: String = UUID().uuidString
    ) throws -> RabbitDelivery {
        let oin = try #require(oins[role].flatMap { OIN($0) })
        let reference = assignment.map { Assignment.Reference(caseID: caseID.uuidString.lowercased(), number: $0) }
        let envelope = CloudEvent(
            id: id, source: SystemSource(organisation: oin, system: "werkplek"), type: MessageType(eventName: event),
            time: Instant(seconds: 1_800_000_000), data: PartnerStatement(assignment: reference, token: token, data: data).json,
            caseID: caseID.uuidString.lowercased())
        return RabbitDelivery(
            message: RabbitMessage(body: try envelope.encoded()), exchange: Addresses.fromPartners, routingKey: "routine.\(role).x",
            isRedelivered: false, tag: 1, generation: 1)
    }

    @discardableResult
    func process(_ deliveries: [RabbitDelivery]) async throws -> [JSON] {
        let processor = BatchProcessor(settings: self)
        let now = Instant.now
        let outgoing = try await processor.process(processor.arrivals(in: deliveries, lane: .routine, at: now), at: now)
        return try outgoing.map { try CloudEvent($0.message.body) }.filter { $0.type == .rejection }.map(\.data)
    }

    /// Answers the open question of a role, with the token of its latest hand-out.
    @discardableResult
    func answer(_ event: String, from role: String, caseID: UUID, data: JSON) async throws -> [JSON] {
        let open = try await open(caseID)
        let assignment = try #require(open.first { $0.partner == role })
        return try await process(
            [EngineSettings.message(event, from: role, caseID: caseID, assignment: assignment.number, token: assignment.token, data: data)])
    }

    func open(_ caseID: UUID) async throws -> [CaseStore.OpenAssignment] {
        try await pool.withConnection { try await store.openAssignments([caseID], on: $0)[caseID] ?? [] }
    }

    func summary(_ caseID: UUID) async throws -> History.CaseSummary {
        try #require(try await pool.withConnection { try await History.summary(of: caseID, on: $0) })
    }

    func close(_ caseID: UUID) async throws {
        try await answer("betrokkenenGeinformeerd", from: "veilig-thuis", caseID: caseID, data: ["besluitnemer": "b"])
        for role in ["politie", "rvdk", "om", "reclassering"] {
            try await answer("bekendheidBeantwoord", from: role, caseID: caseID, data: ["bekend": false])
        }
        try await answer(
            "veiligheidsbeoordelingAfgerond", from: "veilig-thuis", caseID: caseID,
            data: ["uitkomst": "VT-00", "grond": "g", "besluitnemer": "b", "motivering": "m"])
    }
}
