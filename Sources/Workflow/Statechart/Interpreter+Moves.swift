// SPDX-License-Identifier: EUPL-1.2

import Values

extension Interpreter {
    /// One microstep: leaves, acts, enters.
    mutating func take(_ selected: [Selected]) throws(StepFailure) {
        guard !selected.isEmpty else { return }
        try exit(selected)
        for choice in selected {
            taken.append(Step.TakenTransition(state: choice.source, transition: choice.number))
            try run(transition(choice).actions, at: choice.source)
        }
        // Only now, because what was left has just been remembered.
        var entered = StateSet()
        var lane: Lane?
        for choice in selected {
            lane = lane ?? transition(choice).lane
            let plan = chart.plan(of: transition(choice), number: choice.number, from: choice.source, memory: state.history)
            entered.formUnion(plan.entered)
        }
        try enter(entered, lane: lane)
    }

    private func transition(_ choice: Selected) -> Transition { definition.states[choice.source].transitions[choice.number] }

    // MARK: Leaving

    private mutating func exit(_ selected: [Selected]) throws(StepFailure) {
        var leaving = StateSet()
        for choice in selected { leaving.formUnion(choice.exits) }
        guard !leaving.isEmpty else { return }
        for index in leaving.intersection(chart.remembering) { remember(index) }
        while let index = leaving.popLast() {
            try run(definition.states[index].exit, at: index)
            endQuestion(of: index)
            cancelTerms(of: index)
            state.configuration.remove(index)
        }
    }

    /// Keeps what the history states of a state that is left will lead back to.
    private mutating func remember(_ index: Int) {
        for history in chart.nodes[index].histories {
            state.history[history] =
                if chart.nodes[history].kind == .history(deep: true) {
                    Array(state.configuration.intersection(chart.atomic).intersection(chart.nodes[index].descendants))
                } else {
                    chart.nodes[index].regions.filter(state.configuration.contains)
                }
        }
    }

    /// A question ends with its state: answered, where the event at hand is an answer from the partner who was asked.
    private mutating func endQuestion(of index: Int) {
        guard let position = state.assignments.firstIndex(where: { $0.state == index }) else { return }
        let assignment = state.assignments.remove(at: position)
        effects.append(
            isAnswer(to: assignment)
                ? .answerAssignment(number: assignment.number) : .withdrawAssignment(number: assignment.number))
    }

    private func isAnswer(to assignment: CaseState.OpenAssignment) -> Bool {
        guard let message else { return false }
        let task = definition.tasks[assignment.task]
        return task.answers.contains(message.name) && message.sender ?? task.to == task.to
            && message.assignment ?? assignment.number == assignment.number
    }

    private mutating func cancelTerms(of index: Int) {
        guard state.deadlines.contains(where: { $0.state == index }) else { return }
        for deadline in state.deadlines where deadline.state == index { effects.append(.cancelDeadline(number: deadline.number)) }
        state.deadlines.removeAll { $0.state == index }
    }

    // MARK: Entering

    mutating func enter(_ entered: StateSet, lane: Lane?) throws(StepFailure) {
        for index in entered where !state.configuration.contains(index) {
            state.configuration.insert(index)
            try run(definition.states[index].entry, at: index)
            try open(index, lane: lane)
            if chart.nodes[index].kind == .final { finish(index) }
        }
    }

    private mutating func finish(_ final: Int) {
        if let outcome = definition.states[final].outcome {
            state.outcomes[definition.states[final].path] = outcome
            effects.append(.outcome(state: definition.states[final].path, name: outcome))
        }
        var done = chart.nodes[final].parent
        while done >= 0, isDone(done) {
            guard done != 0 else {
                state.isClosed = true
                return
            }
            raise(definition.states[done].doneEvent)
            // Beyond the parent only a parallel state can have become done by this. Appendix D looks at the one around the parent
            // only; the recommendation's section on parallel states calls it done wherever all its regions are.
            done = chart.nodes[done].parent
            guard done >= 0, chart.nodes[done].kind == .parallel else { return }
        }
    }

    /// A compound state is done when it is in a final child, a parallel one when all its regions are.
    private func isDone(_ index: Int) -> Bool {
        let node = chart.nodes[index]
        switch node.kind {
        case .compound: return node.regions.contains { chart.nodes[$0].kind == .final && state.configuration.contains($0) }
        case .parallel: return node.regions.allSatisfy { isDone($0) }
        case .final: return state.configuration.contains(index)
        case .atomic, .history: return false
        }
    }
}
