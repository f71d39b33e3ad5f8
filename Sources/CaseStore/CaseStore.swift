// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL
public import Values

/// The system of record: everything here happens inside a transaction that the caller has opened, so that what belongs together
/// is committed together.
public struct CaseStore: Sendable {
    public let vault: ContentVault
    /// How long a message that was just committed belongs to the process that committed it, before a sweep may take it.
    public static let claim = Duration.seconds(15)

    public init(vault: ContentVault) { self.vault = vault }

    // MARK: Reading

    /// Reads cases and locks them until the transaction ends.
    public func lock(_ caseIDs: [UUID], on connection: isolated PostgresConnection) async throws -> [UUID: StoredCase] {
        try CaseStore.cases(in: try await connection.query(CaseStatements.lock, caseIDs))
    }

    /// What has become of messages before, by sender and identifier.
    public func seen(
        _ messages: [(source: String, id: String)], on connection: isolated PostgresConnection
    ) async throws -> [String: InboxEntry] {
        try CaseStore.entries(in: try await connection.query(WorkStatements.seen, messages.map(\.source), messages.map(\.id)))
    }

    public static func key(_ source: String, _ messageID: String) -> String { source + "\u{0}" + messageID }

    /// Whether a report came in as acute.
    public func isAcute(
        _ caseID: UUID, sender: String, reference: String, on connection: isolated PostgresConnection
    ) async throws -> Bool {
        try await connection.query(ReportStatements.isAcute, caseID, sender, reference).first?.decode("is_acute") ?? false
    }

    /// A question that is out, with the token of its latest hand-out.
    public struct OpenAssignment: Sendable {
        public let number: Int
        public let partner: String
        public let token: String
    }

    public func openAssignments(
        _ caseIDs: [UUID], on connection: isolated PostgresConnection
    ) async throws -> [UUID: [OpenAssignment]] {
        try CaseStore.openAssignments(in: try await connection.query(WorkStatements.openAssignments, caseIDs))
    }

    /// Opens the content of cases: by case, then by subject and name.
    public func contents(
        _ caseIDs: [UUID], named names: [String], on connection: isolated PostgresConnection
    ) async throws -> [UUID: [(subject: String, name: String, body: [UInt8])]] {
        try await open(try await connection.query(WorkStatements.contents, caseIDs, names), of: caseIDs, on: connection)
    }

    func open(
        _ rows: PostgresRows, of caseIDs: [UUID], on connection: isolated PostgresConnection
    ) async throws -> [UUID: [(subject: String, name: String, body: [UInt8])]] {
        let keys = try await keys(caseIDs, on: connection)
        var found: [UUID: [(subject: String, name: String, body: [UInt8])]] = [:]
        for row in rows {
            let caseID = try row.decode("case_id", as: UUID.self)
            let subject = try row.decode("subject", as: String.self)
            let name = try row.decode("name", as: String.self)
            // A destroyed key is an erased person: there is nothing to show any more.
            guard let key = keys[caseID]?[subject] else { continue }
            let body = try vault.open(row.decode("sealed", as: [UInt8].self), with: key, caseID: caseID, subject: subject, name: name)
            found[caseID, default: []].append((subject, name, body))
        }
        return found
    }

    func keys(_ caseIDs: [UUID], on connection: isolated PostgresConnection) async throws -> [UUID: [String: ContentVault.Key]] {
        var keys: [UUID: [String: ContentVault.Key]] = [:]
        for (caseID, subjects) in try await wrappedKeys(caseIDs, on: connection) {
            for (subject, wrapped) in subjects {
                keys[caseID, default: [:]][subject] = try vault.openKey(wrapped, caseID: caseID, subject: subject)
            }
        }
        return keys
    }

    private func wrappedKeys(_ caseIDs: [UUID], on connection: isolated PostgresConnection) async throws -> [UUID: [String: [UInt8]]] {
        var wrapped: [UUID: [String: [UInt8]]] = [:]
        for row in try await connection.query(WorkStatements.keys, caseIDs) {
            wrapped[try row.decode("case_id"), default: [:]][try row.decode("subject", as: String.self)] = try row.decode("wrapped")
        }
        return wrapped
    }

    // MARK: The way out

    /// What a claim of messages has found.
    public struct Claimed: Sendable {
        public var messages: [(caseID: UUID, message: CaseChange.Message)] = []
        /// Messages that cannot be opened, because their key has been destroyed or is another one. They hold up no others.
        public var unreadable: [(caseID: UUID, id: UUID)] = []

        public var isEmpty: Bool { messages.isEmpty && unreadable.isEmpty }
    }

    /// Messages that nobody is sending, claimed for a while. Does not wait for the disk: a claim that a crash takes along was nobody's.
    ///
    /// - Parameter since: leaves out what became free before then.
    public func claim(
        lane: String, since: Instant = Instant(seconds: 0), at now: Instant, limit: Int, on connection: isolated PostgresConnection
    ) async throws -> Claimed {
        let results = try await connection.batch { batch in
            batch.add(WorkStatements.withoutWaitingForDisk)
            batch.add(WorkStatements.claim, lane, now, now.adding(CaseStore.claim), Int64(limit), since)
        }
        let rows = results[1]
        let caseIDs = try rows.map { try $0.decode("case_id", as: UUID.self) }
        var claimed = Claimed()
        guard !caseIDs.isEmpty else { return claimed }
        let wrapped = try await wrappedKeys(Array(Set(caseIDs)), on: connection)
        for (row, caseID) in zip(rows, caseIDs) {
            let id = try row.decode("message_id", as: UUID.self)
            let sealed = try row.decode("sealed", as: [UInt8].self)
            guard let body = wrapped[caseID]?[CaseStore.caseSubject].flatMap({ body(of: sealed, id: id, caseID: caseID, wrappedKey: $0) })
            else {
                claimed.unreadable.append((caseID, id))
                continue
            }
            claimed.messages.append(
                (caseID, CaseChange.Message(id: id, lane: try row.decode("lane"), routingKey: try row.decode("routing_key"), body: body)))
        }
        return claimed
    }

    /// Nil where key or message cannot be opened; whoever claimed it says so.
    private func body(of sealed: [UInt8], id: UUID, caseID: UUID, wrappedKey: [UInt8]) -> [UInt8]? {
        guard let key = try? vault.openKey(wrappedKey, caseID: caseID, subject: CaseStore.caseSubject) else { return nil }
        return try? vault.open(sealed, with: key, caseID: caseID, subject: CaseStore.caseSubject, name: id.capitalText)
    }

    /// Tells engines that messages of a lane wait in the outbox. Never inside the transaction that put them there: a notification
    /// takes a lock at commit that all of the database shares.
    public func announce(lane: String, channel: String, on connection: isolated PostgresConnection) async throws {
        // A notice that a crash takes along is made good by the next sweep; nobody in danger waits for the disk on its account.
        try await connection.batch { batch in
            batch.add(WorkStatements.withoutWaitingForDisk)
            batch.add(WorkStatements.announce, channel, lane)
        }
    }

    /// The broker has the messages safe. Does not wait for the disk: what a crash brings back is sent again.
    public func confirm(_ messages: [(caseID: UUID, id: UUID)], on connection: isolated PostgresConnection) async throws {
        try await connection.batch { batch in
            batch.add(WorkStatements.withoutWaitingForDisk)
            batch.add(WorkStatements.confirmed, messages.map(\.caseID), messages.map(\.id))
        }
    }

    /// The subject under which what belongs to no person is sealed.
    static let caseSubject = "zaak"

    // MARK: Questions and terms

    public struct Lease: Sendable {
        public let caseID: UUID
        public let number: Int
        public let token: String

        public init(caseID: UUID, number: Int, token: String) {
            self.caseID = caseID
            self.number = number
            self.token = token
        }
    }

    public func extend(_ leases: [Lease], at now: Instant, until: Instant, on connection: isolated PostgresConnection) async throws {
        guard !leases.isEmpty else { return }
        _ = try await connection.execute(
            WorkStatements.extendLeases, leases.map(\.caseID), leases.map { Int32($0.number) }, leases.map(\.token),
            leases.map { _ in now }, leases.map { _ in until })
    }

    public func dueDeadlines(
        at now: Instant, limit: Int, on connection: isolated PostgresConnection
    ) async throws -> [(caseID: UUID, number: Int)] {
        try await connection.query(WorkStatements.due, now, Int64(limit)).map {
            (try $0.decode("case_id", as: UUID.self), Int(try $0.decode("number", as: Int32.self)))
        }
    }

    /// Terms that cannot pass now are looked at again then.
    public func postpone(
        terms: [(caseID: UUID, number: Int)], until: Instant, on connection: isolated PostgresConnection
    ) async throws {
        guard !terms.isEmpty else { return }
        _ = try await connection.execute(
            WorkStatements.postponeTerms, terms.map(\.caseID), terms.map { Int32($0.number) }, until)
    }

    /// Has every question put again that nobody has taken: the broker has lost what it had. What a partner has taken his heartbeats
    /// keep, and what is left of that comes again when its lease is over.
    ///
    /// - Returns: how many there are.
    @discardableResult
    public func askAgain(at now: Instant, on connection: isolated PostgresConnection) async throws -> Int {
        try await connection.execute(WorkStatements.askAgain, now)
    }

    public func casesWithRetries(
        lane: String, at now: Instant, limit: Int, on connection: isolated PostgresConnection
    ) async throws -> [UUID] {
        let rows = try await connection.query(WorkStatements.claimRetries, lane, now, Int64(limit))
        return Array(Set(try rows.map { try $0.decode("case_id", as: UUID.self) }))
    }

    public func dueAssignments(
        _ caseID: UUID, at now: Instant, on connection: isolated PostgresConnection
    ) async throws -> [(number: Int, attempt: Int, task: String, lane: String, organisation: String)] {
        try await connection.query(WorkStatements.dueAssignments, caseID, now).map {
            (
                Int(try $0.decode("number", as: Int32.self)), Int(try $0.decode("attempt", as: Int32.self)), try $0.decode("task"),
                try $0.decode("lane"), try $0.decode("organisation")
            )
        }
    }

    public func postponeRetry(
        _ caseID: UUID, number: Int, until: Instant, on connection: isolated PostgresConnection
    ) async throws {
        _ = try await connection.execute(WorkStatements.postponeRetry, caseID, Int32(number), until)
    }

    public func handOutAgain(
        _ caseID: UUID, number: Int, organisation: String, attempt: Int, token: String, retryAt: Instant,
        on connection: isolated PostgresConnection
    ) async throws {
        _ = try await connection.execute(
            WorkStatements.handOutAgain, caseID, Int32(number), Int32(attempt), token, retryAt, organisation)
    }

    /// Has the open questions of organisations put again at once.
    ///
    /// - Returns: how many there are.
    public func bringForward(
        organisations: [String], at now: Instant, on connection: isolated PostgresConnection
    ) async throws -> Int {
        try await connection.execute(WorkStatements.bringForward, organisations, now)
    }

    /// Makes the event table's partitions of this month and the three after it.
    public func ensureEventPartitions(on connection: isolated PostgresConnection) async throws {
        _ = try await connection.query(CaseStatements.ensurePartitions, Int32(3))
    }

    // MARK: Incidents

    /// - Parameters:
    ///   - fingerprint: the same cause has the same one.
    ///   - detail: for operators; no personal data.
    public func openIncident(
        kind: String, fingerprint: String, caseID: UUID?, detail: String, at now: Instant, on connection: isolated PostgresConnection
    ) async throws {
        _ = try await connection.execute(WorkStatements.incident, fingerprint, now, kind, caseID, detail)
    }
}
