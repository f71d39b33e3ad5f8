// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL
import Values

/// What a batch needs of its cases. They are locked until the transaction ends.
public struct CaseReading: Sendable {
    public let cases: [UUID: StoredCase]
    public let openAssignments: [UUID: [CaseStore.OpenAssignment]]
    /// What has become of the batch's messages before, by ``CaseStore/key(_:_:)``.
    public let seen: [String: InboxEntry]
    /// The reports as they are registered, in the order in which they came, and what is sealed of them.
    public let filed: [UUID: [CaseStore.FiledReport]]
    public let sealed: SealedContents
}

extension CaseStore {
    /// Reads and locks cases, and all that a step of theirs may need, in one round trip.
    ///
    /// The lock comes first: another engine that has the same message is then waited for, and what it did is seen, because every
    /// statement of a transaction sees what was committed before it began.
    ///
    /// - Parameter messages: what the batch is about to apply.
    public func read(
        _ caseIDs: [UUID], messages: [(source: String, id: String)] = [], on connection: isolated PostgresConnection
    ) async throws -> CaseReading {
        let rows = try await connection.batch { batch in
            batch.add(CaseStatements.lock, caseIDs)
            batch.add(WorkStatements.openAssignments, caseIDs)
            batch.add(WorkStatements.seen, messages.map(\.source), messages.map(\.id))
            batch.add(WorkStatements.keys, caseIDs)
            batch.add(ReportStatements.contents, caseIDs)
            batch.add(ReportStatements.filed, caseIDs)
        }
        return CaseReading(
            cases: try CaseStore.cases(in: rows[0]), openAssignments: try CaseStore.openAssignments(in: rows[1]),
            seen: try CaseStore.entries(in: rows[2]), filed: try CaseStore.filed(in: rows[5]),
            sealed: try SealedContents(vault: vault, keys: rows[3], pieces: rows[4]))
    }

    static func cases(in rows: PostgresRows) throws -> [UUID: StoredCase] {
        var cases: [UUID: StoredCase] = [:]
        for row in rows {
            let caseID = try row.decode("case_id", as: UUID.self)
            cases[caseID] = StoredCase(
                caseID: caseID, workflow: try row.decode("workflow"), version: Int(try row.decode("version", as: Int32.self)),
                revision: try row.decode("revision"), state: try row.decode("state"), chainHead: try row.decode("chain_head"))
        }
        return cases
    }

    static func entries(in rows: PostgresRows) throws -> [String: InboxEntry] {
        var entries: [String: InboxEntry] = [:]
        for row in rows {
            let entry = InboxEntry(
                source: try row.decode("source"), messageID: try row.decode("message_id"), digest: try row.decode("digest"),
                caseID: try row.decode("case_id"), outcome: try row.decode("outcome"))
            entries[CaseStore.key(entry.source, entry.messageID)] = entry
        }
        return entries
    }

    static func openAssignments(in rows: PostgresRows) throws -> [UUID: [OpenAssignment]] {
        var found: [UUID: [OpenAssignment]] = [:]
        for row in rows {
            found[try row.decode("case_id"), default: []].append(
                OpenAssignment(
                    number: Int(try row.decode("number", as: Int32.self)), partner: try row.decode("partner"),
                    token: try row.decode("token")))
        }
        return found
    }
}

/// Content of cases as it is stored. It is opened when it is needed, and each key once.
public struct SealedContents: Sendable {
    public typealias Piece = (subject: String, name: String, body: [UInt8])

    private let vault: ContentVault
    private let wrapped: [UUID: [String: [UInt8]]]
    private let pieces: [UUID: [(subject: String, name: String, sealed: [UInt8])]]
    private var opened: [UUID: [String: ContentVault.Key]] = [:]

    init(vault: ContentVault, keys: PostgresRows, pieces rows: PostgresRows) throws {
        self.vault = vault
        var wrapped: [UUID: [String: [UInt8]]] = [:]
        for row in keys {
            wrapped[try row.decode("case_id"), default: [:]][try row.decode("subject", as: String.self)] = try row.decode("wrapped")
        }
        self.wrapped = wrapped
        var pieces: [UUID: [(subject: String, name: String, sealed: [UInt8])]] = [:]
        for row in rows {
            pieces[try row.decode("case_id"), default: []].append(
                (try row.decode("subject"), try row.decode("name"), try row.decode("sealed")))
        }
        self.pieces = pieces
    }

    /// The content of a case. A destroyed key is an erased person: there is nothing to show any more.
    public mutating func open(_ caseID: UUID) throws -> [Piece] {
        var found: [Piece] = []
        for piece in pieces[caseID] ?? [] {
            guard let key = try key(of: caseID, subject: piece.subject) else { continue }
            let body = try vault.open(piece.sealed, with: key, caseID: caseID, subject: piece.subject, name: piece.name)
            found.append((piece.subject, piece.name, body))
        }
        return found
    }

    /// Nil where there is no key, or it has been destroyed.
    mutating func key(of caseID: UUID, subject: String) throws -> ContentVault.Key? {
        if let key = opened[caseID]?[subject] { return key }
        guard let wrapped = wrapped[caseID]?[subject] else { return nil }
        let key = try vault.openKey(wrapped, caseID: caseID, subject: subject)
        opened[caseID, default: [:]][subject] = key
        return key
    }
}
