// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL

/// A case with all of its events, as they are stored.
public struct StoredChain: Sendable {
    public let stored: StoredCase
    public let events: [History.StoredEvent]

    /// Reads all cases, or those that are named, some hundreds at a time.
    ///
    /// - Parameter body: runs in the transaction that has read the cases and their events, so that they belong together.
    public static func forEach(
        in pool: PostgresPool, named caseIDs: [UUID]? = nil,
        _ body: @escaping @Sendable ([StoredChain], isolated PostgresConnection) async throws -> Void
    ) async throws {
        if let caseIDs {
            return try await pool.withTransaction(isolation: .repeatableRead) { connection in
                try await body(read(caseIDs, after: StoredChain.first, on: connection), connection)
            }
        }
        var last = StoredChain.first
        while true {
            let after = last
            let next = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                let chains = try await read(nil, after: after, on: connection)
                try await body(chains, connection)
                return chains.last?.stored.caseID
            }
            guard let next else { return }
            last = next
        }
    }

    private static let batch = 500
    /// Before all others; no case has it.
    private static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    private static func read(
        _ caseIDs: [UUID]?, after last: UUID, on connection: isolated PostgresConnection
    ) async throws -> [StoredChain] {
        let rows =
            if let caseIDs {
                try await connection.query(AuditStatements.casesNamed, caseIDs)
            } else {
                try await connection.query(AuditStatements.casesAfter, last, Int64(batch))
            }
        let cases = try rows.map { row in
            StoredCase(
                caseID: try row.decode("case_id"), workflow: try row.decode("workflow"),
                version: Int(try row.decode("version", as: Int32.self)),
                revision: try row.decode("revision"), state: try row.decode("state"), chainHead: try row.decode("chain_head"))
        }
        var events: [UUID: [History.StoredEvent]] = [:]
        for row in try await connection.query(AuditStatements.events, cases.map(\.caseID)) {
            let event = try History.event(row)
            events[event.record.caseID, default: []].append(event)
        }
        return cases.map { StoredChain(stored: $0, events: events[$0.caseID] ?? []) }
    }

    /// What is wrong with the chain, from its first event to its head.
    public var faults: [String] { History.check(events, head: stored.chainHead, revision: stored.revision) }
}

extension History {
    /// Checks the chain of every case from its first event to its head.
    ///
    /// - Returns: how many events were read, and what is wrong, in words.
    public static func verify(_ pool: PostgresPool) async throws -> (events: Int, faults: [String]) {
        let sum = Sum()
        try await StoredChain.forEach(in: pool) { chains, _ in await sum.add(chains) }
        return await (sum.events, sum.faults)
    }

    private actor Sum {
        private(set) var events = 0
        private(set) var faults: [String] = []

        func add(_ chains: [StoredChain]) {
            for chain in chains {
                events += chain.events.count
                faults += chain.faults.map { "case \(chain.stored.caseID.uuidString.lowercased()): \($0)" }
            }
        }
    }
}
