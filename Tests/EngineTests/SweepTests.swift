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
            #expect(left.contains { $0.caseID == broken })
            #expect(!left.contains { left in terms.contains { $0 == left } && left.caseID == sound })
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
