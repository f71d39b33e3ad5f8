// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What a case has become by one event, and what there is to do.
public struct Step: Sendable {
    public let state: CaseState
    public let effects: [Effect]
    /// The transitions that were taken, in order, by their source state and their place in its list: the path on a drawing.
    public let taken: [TakenTransition]

    public struct TakenTransition: Hashable, Sendable {
        public let state: Int
        public let transition: Int
    }
}

extension Definition {
    /// Starts a case on a report.
    ///
    /// - Parameters:
    ///   - report: what the report makes known; checked against the fields that the definition declares.
    ///   - now: when the case is started.
    /// - Throws: ``StepFailure``; nothing has happened then.
    public func start(report: ReportFacts, now: Instant) throws(StepFailure) -> Step {
        var interpreter = Interpreter(definition: self, state: try initialState(report: report), now: now)
        try interpreter.start()
        return interpreter.result()
    }

    /// The case before its start.
    func initialState(report: ReportFacts) throws(StepFailure) -> CaseState {
        CaseState(facts: facts.map(\.initial), report: try reportValue(report), receivedAt: report.receivedAt)
    }

    /// Takes a case one step further: one macrostep of SCXML's algorithm, run to completion.
    ///
    /// - Throws: ``StepFailure/rejected(_:)`` where the event is refused, ``StepFailure/faulted(_:)`` where the workflow cannot be
    ///   carried out; nothing has happened in either case.
    public func step(_ state: CaseState, _ event: Event, now: Instant) throws(StepFailure) -> Step {
        var interpreter = Interpreter(definition: self, state: state, now: now)
        switch event {
        case .message(let message): try interpreter.accept(message)
        case .deadline(let number): try interpreter.pass(deadline: number)
        }
        return interpreter.result()
    }

    func reportValue(_ report: ReportFacts) throws(StepFailure) -> Value {
        let received = (Value.string("receivedAt"), Value.timestamp(report.receivedAt))
        guard !self.report.isEmpty else {
            guard case .map(var members) = Value(report.fields) else { return .map([received.0: received.1]) }
            members[received.0] = received.1
            return .map(members)
        }
        guard case .object(let given) = report.fields else {
            throw .rejected(Rejection(Rejection.invalidData, "a report is an object"))
        }
        var members: [Value: Value] = [received.0: received.1]
        var problems: [String] = []
        for field in self.report {
            guard let json = given[field.name] else {
                if field.isRequired { problems.append("'\(field.name)' is missing") }
                continue
            }
            guard let value = field.type.value(from: json) else {
                problems.append("'\(field.name)' should be \(field.type.expectation)")
                continue
            }
            members[.string(field.name)] = value
        }
        guard problems.isEmpty else { throw .rejected(Rejection(Rejection.invalidData, problems.joined(separator: "; "))) }
        return .map(members)
    }
}
