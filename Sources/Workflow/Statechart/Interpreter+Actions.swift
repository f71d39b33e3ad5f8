// SPDX-License-Identifier: EUPL-1.2

import Values

extension Interpreter {
    /// Runs actions on behalf of a state.
    mutating func run(_ actions: [Action], at index: Int) throws(StepFailure) {
        guard !actions.isEmpty else { return }
        let place = definition.states[index].path
        for action in actions {
            switch action {
            case .raise(let event):
                // Now and not when its turn comes: a state that is entered meanwhile may count from it.
                if definition.anchorEvents.contains(event) { state.anchors[event] = now }
                raise(event)
            case .set(let fact, let value): try set(fact, to: value, at: place)
            case .escalate(let to): effects.append(.escalate(to: to, state: place))
            case .remind(let to): effects.append(.remind(to: to, state: place))
            case .note(let code): effects.append(.note(code))
            case .notify(let role, let what): effects.append(.notify(role: role, what: what))
            case .alarm(let code): effects.append(.alarm(code))
            }
        }
    }

    /// Puts the question of a state that was entered and starts its terms.
    mutating func open(_ index: Int, lane: Lane?) throws(StepFailure) {
        guard definition.states[index].task != nil || !definition.states[index].due.isEmpty else { return }
        let entered = definition.states[index]
        if let number = entered.task { try ask(definition.tasks[number], number, in: entered, lane: lane) }
        for (index, due) in entered.due.enumerated() { try start(due, index, in: entered) }
    }

    private mutating func ask(_ task: TaskDeclaration, _ index: Int, in entered: State, lane: Lane?) throws(StepFailure) {
        var organisation: String?
        if let expression = task.organisation {
            let value = try evaluate(expression, in: scope(), at: entered.path)
            if case .string(let name) = value, !name.isEmpty { organisation = name }
        }
        state.lastAssignment += 1
        state.assignments.append(
            CaseState.OpenAssignment(number: state.lastAssignment, state: entered.index, task: index))
        effects.append(
            .openAssignment(
                Effect.AssignmentRequest(
                    number: state.lastAssignment, state: entered.path, task: task.name, to: task.to, organisation: organisation,
                    lane: task.lane == .acute ? .acute : lane ?? .routine)))
    }

    private mutating func start(_ due: DueDeclaration, _ index: Int, in entered: State) throws(StepFailure) {
        let (instant, computation) = try end(of: due, at: entered.path)
        state.lastDeadline += 1
        state.deadlines.append(
            CaseState.OpenDeadline(number: state.lastDeadline, state: entered.index, index: index, due: instant))
        effects.append(
            .startDeadline(
                Effect.DeadlineRequest(
                    number: state.lastDeadline, state: entered.path, index: index, due: instant, computation: computation)))
    }

    private func instant(of anchor: DueDeclaration.Anchor) -> Instant? {
        switch anchor {
        case .entry: now
        case .reportReceived: state.receivedAt
        case .event(let name): state.anchors[name]
        case .first(let anchors): anchors.lazy.compactMap { instant(of: $0) }.first
        }
    }

    private func end(of due: DueDeclaration, at place: String) throws(StepFailure) -> (Instant, String?) {
        // A term from something that has not happened yet starts when it is first asked for.
        let start = instant(of: due.anchor) ?? now
        if let duration = due.term.duration { return (start.adding(duration).roundedDownToMicroseconds, nil) }
        guard let calendar = definition.calendar else {
            throw .faulted(Fault(code: .calendar, place: place, message: "a term in \(due.term.unit.rawValue) has no calendar"))
        }
        do {
            let end = try calendar.due(from: start, term: due.term, atw: due.isStatutory)
            let computation = "\(end.calendar) \(end.calendarVersion): \(end.explanation)"
            return (end.instant.roundedDownToMicroseconds, computation)
        } catch {
            throw .faulted(Fault(code: .calendar, place: place, message: "\(error)"))
        }
    }
}
