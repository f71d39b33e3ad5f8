// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import Values
import Workflow

/// One case in memory for the length of a transaction: steps it and gathers what it owes.
struct CaseWork {
    let definition: Definition
    private(set) var state: CaseState?
    private(set) var change: CaseChange
    /// Questions that were opened and still need their message.
    private(set) var requests: [Effect.AssignmentRequest] = []
    private(set) var notices: [(role: String, what: String)] = []

    /// Where an event came from.
    struct Origin {
        var kind: EventRecord.Kind
        var name: String
        var sender: String?
        var source: String?
        var messageID: String?
        var assignment: Int?
    }

    /// A case that is already there.
    init(_ stored: StoredCase, definition: Definition, at now: Instant) throws {
        self.definition = definition
        let state = try definition.state(from: stored.state)
        self.state = state
        change = CaseChange(stored, isNew: false, at: now)
        describe(state)
    }

    /// A case that is about to start.
    init(new caseID: UUID, definition: Definition, at now: Instant) {
        self.definition = definition
        change = CaseChange(
            StoredCase(
                caseID: caseID, workflow: definition.name, version: definition.version, revision: 0, state: .null,
                chainHead: EventRecord.origin), isNew: true, at: now)
    }

    var caseID: UUID { change.caseID }

    mutating func start(_ report: ReportFacts, origin: Origin, contentDigest: [UInt8]) throws(StepFailure) {
        let step = try definition.start(report: report, now: change.at)
        try requireHolder(step.state, at: origin.name)
        apply(step, origin: origin, data: report.fields, contentDigest: contentDigest)
    }

    /// Takes an event. What people wrote in it goes to sealed content, and the event keeps its digest.
    ///
    /// - Parameter contentDigest: of what came with the event and is sealed elsewhere, as a report is.
    mutating func take(_ event: Event, origin: Origin, contentDigest given: [UInt8]? = nil) throws(StepFailure) {
        guard let state else { return }
        let step = try definition.step(state, event, now: change.at)
        try requireHolder(step.state, at: origin.name)
        var data = JSON.object([:])
        var contentDigest = given
        if case .message(let message) = event {
            let parts = split(message)
            data = parts.registration
            if let narrative = parts.narrative {
                contentDigest = narrative.utf8.digest
                change.contents.append(
                    CaseChange.Content(subject: "zaak", name: "gebeurtenis \(change.revision + 1)", body: narrative.utf8))
            }
        }
        apply(step, origin: origin, data: data, contentDigest: contentDigest)
    }

    private func split(_ message: Event.Message) -> (registration: JSON, narrative: JSON?) {
        guard case .object(let members) = message.data, let declaration = definition.events[message.name] else {
            return (message.data, nil)
        }
        let personal = Set(declaration.fields.filter(\.type.isPersonalContent).map(\.name))
        let narrative = members.filter { personal.contains($0.key) }
        return (.object(members.filter { !personal.contains($0.key) }), narrative.isEmpty ? nil : .object(narrative))
    }

    private mutating func apply(_ step: Step, origin: Origin, data: JSON, contentDigest: [UInt8]?) {
        state = step.state
        let record = EventRecord(
            caseID: caseID, number: change.revision + 1, recordedAt: change.at, kind: origin.kind, name: origin.name, sender: origin.sender,
            source: origin.source, messageID: origin.messageID, assignment: origin.assignment, data: data, contentDigest: contentDigest,
            configuration: .array(definition.activePaths(step.state).map { .string($0) }), effects: .array(step.effects.map(\.json)),
            previous: change.chainHead)
        change.events.append(record)
        change.revision = record.number
        change.chainHead = record.digest
        change.state = definition.json(of: step.state)
        describe(step.state)
        for effect in step.effects { perform(effect) }
    }

    /// Whether the last step has put an acute question or rung somebody.
    var hasAlarmed: Bool {
        (change.events.last?.effects.arrayValue ?? []).contains { $0["lane"] == "acute" || $0["effect"] == "alarm" }
    }

    /// What the row says about the state beside the state itself. A case that only sends a message keeps it.
    private mutating func describe(_ state: CaseState) {
        change.isClosed = state.isClosed
        change.safetyHolder = definition.safetySight.flatMap { fact in
            if case .string(let holder) = state.facts[fact] { holder } else { nil }
        }
    }

    /// At every moment somebody has sight on safety; a step after which nobody has it is no step.
    private func requireHolder(_ state: CaseState, at place: String) throws(StepFailure) {
        guard let fact = definition.safetySight, !state.isClosed, state.facts[fact] == .null else { return }
        throw .faulted(
            Fault(
                code: .noHolder, place: place, message: "nobody would have sight on safety: '\(definition.facts[fact].name)' has no value"))
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .openAssignment(let request): requests.append(request)
        case .answerAssignment(let number): end(number, "answered")
        case .withdrawAssignment(let number): end(number, "withdrawn")
        case .startDeadline(let request):
            change.deadlines.append(
                CaseChange.Deadline(number: request.number, state: request.state, dueAt: request.due, computation: request.computation))
        case .cancelDeadline(let number): endDeadline(number, "cancelled")
        case .fireDeadline(let number): endDeadline(number, "fired")
        case .notify(let role, let what): notices.append((role, what))
        // These stand in the event; operators and the alarm channel read them there.
        case .escalate, .remind, .note, .alarm, .outcome, .close: break
        }
    }

    private mutating func end(_ number: Int, _ status: String) {
        // Opened and ended in one transaction: it never was there for anybody.
        if requests.contains(where: { $0.number == number }) {
            requests.removeAll { $0.number == number }
        } else {
            change.endedAssignments.append((number, status))
        }
    }

    private mutating func endDeadline(_ number: Int, _ status: String) {
        if change.deadlines.contains(where: { $0.number == number }) {
            change.deadlines.removeAll { $0.number == number }
        } else {
            change.endedDeadlines.append((number, status))
        }
    }

    // MARK: What the composer adds

    mutating func hand(
        out assignment: CaseChange.Assignment, message: CaseChange.Message, disclosures: [CaseChange.Disclosure]
    ) {
        change.assignments.append(assignment)
        change.messages.append(message)
        change.disclosures += disclosures
    }

    mutating func send(_ message: CaseChange.Message, disclosures: [CaseChange.Disclosure] = []) {
        change.messages.append(message)
        change.disclosures += disclosures
    }

    /// Keeps something that did not count, sealed, as evidence.
    mutating func keep(_ evidence: JSON, named name: String) {
        change.contents.append(CaseChange.Content(subject: "zaak", name: name, body: evidence.utf8))
    }

    mutating func add(_ report: CaseChange.Report, contents: [CaseChange.Content]) {
        change.report = report
        change.contents += contents
    }

    mutating func file(_ keys: [CaseChange.HouseholdKey], related: [UUID]) {
        change.householdKeys += keys
        change.relatedCases += related
    }

    mutating func tell(_ message: CaseChange.Message, report: Int, what: String) {
        change.messages.append(message)
        change.feedback.append(CaseChange.Feedback(report: report, what: what, messageID: message.id))
    }

    mutating func forgetRequests() {
        requests = []
        notices = []
    }
}
