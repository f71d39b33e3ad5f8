// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
public import PostgreSQL
public import Values

extension CaseStore {
    /// Writes what cases owe, and what became of the messages that made them move, in one round trip.
    ///
    /// - Parameters:
    ///   - sealed: the cases' keys where they have been read already; else they are read here.
    ///   - claimedUntil: until when the messages belong to this process, which publishes them itself after the commit; `now` where it
    ///     does not, so that an engine takes them at once.
    /// - Throws: ``CaseStoreError/revisionChanged`` where a case is no longer the one that was read; the transaction is to end.
    public func write(
        _ changes: [CaseChange], inbox: [InboxEntry], sealed: SealedContents? = nil, at now: Instant, claimedUntil: Instant,
        on connection: isolated PostgresConnection
    ) async throws {
        let keys = try await keysForWriting(changes, sealed, at: now, on: connection)
        var batch = PostgresBatch()
        addCases(changes, to: &batch)
        addEvents(changes.flatMap(\.events), to: &batch)
        addReports(changes, to: &batch)
        addWork(changes, to: &batch)
        try addContent(changes, keys, to: &batch)
        try addMessages(changes, keys, at: now, claimedUntil: claimedUntil, to: &batch)
        if !inbox.isEmpty {
            batch.add(
                WorkStatements.remember, inbox.map(\.source), inbox.map(\.messageID), inbox.map(\.digest), inbox.map(\.caseID),
                inbox.map(\.outcome.text), inbox.map { _ in now })
        }
        guard !batch.statements.isEmpty else { return }
        let results = try await connection.batch(batch.statements)
        let expected = changes.count { !$0.isNew }
        let updated = zip(batch.statements, results).first { $0.0.statement == CaseStatements.update }?.1.affectedRows ?? 0
        guard updated == expected else { throw CaseStoreError.revisionChanged }
    }

    private func addCases(_ changes: [CaseChange], to batch: inout PostgresBatch) {
        let new = changes.filter(\.isNew)
        if !new.isEmpty {
            batch.add(
                CaseStatements.insert, new.map(\.caseID), new.map(\.workflow), new.map { Int32($0.version) }, new.map(\.status),
                new.map(\.revision), new.map(\.state.text), new.map(\.chainHead), new.map(\.safetyHolder), new.map(\.at))
        }
        let old = changes.filter { !$0.isNew }
        if !old.isEmpty {
            batch.add(
                CaseStatements.update, old.map(\.caseID), old.map(\.status), old.map { $0.revision - Int64($0.events.count) },
                old.map(\.revision), old.map(\.state.text), old.map(\.chainHead), old.map(\.safetyHolder), old.map(\.at))
        }
    }

    private func addEvents(_ events: [EventRecord], to batch: inout PostgresBatch) {
        guard !events.isEmpty else { return }
        batch.add(
            CaseStatements.insertEvents, events.map(\.caseID), events.map(\.number), events.map(\.recordedAt), events.map(\.kind.rawValue),
            events.map(\.name), events.map(\.sender), events.map(\.source), events.map(\.messageID),
            events.map { $0.assignment.map { Int32($0) } }, events.map(\.data.text), events.map(\.contentDigest),
            events.map(\.configuration.text), events.map(\.effects.text), events.map(\.previous), events.map(\.digest))
    }

    private func addWork(_ changes: [CaseChange], to batch: inout PostgresBatch) {
        let opened = changes.flatMap { change in change.assignments.map { (change.caseID, $0, change.at) } }
        if !opened.isEmpty {
            batch.add(
                WorkStatements.insertAssignments, opened.map(\.0), opened.map { Int32($0.1.number) }, opened.map(\.1.task),
                opened.map(\.1.state), opened.map(\.1.partner), opened.map(\.1.organisation), opened.map(\.1.lane),
                opened.map { Int32($0.1.attempt) }, opened.map(\.1.token), opened.map(\.2), opened.map(\.1.retryAt))
        }
        let ended = changes.flatMap { change in change.endedAssignments.map { (change.caseID, $0, change.at) } }
        if !ended.isEmpty {
            batch.add(
                WorkStatements.endAssignments, ended.map(\.0), ended.map { Int32($0.1.number) }, ended.map(\.1.status),
                ended.map(\.2))
        }
        let started = changes.flatMap { change in change.deadlines.map { (change.caseID, $0) } }
        if !started.isEmpty {
            batch.add(
                WorkStatements.insertDeadlines, started.map(\.0), started.map { Int32($0.1.number) }, started.map(\.1.state),
                started.map(\.1.dueAt), started.map(\.1.computation))
        }
        let over = changes.flatMap { change in change.endedDeadlines.map { (change.caseID, $0) } }
        if !over.isEmpty {
            batch.add(WorkStatements.endDeadlines, over.map(\.0), over.map { Int32($0.1.number) }, over.map(\.1.status))
        }
    }

    // MARK: What is sealed

    private typealias Keys = [UUID: [String: ContentVault.Key]]

    /// The keys of all subjects that something is sealed for; those that are not there yet are made and stored.
    private func keysForWriting(
        _ changes: [CaseChange], _ sealed: SealedContents?, at now: Instant, on connection: isolated PostgresConnection
    ) async throws -> Keys {
        var needed: [(caseID: UUID, subject: String)] = []
        for change in changes {
            var subjects = Set(change.contents.map(\.subject))
            if !change.messages.isEmpty { subjects.insert(CaseStore.caseSubject) }
            needed += subjects.sorted().map { (change.caseID, $0) }
        }
        guard !needed.isEmpty else { return [:] }
        var keys: Keys = [:]
        if var sealed {
            for (caseID, subject) in needed { keys[caseID, default: [:]][subject] = try sealed.key(of: caseID, subject: subject) }
        } else {
            let old = changes.filter { !$0.isNew }.map(\.caseID)
            if !old.isEmpty { keys = try await self.keys(old, on: connection) }
        }
        var made: [(caseID: UUID, subject: String, key: ContentVault.Key)] = []
        for (caseID, subject) in needed where keys[caseID]?[subject] == nil {
            let key = try vault.makeKey(caseID: caseID, subject: subject)
            keys[caseID, default: [:]][subject] = key
            made.append((caseID, subject, key))
        }
        if !made.isEmpty {
            _ = try await connection.execute(
                WorkStatements.insertKeys, made.map(\.caseID), made.map(\.subject), made.map(\.key.wrapped), made.map { _ in now })
        }
        return keys
    }

    private func addContent(_ changes: [CaseChange], _ keys: Keys, to batch: inout PostgresBatch) throws {
        let contents = changes.flatMap { change in change.contents.map { (change.caseID, $0, change.at) } }
        guard !contents.isEmpty else { return }
        var sealed: [[UInt8]] = []
        for (caseID, content, _) in contents {
            guard let key = keys[caseID]?[content.subject] else { throw CaseStoreError.keyMissing }
            sealed.append(
                try vault.seal(content.body, with: key, caseID: caseID, subject: content.subject, name: content.name))
        }
        batch.add(
            WorkStatements.insertContents, contents.map(\.0), contents.map(\.1.subject), contents.map(\.1.name), sealed,
            contents.map(\.2))
    }

    /// A message and the log of what it discloses go in together, or the message does not go.
    private func addMessages(
        _ changes: [CaseChange], _ keys: Keys, at now: Instant, claimedUntil: Instant, to batch: inout PostgresBatch
    ) throws {
        let messages = changes.flatMap { change in change.messages.map { (change.caseID, $0) } }
        if !messages.isEmpty {
            var sealed: [[UInt8]] = []
            for (caseID, message) in messages {
                guard let key = keys[caseID]?[CaseStore.caseSubject] else { throw CaseStoreError.keyMissing }
                sealed.append(
                    try vault.seal(
                        message.body, with: key, caseID: caseID, subject: CaseStore.caseSubject, name: message.id.capitalText))
            }
            batch.add(
                WorkStatements.send, messages.map(\.0), messages.map(\.1.id), messages.map(\.1.lane), messages.map(\.1.routingKey),
                sealed, messages.map { _ in now }, messages.map { _ in claimedUntil })
        }
        let disclosures = changes.flatMap { change in change.disclosures.map { (change.caseID, $0) } }
        guard !disclosures.isEmpty else { return }
        batch.add(
            WorkStatements.disclose, disclosures.map(\.0), disclosures.map(\.1.messageID), disclosures.map(\.1.subject),
            disclosures.map { Int32($0.1.assignment) }, disclosures.map(\.1.receiver),
            disclosures.map { $0.1.groups.joined(separator: ",") },
            disclosures.map(\.1.purpose), disclosures.map(\.1.legalBasis), disclosures.map { _ in now })
    }
}

extension CaseChange {
    fileprivate var status: String { isClosed ? "closed" : "open" }
}

public enum CaseStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    case revisionChanged
    case keyMissing
    case unknownEventKind

    public var description: String {
        switch self {
        case .revisionChanged: "a case has moved since it was read; nothing was written"
        case .keyMissing: "there is no key to seal content with; nothing was written"
        case .unknownEventKind: "an event is of a kind that this program does not know; read it with a newer one"
        }
    }
}
