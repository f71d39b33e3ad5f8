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

@Suite("The chain of events", .serialized, .timeLimit(.minutes(2)))
struct HistoryTests {
    @Test("the chain holds, and a changed event is found")
    func chain() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            try await settings.close(caseID)
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
        try await EngineSettings.run { settings in
            let moving = Task {
                for _ in 0..<20 { try await settings.close(settings.submit()) }
            }
            for _ in 0..<20 {
                let (_, faults) = try await History.verify(settings.pool)
                #expect(faults.isEmpty)
            }
            try await moving.value
        }
    }
}
