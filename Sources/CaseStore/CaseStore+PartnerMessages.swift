// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL
public import Values

/// Messages to partners that belong to no case. They hold no personal data.
extension CaseStore {
    public func send(
        _ messages: [CaseChange.Message], at now: Instant, claimedUntil: Instant, on connection: isolated PostgresConnection
    ) async throws {
        guard !messages.isEmpty else { return }
        _ = try await connection.execute(
            PartnerMessageStatements.send, messages.map(\.id), messages.map(\.lane), messages.map(\.routingKey), messages.map(\.body),
            messages.map { _ in now }, messages.map { _ in claimedUntil })
    }

    /// Messages that nobody is sending, claimed for a while.
    public func claimPartnerMessages(
        lane: String, at now: Instant, limit: Int, on connection: isolated PostgresConnection
    ) async throws -> [CaseChange.Message] {
        try await connection.query(PartnerMessageStatements.claim, lane, now, now.adding(CaseStore.claim), Int64(limit)).map { row in
            CaseChange.Message(
                id: try row.decode("message_id"), lane: try row.decode("lane"), routingKey: try row.decode("routing_key"),
                body: try row.decode("body"))
        }
    }

    /// The broker has the messages safe. As for those of cases, nobody waits for the disk: what a crash brings back is sent again.
    public func confirmPartnerMessages(_ ids: [UUID], on connection: isolated PostgresConnection) async throws {
        try await connection.batch { batch in
            batch.add(WorkStatements.withoutWaitingForDisk)
            batch.add(PartnerMessageStatements.confirmed, ids)
        }
    }
}
