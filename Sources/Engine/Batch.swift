// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Delivery
import FoundationEssentials
import Messages
import PostgreSQL
import RabbitMQ
import Values
import Workflow

/// The messages of one transaction and the cases that they move.
struct Batch {
    struct Incident {
        let kind: String
        let fingerprint: String
        let caseID: UUID?
        let detail: String
    }

    let settings: EngineSettings
    let now: Instant
    private var works: [UUID: CaseWork] = [:]
    private var open: [UUID: [CaseStore.OpenAssignment]] = [:]
    private var sealed: SealedContents?
    private var filed: [UUID: [CaseStore.FiledReport]] = [:]
    private var seen: [String: InboxEntry] = [:]
    private(set) var inbox: [InboxEntry] = []
    private(set) var leases: [Lane: [CaseStore.Lease]] = [:]
    private(set) var incidents: [Incident] = []
    /// Refusals of messages that belong to no case.
    private var refusals: [CaseChange.Message] = []
    private var stuckTerms: [(caseID: UUID, number: Int)] = []

    init(settings: EngineSettings, now: Instant) {
        self.settings = settings
        self.now = now
    }

    /// Cases that owe something, in the order of their identifiers.
    private var changes: [CaseChange] {
        works.values.map(\.change).filter { !$0.events.isEmpty || !$0.messages.isEmpty }.sorted { $0.caseID < $1.caseID }
    }

    // MARK: Loading

    mutating func load(_ messages: [Inbound], on connection: isolated PostgresConnection) async throws {
        try await load(caseIDs: messages.compactMap(\.caseID), messages: messages.map { ($0.source, $0.messageID) }, on: connection)
    }

    mutating func load(
        caseIDs: [UUID], messages: [(source: String, id: String)] = [], on connection: isolated PostgresConnection
    ) async throws {
        let reading = try await settings.store.read(Array(Set(caseIDs)), messages: messages, on: connection)
        for stored in reading.cases.values {
            let definition = try await settings.library.definition(of: stored, on: connection)
            works[stored.caseID] = try CaseWork(stored, definition: definition, at: now)
        }
        open = reading.openAssignments
        seen = reading.seen
        sealed = reading.sealed
        filed = reading.filed
    }

    // MARK: Messages

    mutating func take(_ message: Inbound) throws {
        let reception = reception(of: message)
        switch (reception, message.content) {
        case (.repeated, _): break
        case (.conflicting(let problem), _): try refuse(message, problem, isRemembered: true)
        case (_, .leases(let leases)): self.leases[message.lane, default: []] += leases
        case (_, .unusable(let problem)): try refuse(message, problem)
        case (.refused(let problem), .refusal): try refuse(message, problem)
        case (.refused(let problem), .event(_, _, let statement)):
            try refuse(message, problem, evidence: problem.isLateness ? statement.data : nil)
        case (.accepted, .refusal(let caseID, let statement)): try decline(message, caseID: caseID, statement)
        case (.accepted, .event(let name, let caseID, let statement)): try apply(message, name: name, caseID: caseID, statement)
        }
    }

    private mutating func apply(_ message: Inbound, name: String, caseID: UUID, _ statement: PartnerStatement) throws {
        guard let work = works[caseID] else { return try refuse(message, Problem(.unknownCase, "there is no such case")) }
        guard name != work.definition.joined else {
            return try refuse(message, Problem(.notEntitled, "'\(name)' comes with a report; hand the report in"))
        }
        let isAnswer = work.definition.tasks.contains { $0.to == message.role && $0.answers.contains(name) }
        if isAnswer, statement.assignment == nil {
            return try refuse(message, Problem(.schema, "'\(name)' is an answer; it names its question under opdracht, with its token"))
        }
        let event = Event.message(
            Event.Message(name: name, sender: message.role, data: statement.data, assignment: statement.assignment?.number))
        let origin = CaseWork.Origin(
            kind: .message, name: name, sender: message.role, source: message.source, messageID: message.messageID,
            assignment: statement.assignment?.number)
        do throws(StepFailure) {
            try works[caseID]?.take(event, origin: origin)
        } catch {
            if case .faulted(let fault) = error {
                incidents.append(
                    Incident(
                        kind: "fault", fingerprint: "fault \(fault.code.rawValue) \(fault.place)", caseID: caseID, detail: fault.description
                    ))
            }
            let problem = Problem(error)
            // The question may have ended by an earlier message of this very batch.
            return try refuse(message, problem, evidence: isAnswer && problem.isLateness ? statement.data : nil)
        }
        note(message, caseID: caseID, outcome: ["toegepast": true])
    }

    /// What there is to say before the workflow is asked. The same message again changes nothing.
    private func reception(of message: Inbound) -> Reception {
        let claim = Reception.Claim(
            role: message.role, digest: message.digest, question: message.statement?.assignment?.number, token: message.statement?.token)
        let questions = message.caseID.flatMap { caseID in
            works[caseID].map { _ in
                (open[caseID] ?? []).map { Reception.OpenQuestion(number: $0.number, partner: $0.partner, token: $0.token) }
            }
        }
        return Reception(claim, earlier: seen[CaseStore.key(message.source, message.messageID)]?.digest, open: questions)
    }

    /// A partner who will not have a question is a matter for an operator; the question stays open.
    private mutating func decline(_ message: Inbound, caseID: UUID, _ statement: PartnerStatement) throws {
        guard let ground = statement.data["grond"]?.stringValue, ground.utf8.count <= 64 else {
            return try refuse(message, Problem(.schema, "a refusal names its 'grond'"))
        }
        incidents.append(
            Incident(
                kind: "refused-assignment", fingerprint: "refused \(message.role) \(statement.assignment?.description ?? "")",
                caseID: caseID,
                detail: "\(message.role) refuses question \(statement.assignment?.description ?? "") on ground \(ground)"))
        note(message, caseID: caseID, outcome: ["geweigerd": .string(ground)])
    }

    /// Nothing changes, the sender is told, and operators can see it.
    ///
    /// - Parameter evidence: what an answer said that came too late. That is nobody's fault and no incident; it is kept, sealed.
    private mutating func refuse(_ message: Inbound, _ problem: Problem, evidence: JSON? = nil, isRemembered: Bool = false) throws {
        if let evidence, let caseID = message.caseID {
            works[caseID]?.keep(evidence, named: "laat antwoord \(message.source) \(message.messageID)")
        } else {
            incidents.append(
                Incident(
                    kind: "rejected-message", fingerprint: "rejected \(message.role) \(problem.code)", caseID: message.caseID,
                    detail: "\(message.role): \(problem.code)"))
        }
        let home = message.caseID.flatMap { works[$0]?.caseID }
        let rejection = try Composer(settings: settings).rejection(
            of: message.messageID, to: message.role, lane: message.lane.rawValue, caseID: home, problem: problem, at: now)
        if let home {
            works[home]?.send(rejection)
        } else if message.isAuthenticated {
            refusals.append(rejection)
        }
        if !isRemembered { note(message, caseID: nil, outcome: ["afgewezen": problem.json]) }
    }

    /// Not even the sender can be told; operators can see it.
    mutating func noteUnreadable(_ delivery: RabbitDelivery) {
        let digest = delivery.message.body.digest.hexadecimal
        incidents.append(
            Incident(
                kind: "unreadable-message", fingerprint: "unreadable \(digest)", caseID: nil,
                detail: "a message under a routing key that names no partner; SHA-256 of its body \(digest)"))
    }

    private mutating func note(_ message: Inbound, caseID: UUID?, outcome: JSON) {
        let entry = InboxEntry(
            source: message.source, messageID: message.messageID, digest: message.digest, caseID: caseID, outcome: outcome)
        inbox.append(entry)
        seen[CaseStore.key(message.source, message.messageID)] = entry
    }

    // MARK: Terms

    mutating func pass(_ number: Int, of caseID: UUID) {
        do throws(StepFailure) {
            guard works[caseID] != nil else { return stuckTerms.append((caseID, number)) }
            try works[caseID]?.take(.deadline(number), origin: CaseWork.Origin(kind: .deadline, name: "termijn \(number)"))
        } catch {
            // A term that somebody else let pass meanwhile is no matter, and one that is still open then would be met in every sweep.
            stuckTerms.append((caseID, number))
            if case .faulted(let fault) = error {
                incidents.append(
                    Incident(
                        kind: "fault", fingerprint: "fault \(fault.code.rawValue) \(fault.place)", caseID: caseID, detail: fault.description
                    ))
            }
        }
    }

    // MARK: What goes out

    /// Writes everything that the batch has come to, and its incidents.
    ///
    /// - Returns: what has to be published once it is committed.
    mutating func commit(on connection: isolated PostgresConnection) async throws -> BatchProcessor.Outgoing {
        try compose()
        let changes = changes
        for (lane, leases) in leases {
            try await settings.store.extend(
                leases, at: now, until: now.adding(.seconds(settings[lane].leaseSeconds)), on: connection)
        }
        try await settings.store.write(
            changes, inbox: inbox, sealed: sealed, at: now, claimedUntil: now.adding(CaseStore.claim), on: connection)
        try await settings.store.postpone(terms: stuckTerms, until: now.adding(TermSweep.pause), on: connection)
        for incident in incidents {
            try await settings.store.openIncident(
                kind: incident.kind, fingerprint: incident.fingerprint, caseID: incident.caseID, detail: incident.detail, at: now,
                on: connection)
        }
        try await settings.store.send(refusals, at: now, claimedUntil: now.adding(CaseStore.claim), on: connection)
        return changes.flatMap { change in change.messages.map { (change.caseID, $0) } } + refusals.map { (nil, $0) }
    }

    /// Opens the content of cases that ask something, and makes their messages.
    private mutating func compose() throws {
        let composer = Composer(settings: settings)
        let asking = works.values.filter { work in
            !work.requests.isEmpty || !work.notices.isEmpty || work.hasClosed && work.definition.tellsReporters
        }.map(\.caseID)
        for caseID in asking {
            // Taken out while it is changed, so that nothing of it has to be copied.
            guard var work = works.removeValue(forKey: caseID) else { continue }
            let content = CaseContent(reports: try ReportContent.reports(sealed?.open(caseID) ?? []), filed: filed[caseID] ?? [])
            try composer.handOut(&work, content: content)
            works[caseID] = work
            for report in Composer.owed(work, content) {
                incidents.append(
                    Incident(
                        kind: "feedback-owed", fingerprint: "feedback-owed \(caseID) \(report.number)", caseID: caseID,
                        detail: "the case has closed, and \(report.role) was never told what became of report \(report.number)"))
            }
        }
    }
}
