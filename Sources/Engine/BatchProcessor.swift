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

    /// A message, or a delivery that cannot be read as any.
    enum Arrival {
        case message(Inbound)
        case unreadable(RabbitDelivery)

        /// For the incident of one that cannot be applied.
        var digest: [UInt8] {
            switch self {
            case .message(let message): message.digest
            case .unreadable(let delivery): delivery.message.body.digest
            }
        }
    }

    func arrivals(in deliveries: [RabbitDelivery], lane: Lane, at now: Instant) -> [Arrival] {
        let day = settings.library.day(of: now)
        return deliveries.flatMap { delivery in
            Inbound.messages(in: delivery, lane: lane, directory: settings.directory, on: day)?.map { .message($0) }
                ?? [.unreadable(delivery)]
        }
    }

    func process(_ arrivals: some Collection<Arrival>, at now: Instant) async throws -> Outgoing {
        var messages: [Inbound] = []
        var unreadable: [RabbitDelivery] = []
        for arrival in arrivals {
            switch arrival {
            case .message(let message): messages.append(message)
            case .unreadable(let delivery): unreadable.append(delivery)
            }
        }
        return try await settings.pool.withTransaction { [messages, unreadable] connection in
            var batch = Batch(settings: settings, now: now)
            try await batch.load(messages, on: connection)
            for message in messages { try batch.take(message) }
            for delivery in unreadable { batch.noteUnreadable(delivery) }
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
