// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Logging
import PostgreSQL
import Values

/// Lets terms pass that are due, so that a case which cannot go on holds up no other.
struct TermSweep {
    let settings: EngineSettings
    let logger: Logger

    /// - Throws: what is wrong for the moment, such as a lost connection; all terms are still due then.
    func pass(_ due: [(caseID: UUID, number: Int)], at now: Instant) async throws -> BatchProcessor.Outgoing {
        do {
            return try await BatchProcessor(settings: settings).pass(due, at: now)
        } catch  where !PassingFailure.includes(error) {
            guard due.count == 1, let term = due.first else {
                // One of them spoils the transaction of all: each for itself, then only that one is left.
                var outgoing: BatchProcessor.Outgoing = []
                for term in due { outgoing += try await pass([term], at: now) }
                return outgoing
            }
            logger.error("term not passed", metadata: ["case": "\(term.caseID)", "error": "\(error)"])
            try await postpone(term, "\(error)", at: now)
            return []
        }
    }

    /// However many there are of them, terms that cannot pass must not fill the view of those that can.
    private func postpone(_ term: (caseID: UUID, number: Int), _ reason: String, at now: Instant) async throws {
        try await settings.pool.withTransaction { connection in
            try await settings.store.openIncident(
                kind: "term", fingerprint: "term \(term.caseID) \(term.number)", caseID: term.caseID,
                detail: "term \(term.number) is due and cannot pass: \(reason)", at: now, on: connection)
            try await settings.store.postpone(terms: [term], until: now.adding(TermSweep.pause), on: connection)
        }
    }

    /// Until a term that could not pass is tried again.
    static let pause = Duration.seconds(3_600)
}
