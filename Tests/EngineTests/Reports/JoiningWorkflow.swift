// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ

/// A workflow as small as one can be in which reports join: an assessment, a hand-over, monitoring, and danger beside them.
enum JoiningWorkflow {
    static let text = """
        workflow: NAME
        version: 1
        calendar: nl
        report:
          acuut: { type: boolean, required: true }
        facts:
          urgentie: { type: enum, values: [normaal, acuut], initial: normaal }
          zicht: { type: enum, values: [politie, veilig-thuis, lokaal-team], initial: politie }
        safetySight: zicht
        danger: gevaar
        joined: gevoegd
        events:
          gevaar: { from: [politie, veilig-thuis], sets: { urgentie: "'acuut'" } }
          gevoegd:
            from: [politie, veilig-thuis]
            data: { acuut: { type: boolean, required: true } }
            sets: { urgentie: "data.acuut ? 'acuut' : facts.urgentie" }
          beoordeeld: { from: [veilig-thuis], data: { verslag: { type: text } }, sets: { zicht: "'veilig-thuis'" } }
          aanvaard: { from: [veilig-thuis], sets: { zicht: "'lokaal-team'" } }
          losgelaten: { from: [om], sets: { zicht: "null" } }
          veilig: { from: [veilig-thuis] }
          gered: { from: [politie] }
          opnieuw: { internal: true }
        tasks:
          beoordeel:
            { to: veilig-thuis, answers: [beoordeeld], shows: [melding, kinderen, ouders, adresFormeel], purpose: VT-TAAK, basis: wmo-4.1.1 }
          draagOver: { to: veilig-thuis, answers: [aanvaard], shows: [kinderen], purpose: VT-TAAK, basis: wmo-4.1.1 }
          grijpIn:
            { to: politie, lane: acute, answers: [gered], shows: [kinderen, adresFeitelijk, adresFormeel], purpose: VEILIGHEID, basis: avg-6-1-d }
        type: parallel
        states:
          hoofd:
            initial: beoordeling
            states:
              beoordeling:
                task: beoordeel
                due: { in: 5 working-days, from: [opnieuw, report.receivedAt], actions: [{ escalate: ketenregisseur }] }
                on: { beoordeeld: { target: overdracht, actions: [{ notify: { to: reporters, what: beoordeeld } }] }, gevoegd: {} }
              overdracht: { task: draagOver, on: { aanvaard: monitoring, gevoegd: {} } }
              monitoring:
                on:
                  gevoegd: { target: beoordeling, actions: [{ raise: opnieuw }, { notify: { to: veilig-thuis, what: gevoegd } }] }
                  veilig: klaar
                  losgelaten: {}
              klaar: { type: final, outcome: VEILIG }
          acuut:
            initial: rust
            states:
              rust:
                always: [{ guard: "active('hoofd.klaar')", target: over }, { guard: "report.acuut && facts.urgentie == 'normaal'", target: alarm }]
                on: { gevaar: { target: alarm, lane: acute } }
              alarm:
                entry: [{ alarm: politie }, { set: { urgentie: "'acuut'" } }]
                task: grijpIn
                on: { gered: rust }
              over: { type: final }

        """

    /// The text without what lets reports join.
    static let apart = text.replacing("joined: gevoegd\n", with: "")
}

extension EngineSettings {
    @discardableResult
    func submit(_ report: ReceivedReport, at now: Instant = .now) async throws -> Intake.Receipt {
        try await Intake(settings: self, logger: EngineSettings.silent).submit(report, at: now)
    }

    /// A report about a household, changed by hand.
    static func report(household: String, replacing changes: [(String, String)] = []) throws -> ReceivedReport {
        let (_, text) = try report("R-\(UUID().uuidString)", household: household)
        return try parse(changes.reduce(text) { $0.replacing($1.0, with: $1.1) }).0
    }

    static var household: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// The first column of what a query gives about a case, as text.
    func texts(_ sql: String, of caseID: UUID) async throws -> [String] {
        let statement = Statement("test_texts_\(abs(sql.hashValue))", "select found.value::text from (\(sql)) as found (value)")
        return try await pool.withConnection { try await $0.query(statement, caseID).map { try $0.decode("value") } }
    }

    func events(of caseID: UUID) async throws -> [EventRecord] {
        try await pool.withConnection { try await History.events(of: caseID, on: $0) }.map(\.record)
    }

    /// The messages in the outbox that are for a role, opened and left where they are.
    func waiting(for role: String, of caseID: UUID) async throws -> [CloudEvent] {
        struct Seen: Error { let messages: [(caseID: UUID, message: CaseChange.Message)] }
        var events: [CloudEvent] = []
        for lane in ["acute", "routine"] {
            do {
                try await pool.withTransaction { connection in
                    // Later than any claim.
                    let now = Instant.now.adding(.seconds(400 * 86_400))
                    throw Seen(messages: try await store.claim(lane: lane, at: now, limit: 100_000, on: connection).messages)
                }
            } catch let seen as Seen {
                for (id, message) in seen.messages where id == caseID && message.routingKey == "\(lane).\(role)" {
                    events.append(try CloudEvent(message.body))
                }
            }
        }
        return events.sorted { $0.id < $1.id }
    }
}
