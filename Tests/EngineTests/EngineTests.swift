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
@Suite("The engine on its store", .serialized, .timeLimit(.minutes(2)))
struct EngineTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let oins = [
        "politie": "00000099000000001000", "veilig-thuis": "00000099000000002000", "rvdk": "00000099000000003000",
        "om": "00000099000000004000", "reclassering": "00000099000000005000",
    ]

    private static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    private func withEngine(_ body: @Sendable (EngineSettings) async throws -> Void) async throws {
        let url = try #require(
            ProcessInfo.processInfo.environment["KETENROUTE_DATABASE_URL"], "KETENROUTE_DATABASE_URL is not set; run Ops/test")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresPool.withPool(PostgresConfiguration(url: url), logger: logger) { pool in
            _ = try await Migrator.migrate(pool)
            let definition = try Self.text("Workflows/omgangsregeling/omgangsregeling.yaml")
            // A name of its own for every run: a published version never changes.
            let name = "test\(UInt32.random(in: .min ... .max))"
            let renamed = definition.replacing("workflow: omgangsregeling\n", with: "workflow: \(name)\n")
            _ = try await WorkflowVersions.publish(name: name, version: 1, definition: renamed, pool: pool)
            let calendar = try WorkCalendar.load(yaml: Self.text("Config/calendars/nl.yaml"), file: "nl.yaml")
            try await body(
                EngineSettings(
                    pool: pool, store: CaseStore(vault: ContentVault(wrappingKey: Array(repeating: 7, count: 32))),
                    library: WorkflowLibrary(pool: pool, calendars: ["nl": calendar]),
                    directory: Directory(yaml: Self.text("Config/partners.yaml"), today: "2026-12-01"),
                    projections: ProjectionRules(yaml: Self.text("Config/projections.yaml")),
                    source: SystemSource(organisation: try #require(OIN("00000099000000009000")), system: "test"), workflow: name))
        }
    }

    private func report(_ reference: String, incident: String = "verhaal") throws -> (PoliceReport, String) {
        let text = try Self.text("Ops/demo.d/reports/1-niet-nagekomen.json").replacing("PL0900-2026000101", with: reference)
            .replacing("De omgang ging voor de derde keer niet door.", with: incident)
        let roles = try PersonRoles(yaml: Self.text("Config/code-lists/jeugdzorgrollen.yaml"), today: "2026-12-01")
        return (try PoliceReport(text, roles: roles), text)
    }

    private func submit(_ settings: EngineSettings) async throws -> UUID {
        let (report, text) = try report("R-\(UUID().uuidString)")
        return try await Intake(settings: settings).submit(report, text: text, at: .now).caseID
    }

    private func message(
        _ event: String, from role: String, caseID: UUID, assignment: Int? = nil, token: String? = nil, data: JSON,
        id: String = UUID().uuidString
    ) throws -> RabbitDelivery {
        let oin = try #require(Self.oins[role].flatMap { OIN($0) })
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
    private func process(_ deliveries: [RabbitDelivery], _ settings: EngineSettings) async throws -> [JSON] {
        let outgoing = try await BatchProcessor(settings: settings).process(deliveries, lane: "routine", at: .now)
        return try outgoing.map { try CloudEvent($0.message.body) }.filter { $0.type == .rejection }.map(\.data)
    }

    /// Answers the open question of a role, with the token of its latest hand-out.
    @discardableResult
    private func answer(_ event: String, from role: String, caseID: UUID, data: JSON, _ settings: EngineSettings) async throws -> [JSON] {
        let open = try await open(caseID, settings)
        let assignment = try #require(open.first { $0.partner == role })
        return try await process(
            [message(event, from: role, caseID: caseID, assignment: assignment.number, token: assignment.token, data: data)], settings)
    }

    private func open(_ caseID: UUID, _ settings: EngineSettings) async throws -> [CaseStore.OpenAssignment] {
        try await settings.pool.withConnection { try await settings.store.openAssignments([caseID], on: $0)[caseID] ?? [] }
    }

    private func summary(_ caseID: UUID, _ settings: EngineSettings) async throws -> History.CaseSummary {
        try #require(try await settings.pool.withConnection { try await History.summary(of: caseID, on: $0) })
    }

    private func close(_ caseID: UUID, _ settings: EngineSettings) async throws {
        for role in ["politie", "rvdk", "om", "reclassering"] {
            try await answer("bekendheidBeantwoord", from: role, caseID: caseID, data: ["bekend": false], settings)
        }
        try await answer(
            "veiligheidsbeoordelingAfgerond", from: "veilig-thuis", caseID: caseID,
            data: ["uitkomst": "VT-00", "grond": "g", "besluitnemer": "b", "motivering": "m"], settings)
    }

    @Test("the same report is the same case, and its reference with another report is refused")
    func duplicateReport() async throws {
        try await withEngine { settings in
            let reference = "R-\(UUID().uuidString)"
            let (report, text) = try report(reference)
            let first = try await Intake(settings: settings).submit(report, text: text, at: .now)
            let second = try await Intake(settings: settings).submit(report, text: text, at: .now)
            #expect(first.caseID == second.caseID && second.isDuplicate)
            let (other, otherText) = try self.report(reference, incident: "anders")
            let error = await #expect(throws: Problem.self) {
                try await Intake(settings: settings).submit(other, text: otherText, at: .now)
            }
            #expect(error?.code == "StUF016")
        }
    }

    @Test("a late message to a closed case is refused and leaves it closed")
    func closedStaysClosed() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            try await close(caseID, settings)
            #expect(try await summary(caseID, settings).status == "closed")
            let refused = try await process(
                [message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:])], settings)
            #expect(refused.map { $0["title"] } == ["event-not-awaited"])
            let after = try await summary(caseID, settings)
            #expect(after.status == "closed")
            #expect(after.safetyHolder == "veilig-thuis")
        }
    }

    @Test("a message that comes twice is applied once; its id with other content is refused")
    func duplicateMessage() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            let id = UUID().uuidString
            let first = try message("acuteOnveiligheidGesignaleerd", from: "rvdk", caseID: caseID, data: [:], id: id)
            #expect(try await process([first, first], settings).isEmpty)
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            #expect(events.count == 2)
            let other = try message("acuteOnveiligheidGesignaleerd", from: "rvdk", caseID: caseID, data: ["toelichting": "t"], id: id)
            #expect(try await process([other], settings).map { $0["title"] } == ["StUF016"])
        }
    }

    @Test("an answer with an old token, without a token, or of somebody else is told and changes nothing")
    func fencing() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            let assignment = try #require(try await open(caseID, settings).first { $0.partner == "om" })
            let stale = try message(
                "bekendheidBeantwoord", from: "om", caseID: caseID, assignment: assignment.number, token: "0.old", data: ["bekend": true])
            let without = try message("bekendheidBeantwoord", from: "om", caseID: caseID, data: ["bekend": true])
            let stranger = try message(
                "bekendheidBeantwoord", from: "rvdk", caseID: caseID, assignment: assignment.number, token: assignment.token,
                data: ["bekend": true])
            let codes = try await process([stale, without, stranger], settings).map { $0["title"] }
            #expect(codes == ["token-verouderd", "schema-ongeldig", "ONBEVOEGD"])
            #expect(try await open(caseID, settings).contains { $0.number == assignment.number })
        }
    }

    @Test("one bad message in a batch is refused alone")
    func badMessageInBatch() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            let open = try await open(caseID, settings)
            let om = try #require(open.first { $0.partner == "om" })
            let rvdk = try #require(open.first { $0.partner == "rvdk" })
            let bad = try message(
                "bekendheidBeantwoord", from: "om", caseID: caseID, assignment: om.number, token: om.token,
                data: ["bekend": true, "extra": 1])
            let good = try message(
                "bekendheidBeantwoord", from: "rvdk", caseID: caseID, assignment: rvdk.number, token: rvdk.token, data: ["bekend": true])
            #expect(try await process([bad, good], settings).count == 1)
            let numbers = try await self.open(caseID, settings).map(\.number)
            #expect(numbers.contains(om.number) && !numbers.contains(rvdk.number))
        }
    }

    @Test("a message that names no partner is shown to operators, and the rest of its batch goes on")
    func unreadable() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            let good = try message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:])
            let body = Array("onleesbaar \(UUID().uuidString)".utf8)
            let bad = RabbitDelivery(
                message: RabbitMessage(body: body), exchange: "", routingKey: "nowhere", isRedelivered: false, tag: 2, generation: 1)
            try await process([bad, good], settings)
            let incidents = try await settings.pool.withConnection { try await History.incidents(limit: 1_000, on: $0) }
            #expect(incidents.contains { $0["detail"]?.stringValue?.contains(body.digest.hexadecimal) == true })
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            #expect(events.count == 2)
        }
    }

    @Test(
        "only a fault of the message itself parks it; what is wrong for the moment puts it back",
        arguments: [
            (PostgresError(.connectionLost, "gone"), true), (PostgresError(.commitOutcomeUnknown, "gone"), true),
            (PostgresError(.acquireTimeout, "none free"), true), (PostgresError(.server, "no space", sqlState: "53100"), true),
            (PostgresError(.server, "shutting down", sqlState: "57P01"), true),
            (PostgresError(.checkViolation, "no", sqlState: "23514"), false),
            (PostgresError(.decoding, "no"), false), (CaseStoreError.revisionChanged, true), (CaseStoreError.keyMissing, false),
            (CancellationError(), true), (ConfigurationError("nobody to ask"), false),
        ] as [(any Error, Bool)])
    func passingFailures(error: any Error, isPassing: Bool) { #expect(PassingFailure.includes(error) == isPassing) }

    @Test("after the last hand-out the partner's latest token still counts")
    func lastTokenCounts() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            var now = Instant.now
            // The workflow allows eight hand-outs; the ninth sweep finds no other left.
            for _ in 0..<7 {
                now = now.adding(.seconds(4 * 3_600))
                _ = try await HandOut(settings: settings).again(caseID, at: now)
            }
            let last = try await open(caseID, settings).map(\.token)
            now = now.adding(.seconds(4 * 3_600))
            #expect(try await HandOut(settings: settings).again(caseID, at: now).isEmpty)
            #expect(try await open(caseID, settings).map(\.token) == last)
            #expect(
                try await answer("bekendheidBeantwoord", from: "om", caseID: caseID, data: ["bekend": true], settings).isEmpty)
        }
    }

    @Test("no personal content stands in the clear in any table, and every message has its disclosure")
    func contentIsSealed() async throws {
        try await withEngine { settings in
            let secret = "geheim-\(UUID().uuidString)"
            let (report, text) = try report("R-\(UUID().uuidString)", incident: secret)
            let receipt = try await Intake(settings: settings).submit(report, text: text, at: .now)
            let dump = Statement(
                "test_dump",
                """
                select string_agg(t, ' ') as everything from (
                    select row_to_json(c)::text from cases c union all select row_to_json(e)::text from event e
                    union all select row_to_json(r)::text from report r union all select row_to_json(a)::text from assignment a
                    union all select row_to_json(d)::text from disclosure d union all select row_to_json(i)::text from inbox i
                    union all select encode(sealed, 'escape') from content union all select encode(sealed, 'escape') from outbox
                ) as rows (t)
                """)
            let everything = try await settings.pool.withConnection {
                try await $0.query(dump).first?.decode("everything", as: String.self)
            }
            #expect(everything?.contains(secret) == false)
            #expect(everything?.contains("999996708") == false)
            let undisclosed = Statement(
                "test_undisclosed",
                """
                select count(*) as messages,
                       count(*) filter (where not exists (
                           select from disclosure d where d.case_id = o.case_id and d.message_id = o.message_id)) as undisclosed
                  from outbox o
                 where o.case_id = $1
                """)
            let row = try #require(try await settings.pool.withConnection { try await $0.query(undisclosed, receipt.caseID).first })
            #expect(try row.decode("messages", as: Int64.self) == 4)
            #expect(try row.decode("undisclosed", as: Int64.self) == 0)
        }
    }

    @Test("the chain holds, and a changed event is found")
    func chain() async throws {
        try await withEngine { settings in
            let caseID = try await submit(settings)
            try await close(caseID, settings)
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            let head = try #require(events.last).storedDigest
            #expect(History.check(events, head: head, revision: Int64(events.count)).isEmpty)
            #expect(!History.check(Array(events.dropLast()), head: head, revision: Int64(events.count)).isEmpty)
            var swapped = events
            swapped.swapAt(0, 1)
            #expect(!History.check(swapped, head: head, revision: Int64(events.count)).isEmpty)
        }
    }

    @Test("the chains are found whole while cases go on moving")
    func chainWhileMoving() async throws {
        try await withEngine { settings in
            let moving = Task {
                for _ in 0..<20 { try await close(submit(settings), settings) }
            }
            for _ in 0..<20 {
                let (_, faults) = try await History.verify(settings.pool)
                #expect(faults.isEmpty)
            }
            try await moving.value
        }
    }
}
