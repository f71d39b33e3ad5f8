// SPDX-License-Identifier: EUPL-1.2

import Values

extension Scenario {
    /// What came of a scenario.
    public enum Verdict: Sendable {
        case passed
        case pending(reason: String)
        /// Never empty.
        case differs([Difference])
    }

    /// Something that was not as expected. Both sides are lines, so that they can be shown as a diff.
    public struct Difference: Hashable, Sendable {
        public let position: SourcePosition
        public let what: String
        public let expected: [String]
        public let actual: [String]
    }

    /// Runs the scenario with a clock of its own against the definition that it was loaded for.
    ///
    /// Before each moment all terms fall that are due by then, in the order of their instants, each at its own instant; a term that
    /// starts on the way takes its turn. A refusal that nobody expected ends the course: what follows would make no sense.
    public func run(_ definition: Definition) -> Verdict {
        switch content {
        case .pending(let reason): return .pending(reason: reason)
        case .course(let moments):
            var run = ScenarioRun(definition: definition)
            for moment in moments {
                guard run.play(moment) else { break }
            }
            return run.differences.isEmpty ? .passed : .differs(run.differences)
        }
    }
}

/// One run of one scenario.
struct ScenarioRun {
    let definition: Definition
    let time: LocalTime
    private(set) var differences: [Scenario.Difference] = []
    /// Every question that was put, by its number.
    private(set) var asked: [Int: Effect.AssignmentRequest] = [:]
    /// What happened since the moment before.
    private(set) var happened: [Expectation.Happening: [String]] = [:]
    private(set) var state: CaseState?
    /// All steps so far, for whoever wants to know which way the case went.
    private(set) var steps: [Step] = []
    private var clock = Instant(seconds: 0)

    /// Terms that fall before one moment. More can only be a term that starts itself anew in the past.
    private static let fallsMax = 1_000

    init(definition: Definition) {
        self.definition = definition
        time = LocalTime(calendar: definition.calendar)
    }

    /// Lets one moment happen and checks it.
    ///
    /// - Returns: false where the course cannot go on.
    mutating func play(_ moment: Scenario.Moment) -> Bool {
        happened = [:]
        if state == nil { clock = moment.at }
        guard fall(until: moment.at, moment), occur(moment), fall(until: moment.at, moment) else { return false }
        for expectation in moment.expectations { check(expectation) }
        return true
    }

    private mutating func fall(until instant: Instant, _ moment: Scenario.Moment) -> Bool {
        var count = 0
        while let before = state, let next = before.deadlines.min(by: { ($0.due, $0.number) < ($1.due, $1.number) }), next.due <= instant {
            count += 1
            guard count <= ScenarioRun.fallsMax else {
                differ(moment.position, "terms", expected: [], actual: ["\(definition.states[next.state].path) falls again and again"])
                return false
            }
            clock = max(clock, next.due)
            happened[.fell, default: []].append(definition.states[next.state].path)
            switch attempt({ now throws(StepFailure) in try definition.step(before, .deadline(next.number), now: now) }) {
            case .success(let step): take(step)
            case .failure(let failure):
                differ(moment.position, "a term of \(definition.states[next.state].path)", expected: ["falls"], actual: [failure.inWords])
                return false
            }
        }
        clock = max(clock, instant)
        return true
    }

    private mutating func occur(_ moment: Scenario.Moment) -> Bool {
        let result: Result<Step, StepFailure>
        switch (moment.occurrence, state) {
        case (.timePasses, _): return true
        case (.report(let fields), _):
            result = attempt { now throws(StepFailure) in
                try definition.start(report: ReportFacts(receivedAt: now, fields: fields), now: now)
            }
        case (.message(let name, let sender, let data, let answering), let before?):
            var number: Int?
            if let answering {
                number = asked.values.filter { $0.task == answering }.map(\.number).max()
                guard number != nil else {
                    differ(moment.position, "answering", expected: [answering], actual: ["was never asked"])
                    return false
                }
            }
            let event = Event.message(Event.Message(name: name, sender: sender, data: data, assignment: number))
            result = attempt { now throws(StepFailure) in try definition.step(before, event, now: now) }
        case (.message, nil): return false
        }
        return settle(result, moment)
    }

    /// Compares what became of an occurrence with what was expected to become of it.
    private mutating func settle(_ result: Result<Step, StepFailure>, _ moment: Scenario.Moment) -> Bool {
        switch (result, moment.refusal) {
        case (.success(let step), nil):
            take(step)
            return true
        case (.success(let step), let refusal?):
            take(step)
            differ(refusal.position, "refused", expected: [refusal.code], actual: ["accepted"])
            return true
        case (.failure(.rejected(let rejection)), let refusal?):
            if rejection.code != refusal.code {
                differ(refusal.position, "refused", expected: [refusal.code], actual: [rejection.description])
            }
            return true
        case (.failure(let failure), _):
            let expected = moment.refusal.map { "refused: \($0.code)" } ?? "accepted"
            differ(moment.refusal?.position ?? moment.position, moment.occurrence.name, expected: [expected], actual: [failure.inWords])
            return false
        }
    }

    private func attempt(_ body: (Instant) throws(StepFailure) -> Step) -> Result<Step, StepFailure> {
        do throws(StepFailure) { return .success(try body(clock)) } catch { return .failure(error) }
    }

    private mutating func take(_ step: Step) {
        state = step.state
        steps.append(step)
        for effect in step.effects {
            switch effect {
            case .openAssignment(let request): asked[request.number] = request
            case .note(let code): happened[.noted, default: []].append(code)
            case .notify(let role, let what): happened[.notified, default: []].append("\(role): \(what)")
            case .escalate(let to, _): happened[.escalated, default: []].append(to)
            case .remind(let to, _): happened[.reminded, default: []].append(to)
            case .alarm(let code): happened[.alarms, default: []].append(code)
            case .answerAssignment, .withdrawAssignment, .startDeadline, .cancelDeadline, .fireDeadline, .outcome, .close: break
            }
        }
    }

    mutating func differ(_ position: SourcePosition, _ what: String, expected: [String], actual: [String]) {
        differences.append(Scenario.Difference(position: position, what: what, expected: expected, actual: actual))
    }
}

extension Scenario.Occurrence {
    fileprivate var name: String {
        switch self {
        case .report: "report"
        case .message(let name, let sender, _, _): "\(sender) says \(name)"
        case .timePasses: "time"
        }
    }
}
