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
            try await settings.pool.withConnection { connection in
                try await settings.store.openIncident(
                    kind: "term", fingerprint: "term \(term.caseID) \(term.number)", caseID: term.caseID,
                    detail: "term \(term.number) is due and cannot pass: \(error)", at: now, on: connection)
            }
            return []
        }
    }
}
