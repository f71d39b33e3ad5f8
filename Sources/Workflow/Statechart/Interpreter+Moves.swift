// SPDX-License-Identifier: EUPL-1.2

import Values

/// The states that a microstep enters.
struct EntrySet {
    var states = StateSet()
}

extension Interpreter {
    /// One microstep: leaves, acts, enters.
    mutating func take(_ selected: [Selected]) throws(StepFailure) {
        guard !selected.isEmpty else { return }
        try exit(selected)
        for choice in selected {
            taken.append(Step.TakenTransition(state: choice.source, transition: choice.number))
            try run(choice.transition.actions, at: definition.states[choice.source].path)
        }
        var entry = EntrySet()
        for choice in selected {
            for target in choice.transition.targets { addDescendants(of: target, to: &entry) }
            guard let domain = domain(of: choice.transition, from: choice.source) else { continue }
            for target in effectiveTargets(of: choice.transition.targets) {
                addAncestors(of: target, below: domain, to: &entry)
            }
        }
        try enter(entry, lane: selected.lazy.compactMap(\.transition.lane).first)
    }

    // MARK: Leaving

    private mutating func exit(_ selected: [Selected]) throws(StepFailure) {
        var leaving = StateSet()
        for choice in selected { leaving.formUnion(choice.exits) }
        guard !leaving.isEmpty else { return }
        let order = Array(leaving).reversed()
        for index in order { remember(index) }
        for index in order {
            let leavingState = definition.states[index]
            try run(leavingState.exit, at: leavingState.path)
            endQuestion(of: index)
            cancelTerms(of: index)
            state.configuration.remove(index)
        }
    }

    /// Keeps what the history states of a state that is left will lead back to.
    private mutating func remember(_ index: Int) {
        for child in definition.states[index].children {
            guard case .history(let isDeep) = definition.states[child].kind else { continue }
            state.history[child] = state.configuration.filter { active in
                isDeep
                    ? definition.states[active].isAtomic && definition.states[index].descendants.contains(active)
                    : definition.states[active].parent == index
            }
        }
    }

    /// A question ends with its state: answered, where the event at hand is an answer from the partner who was asked.
    private mutating func endQuestion(of index: Int) {
        guard let position = state.assignments.firstIndex(where: { $0.state == index }) else { return }
        let assignment = state.assignments.remove(at: position)
        let task = definition.tasks[assignment.task]
        let isAnswer =
            current.map { message in
                task.answers.contains(message.name) && message.sender ?? task.to == task.to
                    && message.assignment ?? assignment.number == assignment.number
            } ?? false
        effects.append(
            isAnswer ? .answerAssignment(number: assignment.number) : .withdrawAssignment(number: assignment.number))
    }

    private mutating func cancelTerms(of index: Int) {
        for deadline in state.deadlines where deadline.state == index { effects.append(.cancelDeadline(number: deadline.number)) }
        state.deadlines.removeAll { $0.state == index }
    }

    // MARK: What is entered

    func addDescendants(of index: Int, to entry: inout EntrySet) {
        let target = definition.states[index]
        guard target.isHistory else {
            entry.states.insert(index)
            addDefaultDescendants(of: index, to: &entry)
            return
        }
        guard let parent = target.parent else { return }
        let remembered = state.history[index] ?? target.initial
        for state in remembered { addDescendants(of: state, to: &entry) }
        for state in remembered { addAncestors(of: state, below: parent, to: &entry) }
    }

    /// Below a compound state its initial states, below a parallel one all regions that nothing else enters.
    func addDefaultDescendants(of index: Int, to entry: inout EntrySet) {
        let target = definition.states[index]
        switch target.kind {
        case .compound:
            for initial in target.initial { addDescendants(of: initial, to: &entry) }
            for initial in effectiveTargets(of: target.initial) { addAncestors(of: initial, below: index, to: &entry) }
        case .parallel: addRegions(of: target, to: &entry)
        case .atomic, .final, .history: break
        }
    }

    func addAncestors(of index: Int, below ancestor: Int, to entry: inout EntrySet) {
        var next = definition.states[index].parent
        while let parent = next, parent != ancestor {
            entry.states.insert(parent)
            if definition.states[parent].kind == .parallel { addRegions(of: definition.states[parent], to: &entry) }
            next = definition.states[parent].parent
        }
        // A parallel root has no compound state above it that could be the domain, so it stands in for one: what a transition
        // across its regions has left is entered again.
        if ancestor == 0, definition.states[0].kind == .parallel { addRegions(of: definition.states[0], to: &entry) }
    }

    private func addRegions(of parallel: State, to entry: inout EntrySet) {
        for child in parallel.children where !definition.states[child].isHistory {
            let isEntered = entry.states.contains(child) || entry.states.intersects(definition.states[child].descendants)
            if !isEntered { addDescendants(of: child, to: &entry) }
        }
    }

    // MARK: Entering

    mutating func enter(_ entry: EntrySet, lane: Lane?) throws(StepFailure) {
        for index in entry.states where !state.configuration.contains(index) {
            state.configuration.insert(index)
            let entered = definition.states[index]
            try enterContents(of: entered)
            try open(entered, lane: lane)
            if entered.kind == .final { finish(entered) }
        }
    }

    mutating func enterContents(of entered: State) throws(StepFailure) { try run(entered.entry, at: entered.path) }

    private mutating func finish(_ final: State) {
        if let outcome = final.outcome {
            state.outcomes[final.path] = outcome
            effects.append(.outcome(state: final.path, name: outcome))
        }
        guard let parent = final.parent else { return }
        var done: Int? = parent
        while let index = done, isDone(index) {
            guard index != 0 else {
                state.isClosed = true
                return
            }
            raise(definition.states[index].doneEvent)
            // Beyond the parent only a parallel state can have become done by this.
            done = definition.states[index].parent.flatMap { definition.states[$0].kind == .parallel ? $0 : nil }
        }
    }

    /// A compound state is done when it is in a final child, a parallel one when all its regions are.
    private func isDone(_ index: Int) -> Bool {
        let target = definition.states[index]
        switch target.kind {
        case .compound: return target.children.contains { definition.states[$0].kind == .final && state.configuration.contains($0) }
        case .parallel: return target.children.allSatisfy { definition.states[$0].isHistory || isDone($0) }
        case .final: return state.configuration.contains(index)
        case .atomic, .history: return false
        }
    }
}
