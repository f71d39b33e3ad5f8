// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import PostgreSQL

/// A case that cannot go on is a matter for an operator, and for no other case.
@Suite("The sweeps", .serialized, .timeLimit(.minutes(2)))
struct SweepTests {
    private func spoil(_ caseID: UUID, _ settings: EngineSettings) async throws {
        let spoil = Statement("test_spoil", "update cases set state = '[]' where case_id = $1")
        _ = try await settings.pool.withConnection { try await $0.execute(spoil, caseID) }
    }

    private func incidents(of caseID: UUID, _ settings: EngineSettings) async throws -> [String] {
        let statement = Statement("test_incidents", "select kind from incident where case_id = $1 and closed_at is null order by kind")
        return try await settings.pool.withConnection { try await $0.query(statement, caseID).map { try $0.decode("kind") } }
    }

    private func due(_ caseIDs: [UUID], at now: Instant, _ settings: EngineSettings) async throws -> [(caseID: UUID, number: Int)] {
        try await settings.pool.withConnection { connection in
            try await settings.store.dueDeadlines(at: now, limit: 100_000, on: connection)
        }.filter { caseIDs.contains($0.caseID) }
    }

    @Test("a term that cannot pass becomes an incident, and the others pass")
    func terms() async throws {
        try await EngineSettings.run { settings in
            let (broken, sound) = (try await settings.submit(), try await settings.submit())
            let now = Instant.now.adding(.seconds(200 * 86_400))
            let terms = try await due([broken, sound], at: now, settings)
            try #require(terms.contains { $0.caseID == broken } && terms.contains { $0.caseID == sound })
            try await spoil(broken, settings)
            _ = try await TermSweep(settings: settings, logger: EngineSettings.silent).pass(terms, at: now)
            #expect(try await incidents(of: broken, settings).contains("term"))
            let left = try await due([broken, sound], at: now, settings)
            #expect(!left.contains { left in terms.contains { $0 == left } })
            // It comes into view again, however many others are due by then.
            let later = try await due([broken], at: now.adding(TermSweep.pause), settings)
            #expect(later.contains { $0.caseID == broken })
        }
    }

    @Test("a term that its case knows nothing of is not looked at in every sweep")
    func strayTerm() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let stray = Statement(
                "test_stray_term", "insert into deadline (case_id, number, state, due_at, status) values ($1, 99, 'x', now(), 'open')")
            _ = try await settings.pool.withConnection { try await $0.execute(stray, caseID) }
            let now = Instant.now.adding(.seconds(1))
            let term = try #require(try await due([caseID], at: now, settings).first { $0.number == 99 })
            _ = try await TermSweep(settings: settings, logger: EngineSettings.silent).pass([term], at: now)
            #expect(try await due([caseID], at: now, settings).allSatisfy { $0.number != 99 })
        }
    }

    @Test("a question whose task is gone becomes an incident and waits a day")
    func strayQuestion() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let stray = Statement(
                "test_stray_question",
                """
                insert into assignment (case_id, number, task, state, partner, organisation, lane, status, attempt, token, opened_at, retry_at)
                values ($1, 99, 'weg', 'x', 'om', '00000099000000004000', 'routine', 'open', 1, '1.x', now(), now())
                """)
            _ = try await settings.pool.withConnection { try await $0.execute(stray, caseID) }
            let now = Instant.now.adding(.seconds(1))
            _ = try await HandOut(settings: settings).againOrParked(caseID, lane: "routine", at: now)
            #expect(try await incidents(of: caseID, settings) == ["hand-out"])
            let waiting = try await settings.pool.withConnection { connection in
                try await settings.store.casesWithRetries(lane: "routine", at: now, limit: 100_000, on: connection)
            }
            #expect(!waiting.contains(caseID))
        }
    }

    @Test("when the broker has lost its queues, questions that were on their way are put again; those in the outbox are on their way")
    func lostQueues() async throws {
        try await EngineSettings.run { settings in
            let (carried, waiting) = (try await settings.submit(), try await settings.submit())
            let delete = Statement("test_carried", "delete from outbox where case_id = $1")
            _ = try await settings.pool.withConnection { try await $0.execute(delete, carried) }
            let taken = try #require(try await settings.open(carried).first)
            let now = Instant.now.adding(.seconds(1))
            let due = try await settings.pool.withTransaction { connection in
                try await settings.store.extend(
                    [CaseStore.Lease(caseID: carried, number: taken.number, token: taken.token)], at: now, until: now.adding(.seconds(60)),
                    on: connection)
                try await settings.store.askAgain(at: now, on: connection)
                return [
                    try await settings.store.dueAssignments(carried, at: now, on: connection).map(\.number),
                    try await settings.store.dueAssignments(waiting, at: now, on: connection).map(\.number),
                ]
            }
            #expect(Set(due[0]) == Set(try await settings.open(carried).map(\.number).filter { $0 != taken.number }))
            #expect(due[1].isEmpty)
        }
    }

    @Test("a question that cannot be put again becomes an incident and waits a day")
    func handOuts() async throws {
        try await EngineSettings.run { settings in
            let broken = try await settings.submit()
            try await spoil(broken, settings)
            let now = Instant.now.adding(.seconds(4 * 3_600))
            #expect(try await HandOut(settings: settings).againOrParked(broken, lane: "routine", at: now).isEmpty)
            #expect(try await incidents(of: broken, settings) == ["hand-out"])
            let waiting = try await settings.pool.withConnection { connection in
                try await settings.store.casesWithRetries(lane: "routine", at: now, limit: 100_000, on: connection)
            }
            #expect(!waiting.contains(broken))
        }
    }
}
