// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import PostgreSQL
import RabbitMQ
import Values
import Workflow

/// Applies messages of partners: reads and locks their cases, steps them in memory, writes everything in one transaction.
struct BatchProcessor {
    let settings: EngineSettings

    typealias Outgoing = [(caseID: UUID, message: CaseChange.Message)]

    /// - Returns: what has to be published now that it is committed.
    func process(_ deliveries: [RabbitDelivery], lane: String, at now: Instant) async throws -> Outgoing {
        let decoded = deliveries.map { ($0, Inbound($0, lane: lane, directory: settings.directory)) }
        let messages = decoded.compactMap(\.1)
        let definitions = Definitions(settings.library)
        return try await settings.pool.withTransaction { connection in
            var batch = Batch(settings: settings, now: now)
            try await batch.load(messages, definitions: definitions, on: connection)
            for message in messages { try batch.take(message) }
            for (delivery, message) in decoded where message == nil { batch.noteUnreadable(delivery) }
            try await batch.compose(on: connection)
            try await settings.store.extend(
                batch.leases, at: now, until: now.adding(.seconds(settings.leaseSeconds)), on: connection)
            try await settings.store.write(
                batch.changes, inbox: batch.inbox, at: now, claimedUntil: now.adding(CaseStore.claim), on: connection)
            for incident in batch.incidents {
                try await settings.store.openIncident(
                    kind: incident.kind, fingerprint: incident.fingerprint, caseID: incident.caseID, detail: incident.detail, at: now,
                    on: connection)
            }
            return batch.changes.flatMap { change in change.messages.map { (change.caseID, $0) } }
        }
    }

    /// Lets terms pass that are due.
    func pass(_ deadlines: [(caseID: UUID, number: Int)], at now: Instant) async throws -> Outgoing {
        let definitions = Definitions(settings.library)
        return try await settings.pool.withTransaction { connection in
            var batch = Batch(settings: settings, now: now)
            try await batch.load(caseIDs: deadlines.map(\.caseID), definitions: definitions, on: connection)
            for deadline in deadlines { batch.pass(deadline.number, of: deadline.caseID) }
            try await batch.compose(on: connection)
            try await settings.store.write(batch.changes, inbox: [], at: now, claimedUntil: now.adding(CaseStore.claim), on: connection)
            for incident in batch.incidents {
                try await settings.store.openIncident(
                    kind: incident.kind, fingerprint: incident.fingerprint, caseID: incident.caseID, detail: incident.detail, at: now,
                    on: connection)
            }
            return batch.changes.flatMap { change in change.messages.map { (change.caseID, $0) } }
        }
    }
}

/// Definitions by name and version, for use inside a transaction.
struct Definitions: Sendable {
    private let library: WorkflowLibrary

    init(_ library: WorkflowLibrary) { self.library = library }

    func definition(of stored: StoredCase) async throws -> Definition {
        try await library.definition(name: stored.workflow, version: stored.version)
    }
}
