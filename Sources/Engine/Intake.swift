// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import FoundationEssentials
public import Logging
import Messages
import PostgreSQL
public import Values
import Workflow

/// The door for reports: one transaction, in which the case exists, its first questions are written and what they disclose is
/// logged, or nothing at all.
public struct Intake: Sendable {
    let settings: EngineSettings
    let logger: Logger

    public init(settings: EngineSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    public struct Receipt: Sendable {
        public let caseID: UUID
        /// The same report was received before; this is the case it made then.
        public let isDuplicate: Bool
    }

    /// - Throws: ``Problem``: `StUF016` where the sender used the reference for another report, `ONBEVOEGD` where nobody in the
    ///   directory has the sender's number, or what the workflow has against the report.
    public func submit(_ received: ReceivedReport, at now: Instant) async throws -> Receipt {
        let now = now.roundedDownToMicroseconds
        let (receipt, lanes) = try await commit(received.report, digest: received.identity.digest, at: now)
        for lane in lanes { await announce(lane) }
        return receipt
    }

    private func commit(
        _ report: PoliceReport, digest: [UInt8], at now: Instant
    ) async throws -> (receipt: Receipt, lanes: Set<String>) {
        do {
            return try await settings.pool.withTransaction { connection in
                try await write(report, digest: digest, at: now, on: connection)
            }
        } catch let error as PostgresError where error.isKnownMessage {
            // The same report was being taken in at the same moment; now it is known.
            return try await settings.pool.withTransaction { connection in
                try await write(report, digest: digest, at: now, on: connection)
            }
        }
    }

    private func write(
        _ report: PoliceReport, digest: [UInt8], at now: Instant, on connection: isolated PostgresConnection
    ) async throws -> (receipt: Receipt, lanes: Set<String>) {
        guard let role = settings.directory.role(of: report.sender) else {
            throw Problem(.notEntitled, "the sender's OIN is not in the directory of partners")
        }
        let source = report.sender.digits
        if let earlier = try await settings.store.seen([(source, report.reference)], on: connection).values.first {
            let receipt = try Intake.receipt(for: earlier, digest: digest)
            guard report.isAcute else { return (receipt, []) }
            return (receipt, try await raiseDanger(receipt.caseID, known: report, role: role, digest: digest, at: now, on: connection))
        }
        let definition = try await settings.library.latest(of: settings.workflow, on: connection)
        var work = CaseWork(new: UUID.timeOrdered(at: now), definition: definition, at: now)
        try start(&work, report: report, role: role, digest: digest, at: now)
        try Composer(settings: settings).handOut(&work, content: ReportContent(report, reporter: role))
        let entry = InboxEntry(
            source: source, messageID: report.reference, digest: digest, caseID: work.caseID,
            outcome: ["zaak": .string(work.caseID.uuidString.lowercased())])
        try await settings.store.write([work.change], inbox: [entry], at: now, claimedUntil: now, on: connection)
        return (Receipt(caseID: work.caseID, isDuplicate: false), Set(work.change.messages.map(\.lane)))
    }

    /// A report that was known is handed in again as acute: there is danger now. Once: a second time changes nothing.
    ///
    /// - Returns: the lanes in which messages now wait.
    private func raiseDanger(
        _ caseID: UUID, known report: PoliceReport, role: String, digest: [UInt8], at now: Instant,
        on connection: isolated PostgresConnection
    ) async throws -> Set<String> {
        let source = report.sender.digits
        // A source that no report has: a reference may be any text, so nothing added to it would be out of a sender's reach.
        let raising = (source: "\(source) acuut", id: report.reference)
        guard let stored = try await settings.store.lock([caseID], on: connection)[caseID],
            try await !settings.store.isAcute(caseID, sender: source, reference: report.reference, on: connection),
            try await settings.store.seen([raising], on: connection).isEmpty
        else { return [] }
        let definition = try await settings.library.definition(of: stored, on: connection)
        guard let danger = definition.danger else {
            throw Problem(.faulted, "workflow '\(definition.name)' does not say under 'danger' by which event danger is told")
        }
        var work = try CaseWork(stored, definition: definition, at: now)
        do throws(StepFailure) {
            try work.take(
                .message(Event.Message(name: danger, sender: role)),
                origin: CaseWork.Origin(kind: .message, name: danger, sender: role, source: raising.source, messageID: raising.id))
        } catch {
            throw Problem(error)
        }
        let pieces = try await settings.store.contents([caseID], named: [ReportContent.name], on: connection)
        try Composer(settings: settings).handOut(&work, content: ReportContent(pieces[caseID] ?? []))
        let entry = InboxEntry(
            source: raising.source, messageID: raising.id, digest: digest, caseID: caseID, outcome: ["toegepast": true])
        try await settings.store.write([work.change], inbox: [entry], at: now, claimedUntil: now, on: connection)
        return Set(work.change.messages.map(\.lane))
    }

    /// Wakes the engines. The report is safe already, and a sweep finds its messages without this.
    private func announce(_ lane: String) async {
        do {
            try await settings.pool.withConnection(deadline: .seconds(2)) { connection in
                try await settings.store.announce(lane: lane, channel: NoticeService.channel, on: connection)
            }
        } catch {
            logger.info("engines not woken; the next sweep sends", metadata: ["lane": "\(lane)", "error": "\(error)"])
        }
    }

    private func start(_ work: inout CaseWork, report: PoliceReport, role: String, digest: [UInt8], at now: Instant) throws {
        let content = ReportContent(report, reporter: role)
        work.add(
            CaseChange.Report(
                number: 1, sender: report.sender.digits, reference: report.reference, receivedAt: now, isAcute: report.isAcute,
                digest: digest, roles: report.persons.map(\.role)),
            contents: content.pieces)
        let origin = CaseWork.Origin(
            kind: .report, name: "melding", sender: role, source: report.sender.digits, messageID: report.reference)
        do throws(StepFailure) {
            try work.start(ReportFacts(receivedAt: now, fields: report.registration), origin: origin, contentDigest: digest)
        } catch {
            throw Problem(error)
        }
    }

    private static func receipt(for earlier: InboxEntry, digest: [UInt8]) throws -> Receipt {
        guard earlier.digest == digest, let caseID = earlier.caseID else {
            throw Problem(.conflict, "this sender has used this reference for another report; nothing was changed")
        }
        return Receipt(caseID: caseID, isDuplicate: true)
    }
}

extension Problem {
    init(_ failure: StepFailure) {
        switch failure {
        case .rejected(let rejection):
            self.init(code: rejection.code, detail: rejection.source.map { "\(rejection.message) [\($0)]" } ?? rejection.message)
        case .faulted(let fault): self.init(.faulted, fault.description)
        }
    }
}

extension PostgresError {
    /// Somebody else has written that this message is known, between our look and our write.
    var isKnownMessage: Bool { code == .uniqueViolation && constraint == "inbox_pkey" }
}
