// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PostgreSQL
import Testing
import Values

/// A sound case is broken in one way after the other, as only the owner of the database can, and each time the doctor has to say
/// what is broken and where.
@Suite("The doctor", .timeLimit(.minutes(4)))
struct DoctorTests {
    /// A change of the case `$case` that breaks an invariant.
    struct Damage: Sendable {
        let invariant: String
        let sql: String

        init(_ invariant: String, _ sql: String) {
            self.invariant = invariant
            self.sql = sql
        }
    }

    private static func event(_ kind: String, _ name: String, sender: String, number: Int, effects: String = "[]", assignment: Int? = nil)
        -> String
    {
        """
        insert into event (case_id, number, recorded_at, kind, name, sender, source, message_id, assignment, data, configuration, effects,
                           previous, digest)
        values ('$case', \(number), now(), '\(kind)', '\(name)', \(sender), 'test', 'test-\(number)', \(assignment.map(String.init) ?? "null"),
                '{}', '[]', '\(effects)', sha256('x'), sha256('x'));
        """
    }

    private static let answered = #"[{"effect": "answerAssignment", "number": 1}]"#

    static let damages = [
        Damage("N1", "delete from assignment; delete from deadline; update cases set state = jsonb_set(state, '{configuration}', '[]')"),
        Damage("N2", "update outbox set created_at = now() - interval '1 hour', claimed_until = now() - interval '1 hour'"),
        Damage("N2", "update assignment set retry_at = now() - interval '1 hour' where number = 1"),
        Damage("N2", "update content_key set wrapped = null, destroyed_at = now() where subject = 'zaak'"),
        Damage(
            "N3",
            """
            insert into event (case_id, number, recorded_at, kind, name, sender, source, message_id, data, configuration, effects, previous, digest)
            select case_id, 99, recorded_at, kind, name, sender, source, message_id, data, configuration, effects, previous, digest
              from event where number = 1
            """),
        Damage(
            "N3",
            event("message", "bekendheidBeantwoord", sender: "'om'", number: 97, effects: answered, assignment: 1)
                + event("message", "bekendheidBeantwoord", sender: "'om'", number: 98, effects: answered, assignment: 1)),
        Damage("N3", "update assignment set token = '9.stale' where number = 1"),
        Damage(
            "N3",
            "create temporary table again as select * from report; update again set case_id = gen_random_uuid(); "
                + "insert into report select * from again"),
        Damage("N4", "update cases set chain_head = sha256('x')"),
        Damage("N4", "update cases set revision = revision + 1"),
        Damage("N4", "delete from event"),
        Damage("N5", "update cases set safety_holder = null"),
        Damage("N5", "update cases set safety_holder = 'om'"),
        Damage("N6", "update disclosure set legal_basis = 'omdat-het-kan'"),
        Damage("N6", "update disclosure set groups = array['alles']"),
        Damage("N6", "delete from disclosure"),
        Damage("N7", "update deadline set due_at = now() - interval '1 day'"),
        Damage(
            "N7",
            event("deadline", "termijn 1", sender: "null", number: 97) + event("deadline", "termijn 1", sender: "null", number: 98)),
        Damage("N8", "update outbox set lane = 'acute', created_at = now() - interval '2 minutes'"),
        Damage("N8", "update assignment set lane = 'acute'"),
        Damage("N9", event("message", "veiligheidsbeoordelingAfgerond", sender: "'rvdk'", number: 97)),
        Damage("N9", event("message", "veiligheidsbeoordelingAfgerond", sender: "null", number: 97)),
        Damage("N9", event("deadline", "termijn 1", sender: "null", number: 97, effects: #"[{"effect": "outcome"}]"#)),
        Damage("N10", "update cases set status = 'closed'"),
    ]

    private static let tables = ["cases", "event", "report", "assignment", "deadline", "outbox", "content_key", "disclosure"]

    private func run(_ sql: String, _ chain: Chain) async throws {
        try await chain.pool.withConnection { try await $0.simple(sql) }
    }

    /// The checks that do not hold, with the cases that they name.
    private func broken(_ output: Chain.Output) throws -> [String: Set<String>] {
        var broken: [String: Set<String>] = [:]
        for check in try JSON.parse(output.out)["checks"]?.arrayValue ?? [] where check["holds"] == false {
            broken[check["id"]?.stringValue ?? ""] = Set((check["broken"]?.arrayValue ?? []).compactMap { $0["case"]?.stringValue })
        }
        return broken
    }

    @Test("holds a sound system for sound, and names what is broken and where")
    func damages() async throws {
        try await Chain.run { chain in
            let caseID = try chain.submit(try #require(try Chain.samples().first), reference: "D-\(UUID().uuidString)")
            let sound = try chain.command("doctor", "--json")
            #expect(sound.code == 0, "\(sound.out) \(sound.error)")
            #expect(try JSON.parse(sound.out)["cases"] == 1)
            for table in Self.tables { try await run("create table sound_\(table) as select * from \(table)", chain) }

            for damage in Self.damages {
                try await run(damage.sql.replacing("$case", with: caseID.uuidString), chain)
                let output = try chain.command("doctor", "--json")
                #expect(output.code == 1, "\(damage.sql)")
                let broken = try broken(output)
                let named = broken[damage.invariant] ?? []
                #expect(named.contains(caseID.uuidString.lowercased()), "\(damage.invariant): \(damage.sql)\n\(broken) \(output.error)")
                for table in Self.tables {
                    try await run("truncate \(table); insert into \(table) select * from sound_\(table)", chain)
                }
            }
            let healed = try chain.command("doctor")
            #expect(healed.code == 0, "\(healed.out)")
            #expect(healed.out.contains("1 cases, 0 of 10 checks broken."))
        }
    }

    @Test("a chain that was changed, and a state that its events do not come to, are found and named")
    func chains() async throws {
        try await Chain.run { chain in
            let caseID = try chain.submit(try #require(try Chain.samples().first), reference: "V-\(UUID().uuidString)")
            let name = caseID.uuidString.lowercased()
            #expect(try chain.command("verify-chain").code == 0)
            #expect(try chain.command("verify-chain", name).code == 0)

            try await run("update cases set state = jsonb_set(state, '{lastDeadline}', '77')", chain)
            let state = try chain.command("verify-chain", "--json")
            #expect(state.code == 1)
            #expect(try JSON.parse(state.out)["broken"]?.arrayValue?.first?["case"]?.stringValue == name)
            #expect(state.out.contains("do not come to the state"))

            try await run("update event set data = data || '{\"aangifte\": true}'", chain)
            let event = try chain.command("verify-chain", name)
            #expect(event.code == 1)
            #expect(event.out.contains("case \(name): event 1 has been changed"))

            let missing = UUID().uuidString.lowercased()
            let other = try chain.command("verify-chain", missing)
            #expect(other.code == 1)
            #expect(other.out.contains("case \(missing): there is no such case"))
        }
    }
}
