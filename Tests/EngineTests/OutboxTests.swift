// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import PostgreSQL

/// One layer of protection at a time: what another layer would mend is left out.
@Suite("The outbox", .serialized, .timeLimit(.minutes(2)))
struct OutboxTests {
    private func claimed(_ settings: EngineSettings, of caseID: UUID, at now: Instant) async throws -> (readable: Int, unreadable: Int) {
        let claimed = try await settings.pool.withTransaction { connection in
            try await settings.store.claim(lane: "routine", at: now, limit: 10_000, on: connection)
        }
        return (claimed.messages.count { $0.caseID == caseID }, claimed.unreadable.count { $0.caseID == caseID })
    }

    @Test("what was committed and not published belongs to its process for a while, and then to any sweep")
    func leftBehind() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let now = Instant.now.adding(.seconds(1))
            // A report's messages are anybody's at once; the claim of whoever takes them runs for a while.
            #expect(try await claimed(settings, of: caseID, at: now).readable == 5)
            #expect(try await claimed(settings, of: caseID, at: now).readable == 0)
            // The process that took them has died.
            let later = now.adding(CaseStore.claim)
            #expect(try await claimed(settings, of: caseID, at: later).readable == 5)
        }
    }

    @Test("a message is forgotten when it is confirmed, and not before")
    func confirmed() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let now = Instant.now.adding(.seconds(1))
            let messages = try await settings.pool.withTransaction { connection in
                try await settings.store.claim(lane: "routine", at: now, limit: 10_000, on: connection).messages
            }.filter { $0.caseID == caseID }
            let first = try #require(messages.first)
            try await settings.pool.withConnection { connection in
                try await settings.store.confirm([(caseID, first.message.id)], on: connection)
            }
            #expect(try await claimed(settings, of: caseID, at: now.adding(CaseStore.claim)).readable == 4)
        }
    }

    @Test("a message that cannot be opened holds up no others")
    func unreadable() async throws {
        try await EngineSettings.run { settings in
            let broken = try await settings.submit()
            let sound = try await settings.submit()
            let destroy = Statement(
                "test_destroy", "update content_key set wrapped = null, destroyed_at = now() where case_id = $1 and subject = 'zaak'")
            _ = try await settings.pool.withConnection { try await $0.execute(destroy, broken) }
            let now = Instant.now.adding(.seconds(1))
            #expect(try await claimed(settings, of: broken, at: now) == (0, 5))
            let later = now.adding(CaseStore.claim)
            #expect(try await claimed(settings, of: sound, at: later).readable == 5)
        }
    }

    @Test("a sweep looks at what became free since the last one, at all of it every so often, and after a look that failed")
    func view() {
        let start = Instant(seconds: 1_800_000_000)
        var view = OutboxView()
        #expect(view.look(at: start) == OutboxView.beginning)
        #expect(view.look(at: start.adding(.seconds(1))) == start.adding(.zero - OutboxView.overlap))
        #expect(view.look(at: start.adding(.seconds(3))) == start.adding(.seconds(1) - OutboxView.overlap))
        view.failed()
        #expect(view.look(at: start.adding(.seconds(4))) == OutboxView.beginning)
        #expect(view.look(at: start.adding(.seconds(5))) != OutboxView.beginning)
        #expect(view.look(at: start.adding(.seconds(4) + OutboxView.wholeInterval)) == OutboxView.beginning)
        // A clock that was put back.
        #expect(view.look(at: start) == OutboxView.beginning)
    }

    @Test("what is left out of one look is found by one at all of it")
    func leftOut() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let now = Instant.now.adding(.seconds(60))
            let counts = try await settings.pool.withTransaction { connection in
                let late = try await settings.store.claim(
                    lane: "routine", since: now.adding(.seconds(-1)), at: now, limit: 10_000, on: connection)
                let whole = try await settings.store.claim(lane: "routine", at: now, limit: 10_000, on: connection)
                return [late, whole].map { $0.messages.count { $0.caseID == caseID } }
            }
            #expect(counts == [0, 5])
        }
    }
}
