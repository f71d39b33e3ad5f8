// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import PostgreSQL
import RabbitMQ
import Values
import Workflow

/// Applies messages of partners and terms that are due: reads and locks their cases, steps them in memory, writes everything in
/// one transaction.
struct BatchProcessor {
    let settings: EngineSettings

    /// Committed messages, which the process that committed them publishes.
    /// Those without a case are refusals of what could be brought to none.
    typealias Outgoing = [(caseID: UUID?, message: CaseChange.Message)]

    func process(_ deliveries: [RabbitDelivery], lane: Lane, at now: Instant) async throws -> Outgoing {
        let decoded = deliveries.map { ($0, Inbound($0, lane: lane, directory: settings.directory, on: settings.library.day(of: now))) }
        let messages = decoded.compactMap(\.1)
        return try await settings.pool.withTransaction { connection in
            var batch = Batch(settings: settings, now: now)
            try await batch.load(messages, on: connection)
            for message in messages { try batch.take(message) }
            for (delivery, message) in decoded where message == nil { batch.noteUnreadable(delivery) }
            return try await batch.commit(on: connection)
        }
    }

    /// Lets terms pass that are due.
    func pass(_ deadlines: [(caseID: UUID, number: Int)], at now: Instant) async throws -> Outgoing {
        try await settings.pool.withTransaction { connection in
            var batch = Batch(settings: settings, now: now)
            try await batch.load(caseIDs: deadlines.map(\.caseID), on: connection)
            for deadline in deadlines { batch.pass(deadline.number, of: deadline.caseID) }
            return try await batch.commit(on: connection)
        }
    }
}
