// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL
public import Values

/// Reading what has happened.
public enum History {
    public static func events(of caseID: UUID, on connection: isolated PostgresConnection) async throws -> [StoredEvent] {
        try await connection.query(CaseStatements.events, caseID).map(event)
    }

    static func event(_ row: PostgresRow) throws -> StoredEvent {
        guard let kind = EventRecord.Kind(rawValue: try row.decode("kind")) else { throw CaseStoreError.unknownEventKind }
        return StoredEvent(
            record: EventRecord(
                caseID: try row.decode("case_id"), number: try row.decode("number"), recordedAt: try row.decode("recorded_at"),
                kind: kind, name: try row.decode("name"),
                sender: try row.decode("sender"), source: try row.decode("source"), messageID: try row.decode("message_id"),
                assignment: try row.decode("assignment", as: Int32?.self).map { Int($0) }, data: try row.decode("data"),
                contentDigest: try row.decode("content_digest"), configuration: try row.decode("configuration"),
                effects: try row.decode("effects"), previous: try row.decode("previous")),
            storedDigest: try row.decode("digest"))
    }

    /// An event, computed anew from what is stored, and the digest that was stored with it.
    public struct StoredEvent: Sendable {
        public let record: EventRecord
        public let storedDigest: [UInt8]
    }

    static func check(_ events: [StoredEvent], head: [UInt8], revision: Int64) -> [String] {
        var faults: [String] = []
        var previous = EventRecord.origin
        for (index, event) in events.enumerated() {
            if event.record.number != Int64(index + 1) { faults.append("event \(index + 1) is missing") }
            if event.record.previous != previous { faults.append("event \(event.record.number) does not follow the one before it") }
            if event.record.digest != event.storedDigest { faults.append("event \(event.record.number) has been changed") }
            previous = event.storedDigest
        }
        if previous != head { faults.append("the last event is not the head of the chain") }
        if Int64(events.count) != revision { faults.append("the case is at revision \(revision) and has \(events.count) events") }
        return faults
    }

    // MARK: For operators

    public struct CaseSummary: Sendable {
        public let caseID: UUID
        public let workflow: String
        public let version: Int
        public let status: String
        public let state: JSON
        public let safetyHolder: String?
        public let createdAt: Instant
        public let updatedAt: Instant
    }

    public static func cases(limit: Int, on connection: isolated PostgresConnection) async throws -> [CaseSummary] {
        try await connection.query(CaseStatements.list, Int64(limit)).map(summary)
    }

    public static func summary(of caseID: UUID, on connection: isolated PostgresConnection) async throws -> CaseSummary? {
        try await connection.query(CaseStatements.show, caseID).first.map(summary)
    }

    private static func summary(_ row: PostgresRow) throws -> CaseSummary {
        CaseSummary(
            caseID: try row.decode("case_id"), workflow: try row.decode("workflow"),
            version: Int(try row.decode("version", as: Int32.self)),
            status: try row.decode("status"), state: try row.decode("state"), safetyHolder: try row.decode("safety_holder"),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }

    /// How many reports a case is about, and which cases its household was in before.
    public struct Reports: Hashable, Sendable {
        public let count: Int
        public let relatedCases: [UUID]
    }

    public static func reports(of caseID: UUID, on connection: isolated PostgresConnection) async throws -> Reports {
        guard let row = try await connection.query(ReportStatements.overview, caseID).first else {
            return Reports(count: 0, relatedCases: [])
        }
        return Reports(count: Int(try row.decode("reports", as: Int64.self)), relatedCases: try row.decode("related"))
    }

    public static func incidents(limit: Int, on connection: isolated PostgresConnection) async throws -> [JSON] {
        try await connection.query(WorkStatements.incidents, Int64(limit)).map { row in
            [
                "kind": .string(try row.decode("kind")), "detail": .string(try row.decode("detail")),
                "case": try row.decode("case_id", as: UUID?.self).map { .string($0.uuidString.lowercased()) } ?? .null,
                "count": .integer(Int64(try row.decode("count", as: Int32.self))),
                "since": .string(try row.decode("opened_at", as: Instant.self).description),
                "last": .string(try row.decode("last_at", as: Instant.self).description),
            ]
        }
    }
}
