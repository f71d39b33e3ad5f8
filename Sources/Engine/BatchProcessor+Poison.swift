// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import PostgreSQL
import Values

/// One bad message must not fail its batch: it is taken out and shown to operators, and the rest goes on.
extension BatchProcessor {
    /// Applies messages in as few transactions as can be, and makes an incident of each that cannot be applied.
    ///
    /// - Parameter outgoing: gets what was committed, also where this throws.
    /// - Throws: what is wrong for the moment, such as a lost connection. Some of the messages may have been applied then.
    func settle(_ arrivals: ArraySlice<Arrival>, into outgoing: inout [Outgoing]) async throws {
        do {
            outgoing.append(try await process(arrivals, at: .now))
        } catch  where !PassingFailure.includes(error) {
            guard arrivals.count > 1 else {
                if let only = arrivals.first { try await park(only, error) }
                return
            }
            // One of them spoils the transaction of all: in halves, until only that one is left.
            let middle = arrivals.startIndex + arrivals.count / 2
            try await settle(arrivals[..<middle], into: &outgoing)
            try await settle(arrivals[middle...], into: &outgoing)
        }
    }

    private func park(_ arrival: Arrival, _ error: any Error) async throws {
        try await settings.pool.withConnection(deadline: .seconds(10)) { connection in
            try await settings.store.openIncident(
                kind: "poison", fingerprint: "poison \(arrival.digest.hexadecimal)", caseID: nil, detail: "\(type(of: error)): \(error)",
                at: .now, on: connection)
        }
    }
}
