// SPDX-License-Identifier: EUPL-1.2

import Delivery
import Messages
import Values
import Workflow

/// What PostgreSQL keeps, with the contract of the case store: a transaction works on a copy that replaces it whole or not at all,
/// and cases are locked, so that transactions on the same case come one after the other.
///
/// Decisions are the engine's own: `Reception`, `NextHandOut`, and the workflow's step.
struct Store {
    struct Question {
        enum Status { case open, taken, answered, withdrawn }

        let number: Int
        let task: Int
        let lane: Lane
        var status = Status.open
        var attempt = 1
        var token: String
        var retryAt: Instant

        var isOpen: Bool { status == .open || status == .taken }
    }

    struct Term {
        enum Status { case open, fired, cancelled }

        let number: Int
        let dueAt: Instant
        var status = Status.open
    }

    /// An event as it is stored: enough to fold the case from.
    struct Recorded {
        let event: Event
        let at: Instant
        /// The message that it came by.
        let cause: Int?
    }

    struct Case {
        let report: Int
        let isAcute: Bool
        let receivedAt: Instant
        var state: CaseState
        var questions: [Question] = []
        var terms: [Term] = []
        var events: [Recorded] = []
    }

    struct Row {
        let envelope: Envelope
        let createdAt: Instant
        var claimedUntil: Instant
    }

    enum Outcome { case applied, refused }

    struct Known {
        let digest: [UInt8]
        let outcome: Outcome
    }

    struct Incident: Hashable {
        let caseID: Int
        let number: Int
    }

    static let claim = Duration.seconds(15)
    static let lease = Duration.seconds(60)

    let definition: Definition
    let layers: Layers
    private(set) var cases: [Case] = []
    private(set) var outbox: [Row] = []
    private(set) var inbox: [Int: Known] = [:]
    private(set) var reports: [Int: Int] = [:]
    private(set) var incidents: [Incident] = []
    /// What this transaction has committed and its process is to publish.
    private(set) var owed: [Row] = []
    /// An invariant that was broken on the way.
    private(set) var violation: String?
    private var lastID = 1_000_000

    init(definition: Definition, layers: Layers) {
        self.definition = definition
        self.layers = layers
    }

    mutating func begin() { owed = [] }

    // MARK: The door

    /// - Returns: the case that the report has made, now or before.
    mutating func takeIn(report: Int, isAcute: Bool, at now: Instant) throws(StepFailure) -> Int {
        if layers.contains(.dedupe), let known = reports[report] { return known }
        let step = try definition.start(report: ReportFacts(receivedAt: now, fields: ["acuut": .bool(isAcute)]), now: now)
        cases.append(Case(report: report, isAcute: isAcute, receivedAt: now, state: step.state))
        if reports[report] != nil { violation = "report \(report) has made two cases" }
        reports[report] = cases.count - 1
        // The door publishes nothing itself: an engine is free to take the rows at once.
        perform(step, on: cases.count - 1, at: now, claimedUntil: now)
        return cases.count - 1
    }

    // MARK: Messages

    mutating func receive(_ envelope: Envelope, at now: Instant) {
        let (caseID, question): (Int, HandedOut?)
        switch envelope.content {
        case .lease(let held): return extend(held, at: now)
        case .event(_, let id, let answered): (caseID, question) = (id, answered)
        case .refusal(let refused): (caseID, question) = (refused.caseID, refused)
        case .question, .rejection: return violation = "a message to a partner has come to an engine"
        }
        let digest = [UInt8(truncatingIfNeeded: envelope.id)]
        let claim = Reception.Claim(role: envelope.party.role, digest: digest, question: question?.number, token: question?.token)
        let earlier = layers.contains(.dedupe) ? inbox[envelope.id]?.digest : nil
        switch Reception(claim, earlier: earlier, open: openQuestions(caseID, asSeenBy: claim)) {
        case .repeated: break
        case .conflicting: violation = "message \(envelope.id) is taken for another one"
        case .refused: refuse(envelope, at: now)
        case .accepted: accept(envelope, caseID: caseID, question: question, at: now)
        }
    }

    /// Without fencing whatever token is given is taken for the latest.
    private func openQuestions(_ caseID: Int, asSeenBy claim: Reception.Claim) -> [Reception.OpenQuestion]? {
        guard cases.indices.contains(caseID) else { return nil }
        return cases[caseID].questions.filter(\.isOpen).map { question in
            Reception.OpenQuestion(
                number: question.number, partner: definition.tasks[question.task].to,
                token: layers.contains(.fencing) ? question.token : claim.token ?? question.token)
        }
    }

    private mutating func accept(_ envelope: Envelope, caseID: Int, question: HandedOut?, at now: Instant) {
        if let question, let row = cases[caseID].questions.first(where: { $0.number == question.number }), row.token != question.token {
            violation = "\(envelope) counts, although the question has been handed out again under \(row.token)"
        }
        guard case .event(let name, _, _) = envelope.content else {
            // A refusal: the question stays open, and an operator looks.
            incidents.append(Incident(caseID: caseID, number: question?.number ?? 0))
            return remember(envelope, .applied)
        }
        let event = Event.message(Event.Message(name: name, sender: envelope.party.role, assignment: question?.number))
        do throws(StepFailure) {
            let step = try definition.step(cases[caseID].state, event, now: now)
            if cases[caseID].events.contains(where: { $0.cause == envelope.id }) { violation = "\(envelope) has been applied twice" }
            cases[caseID].events.append(Recorded(event: event, at: now, cause: envelope.id))
            perform(step, on: caseID, at: now, claimedUntil: now.adding(Store.claim))
            remember(envelope, .applied)
        } catch {
            if case .faulted(let fault) = error { violation = "\(fault)" }
            refuse(envelope, at: now)
        }
    }

    private mutating func remember(_ envelope: Envelope, _ outcome: Outcome) {
        inbox[envelope.id] = Known(digest: [UInt8(truncatingIfNeeded: envelope.id)], outcome: outcome)
    }

    private mutating func refuse(_ envelope: Envelope, at now: Instant) {
        if inbox[envelope.id]?.outcome == .applied { violation = "the sender of \(envelope) is told no after it was applied" }
        send(to: envelope.party, lane: envelope.lane, .rejection(of: envelope.id), at: now, claimedUntil: now.adding(Store.claim))
        remember(envelope, .refused)
    }

    private mutating func extend(_ held: HandedOut, at now: Instant) {
        guard cases.indices.contains(held.caseID),
            let index = cases[held.caseID].questions.firstIndex(where: { $0.number == held.number && $0.isOpen })
        else { return }
        guard cases[held.caseID].questions[index].token == held.token || !layers.contains(.fencing) else { return }
        cases[held.caseID].questions[index].status = .taken
        cases[held.caseID].questions[index].retryAt = now.adding(Store.lease)
    }

    // MARK: Leases and terms

    func casesWithRetries(_ lane: Lane, at now: Instant) -> [Int] {
        cases.indices.filter { index in cases[index].questions.contains { $0.isOpen && $0.lane == lane && $0.retryAt <= now } }
    }

    mutating func handOutAgain(_ caseID: Int, at now: Instant) {
        for index in cases[caseID].questions.indices {
            let question = cases[caseID].questions[index]
            guard question.isOpen, question.retryAt <= now else { continue }
            switch NextHandOut(after: question.attempt, policy: definition.tasks[question.task].retry, at: now) {
            case .again(let attempt, let retryAt):
                lastID += 1
                cases[caseID].questions[index].attempt = attempt
                cases[caseID].questions[index].token = "\(attempt).\(lastID)"
                cases[caseID].questions[index].retryAt = retryAt
                cases[caseID].questions[index].status = .open
                handOut(cases[caseID].questions[index], of: caseID, at: now, claimedUntil: now.adding(Store.claim))
            case .exhausted(let retryAt):
                incidents.append(Incident(caseID: caseID, number: question.number))
                cases[caseID].questions[index].retryAt = retryAt
            }
        }
    }

    func dueTerms(at now: Instant) -> [(caseID: Int, number: Int)] {
        cases.indices.flatMap { caseID in
            cases[caseID].terms.filter { $0.status == .open && $0.dueAt <= now }.map { (caseID, $0.number) }
        }
    }

    mutating func pass(_ number: Int, of caseID: Int, at now: Instant) {
        let event = Event.deadline(number)
        do throws(StepFailure) {
            let step = try definition.step(cases[caseID].state, event, now: now)
            if cases[caseID].terms.contains(where: { $0.number == number && $0.status != .open }) {
                violation = "term \(number) of case \(caseID) has passed twice"
            }
            cases[caseID].events.append(Recorded(event: event, at: now, cause: nil))
            perform(step, on: caseID, at: now, claimedUntil: now.adding(Store.claim))
        } catch {
            // Somebody else let it pass meanwhile.
            if case .faulted(let fault) = error { violation = "\(fault)" }
        }
    }

    // MARK: Operators

    /// An operator enters what the partner has told by telephone; he needs no token.
    mutating func settle(_ incident: Incident, at now: Instant) {
        let caseID = incident.caseID
        guard let question = cases[caseID].questions.first(where: { $0.number == incident.number && $0.isOpen }),
            let answer = definition.tasks[question.task].answers.first
        else { return }
        let event = Event.message(
            Event.Message(name: answer, sender: definition.tasks[question.task].to, assignment: question.number))
        do throws(StepFailure) {
            let step = try definition.step(cases[caseID].state, event, now: now)
            cases[caseID].events.append(Recorded(event: event, at: now, cause: nil))
            perform(step, on: caseID, at: now, claimedUntil: now.adding(Store.claim))
        } catch {
            violation = "an operator cannot answer question \(question.number) of case \(caseID): \(error)"
        }
    }

    // MARK: The way out

    mutating func claim(_ lane: Lane, limit: Int, at now: Instant) {
        for index in outbox.indices where outbox[index].envelope.lane == lane && outbox[index].claimedUntil <= now && owed.count < limit {
            outbox[index].claimedUntil = now.adding(Store.claim)
            owed.append(outbox[index])
        }
    }

    mutating func confirm(_ ids: [Int]) { outbox.removeAll { ids.contains($0.envelope.id) } }

    private mutating func send(to party: Party, lane: Lane, _ content: Envelope.Content, at now: Instant, claimedUntil: Instant) {
        lastID += 1
        let row = Row(
            envelope: Envelope(id: lastID, party: party, lane: lane, content: content), createdAt: now, claimedUntil: claimedUntil)
        outbox.append(row)
        owed.append(row)
    }

    private mutating func handOut(_ question: Question, of caseID: Int, at now: Instant, claimedUntil: Instant) {
        let task = definition.tasks[question.task]
        guard let party = Party(role: task.to), let answer = task.answers.first else { return violation = "nobody to ask: \(task.to)" }
        let content = HandedOut(caseID: caseID, number: question.number, token: question.token, answer: answer)
        send(to: party, lane: question.lane, .question(content), at: now, claimedUntil: claimedUntil)
    }

    // MARK: Effects

    private mutating func perform(_ step: Step, on caseID: Int, at now: Instant, claimedUntil: Instant) {
        cases[caseID].state = step.state
        for effect in step.effects {
            switch effect {
            case .openAssignment(let request):
                guard let task = definition.tasks.firstIndex(where: { $0.name == request.task }) else { continue }
                lastID += 1
                let question = Question(
                    number: request.number, task: task, lane: request.lane, token: "1.\(lastID)",
                    retryAt: now.adding(definition.tasks[task].retry.wait(afterAttempt: 1)))
                cases[caseID].questions.append(question)
                handOut(question, of: caseID, at: now, claimedUntil: claimedUntil)
            case .answerAssignment(let number): end(number, of: caseID, .answered)
            case .withdrawAssignment(let number): end(number, of: caseID, .withdrawn)
            case .startDeadline(let request):
                cases[caseID].terms.append(Term(number: request.number, dueAt: request.due))
            case .cancelDeadline(let number): endTerm(number, of: caseID, .cancelled)
            case .fireDeadline(let number): endTerm(number, of: caseID, .fired)
            case .escalate, .remind, .note, .notify, .alarm, .outcome, .close: break
            }
        }
    }

    private mutating func end(_ number: Int, of caseID: Int, _ status: Question.Status) {
        guard let index = cases[caseID].questions.firstIndex(where: { $0.number == number }) else { return }
        if !cases[caseID].questions[index].isOpen { violation = "question \(number) of case \(caseID) has ended twice" }
        cases[caseID].questions[index].status = status
    }

    private mutating func endTerm(_ number: Int, of caseID: Int, _ status: Term.Status) {
        guard let index = cases[caseID].terms.firstIndex(where: { $0.number == number }) else { return }
        cases[caseID].terms[index].status = status
    }
}
