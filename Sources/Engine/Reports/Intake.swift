// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import FoundationEssentials
public import Logging
import Messages
import PostgreSQL
public import Values
import Workflow

/// The door for reports: one transaction, in which the report stands in a case of its own or joins the one of its household, the
/// questions that follow are written and what they disclose is logged, or nothing at all.
public struct Intake: Sendable {
    let settings: EngineSettings
    let logger: Logger

    public init(settings: EngineSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    public struct Receipt: Sendable {
        public let caseID: UUID
        /// The same report was received before; this is the case it stands in.
        public let isDuplicate: Bool
        /// The case was there already: the report is about the same household.
        public let hasJoined: Bool
    }

    /// A report on its way in.
    struct Arrival {
        let report: PoliceReport
        /// The role in which its sender reports.
        let role: String
        let digest: [UInt8]
        let now: Instant

        var source: String { report.sender.digits }
        /// Under which the report tells of danger. A source that no report has: a reference may be any text, so nothing added to it would
        /// be out of a sender's reach.
        var raising: (source: String, id: String) { ("\(source) acuut", report.reference) }
        var filed: CaseStore.FiledReport { filed(number: 1) }

        func filed(number: Int) -> CaseStore.FiledReport {
            CaseStore.FiledReport(number: number, sender: source, role: role, reference: report.reference)
        }

        func inboxEntry(_ caseID: UUID) -> InboxEntry {
            InboxEntry(
                source: source, messageID: report.reference, digest: digest, caseID: caseID,
                outcome: ["zaak": .string(caseID.uuidString.lowercased())])
        }

        func raisingEntry(_ caseID: UUID) -> InboxEntry {
            InboxEntry(
                source: raising.source, messageID: raising.id, digest: digest, caseID: caseID, outcome: ["toegepast": true])
        }

        func entry(number: Int, persons: [(number: Int, role: String)]) -> CaseChange.Report {
            CaseChange.Report(
                number: number, sender: source, role: role, reference: report.reference, receivedAt: now, isAcute: report.isAcute,
                digest: digest, persons: persons)
        }
    }

    /// What became of a report, and the lanes in which messages now wait.
    typealias Written = (receipt: Receipt, lanes: Set<String>)

    /// - Throws: ``Problem``: `StUF016` where the sender used the reference for another report, `ONBEVOEGD` where nobody in the
    ///   directory has the sender's number, `geen-werkstroom` where no workflow takes the report, or what the workflow has against it.
    public func submit(_ received: ReceivedReport, at now: Instant) async throws -> Receipt {
        let now = now.roundedDownToMicroseconds
        let (receipt, lanes) = try await commit(received.report, digest: received.identity.digest, at: now)
        for lane in lanes { await announce(lane) }
        return receipt
    }

    private func commit(_ report: PoliceReport, digest: [UInt8], at now: Instant) async throws -> Written {
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
    ) async throws -> Written {
        guard let role = settings.directory.role(of: report.sender, on: settings.library.day(of: now)) else {
            throw Problem(.notEntitled, "the sender's OIN is not in the directory of partners, or not on this day")
        }
        let arrival = Arrival(report: report, role: role, digest: digest, now: now)
        if let earlier = try await settings.store.seen([(arrival.source, report.reference)], on: connection).values.first {
            let receipt = try Intake.receipt(for: earlier, digest: digest)
            guard report.isAcute else { return (receipt, []) }
            return (receipt, try await raiseDanger(receipt.caseID, arrival, on: connection))
        }
        let definition = try await WorkflowChoice.load(settings, on: connection).choose(for: report, at: now)
        let persons = settings.households.persons(report.persons)
        let known = try await settings.households.find(persons, in: settings.store, on: connection)
        if let written = try await join(arrival, persons, known, workflow: definition.name, on: connection) { return written }
        return try await open(arrival, persons, definition: definition, related: known.cases.map(\.caseID), on: connection)
    }

    /// A case of the report's own.
    private func open(
        _ arrival: Arrival, _ persons: [HouseholdRecognition.Person], definition: Definition, related: [UUID],
        on connection: isolated PostgresConnection
    ) async throws -> Written {
        var work = CaseWork(new: UUID.timeOrdered(at: arrival.now), definition: definition, at: arrival.now)
        let numbers = arrival.report.persons.indices.map { $0 + 1 }
        let content = ReportContent(arrival.report, reporter: arrival.role, numbers: numbers)
        work.add(
            arrival.entry(number: 1, persons: zip(numbers, arrival.report.persons.map(\.role)).map { ($0, $1) }), contents: content.pieces)
        work.file(HouseholdRecognition.keys(of: persons, numbers: numbers), related: related)
        let origin = CaseWork.Origin(
            kind: .report, name: "melding", sender: arrival.role, source: arrival.source, messageID: arrival.report.reference)
        do throws(StepFailure) {
            try work.start(
                ReportFacts(receivedAt: arrival.now, fields: arrival.report.registration), origin: origin, contentDigest: arrival.digest)
        } catch {
            throw Problem(error)
        }
        return try await finish(
            work, CaseContent(reports: [content], filed: [arrival.filed]), [arrival.inboxEntry(work.caseID)],
            Receipt(caseID: work.caseID, isDuplicate: false, hasJoined: false), on: connection)
    }

    /// Makes the messages of what has happened to a case and writes it all.
    func finish(
        _ work: CaseWork, _ content: CaseContent, _ inbox: [InboxEntry], _ receipt: Receipt, on connection: isolated PostgresConnection
    ) async throws -> Written {
        var work = work
        try Composer(settings: settings).handOut(&work, content: content)
        try await settings.store.write([work.change], inbox: inbox, at: work.change.at, claimedUntil: work.change.at, on: connection)
        return (receipt, Set(work.change.messages.map(\.lane)))
    }

    /// A report that was known is handed in again as acute: there is danger now. Once: a second time changes nothing.
    ///
    /// - Returns: the lanes in which messages now wait.
    private func raiseDanger(
        _ caseID: UUID, _ known: Arrival, on connection: isolated PostgresConnection
    ) async throws -> Set<String> {
        guard let stored = try await settings.store.lock([caseID], on: connection)[caseID],
            try await !settings.store.isAcute(caseID, sender: known.source, reference: known.report.reference, on: connection),
            try await settings.store.seen([known.raising], on: connection).isEmpty
        else { return [] }
        let definition = try await settings.library.definition(of: stored, on: connection)
        guard let danger = definition.danger else {
            throw Problem(.faulted, "workflow '\(definition.name)' does not say under 'danger' by which event danger is told")
        }
        var work = try CaseWork(stored, definition: definition, at: known.now)
        do throws(StepFailure) {
            try work.take(
                .message(Event.Message(name: danger, sender: known.role)),
                origin: CaseWork.Origin(
                    kind: .message, name: danger, sender: known.role, source: known.raising.source, messageID: known.raising.id))
        } catch {
            throw Problem(error)
        }
        guard let content = try await CaseContent.load([caseID], from: settings.store, on: connection)[caseID] else { return [] }
        return try await finish(
            work, content, [known.raisingEntry(caseID)], Receipt(caseID: caseID, isDuplicate: true, hasJoined: false), on: connection
        ).lanes
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

    private static func receipt(for earlier: InboxEntry, digest: [UInt8]) throws -> Receipt {
        guard earlier.digest == digest, let caseID = earlier.caseID else {
            throw Problem(.conflict, "this sender has used this reference for another report; nothing was changed")
        }
        return Receipt(caseID: caseID, isDuplicate: true, hasJoined: false)
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
