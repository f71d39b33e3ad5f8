// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL
import ServiceLifecycle
import Workflow

/// Hears from PostgreSQL that another process has committed messages, and wakes their lane. A notice that is lost costs a sweep's
/// interval and nothing else.
struct NoticeService: Service {
    static let channel = "ketenroute_outbox"

    let listener: PostgresListener
    let bells: [Lane: Bell]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            group.addTask {
                for await event in listener.events {
                    switch event {
                    case .notification(_, let lane): Lane(rawValue: lane).flatMap { bells[$0] }?.ring()
                    case .resync: for bell in bells.values { bell.ring() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
