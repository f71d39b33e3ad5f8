// SPDX-License-Identifier: EUPL-1.2

extension Interpreter {
    /// A transition that is to be taken, with the states it leaves.
    struct Selected {
        let source: Int
        let number: Int
        let transition: Transition
        let exits: StateSet
    }

    /// The transitions that an event enables, without conflicts: for every active state from the leaves up the first that fits.
    ///
    /// - Parameter event: nil selects eventless transitions.
    func select(event: String?) throws(StepFailure) -> [Selected] {
        let data = event == current?.name ? currentData : .map([:])
        let scope = scope(event: event ?? "", sender: event == current?.name ? current?.sender : nil, data: data)
        var enabled: [Selected] = []
        var seen = StateSet()
        for leaf in state.configuration where definition.states[leaf].isAtomic {
            var candidate: Int? = leaf
            while let index = candidate {
                if let number = try firstEnabled(in: index, event: event, scope: scope) {
                    // Two regions may find the same transition in a state above both; it is taken once.
                    if !seen.contains(index) { enabled.append(selected(index, number)) }
                    seen.insert(index)
                    break
                }
                candidate = definition.states[index].parent
            }
        }
        return withoutConflicts(enabled)
    }

    private func firstEnabled(in index: Int, event: String?, scope: GuardScope) throws(StepFailure) -> Int? {
        let state = definition.states[index]
        for (number, transition) in state.transitions.enumerated() where transition.event == event {
            guard let condition = transition.condition else { return number }
            let value = try evaluate(condition, in: scope, at: state.path)
            guard case .bool(let holds) = value else {
                throw .faulted(
                    Fault(code: .guardFailed, place: state.path, message: "'\(condition.source)' is a \(value.typeName), no bool"))
            }
            if holds { return number }
        }
        return nil
    }

    private func selected(_ source: Int, _ number: Int) -> Selected {
        let transition = definition.states[source].transitions[number]
        return Selected(
            source: source, number: number, transition: transition, exits: exitSet(of: transition, from: source))
    }

    /// Of two transitions that would leave the same state the one from the deeper source is kept, else the first in document order.
    private func withoutConflicts(_ enabled: [Selected]) -> [Selected] {
        var kept: [Selected] = []
        for candidate in enabled {
            var isPreempted = false
            var preempted: [Int] = []
            for (position, other) in kept.enumerated() where candidate.exits.intersects(other.exits) {
                if definition.states[other.source].descendants.contains(candidate.source) {
                    preempted.append(position)
                } else {
                    isPreempted = true
                    break
                }
            }
            guard !isPreempted else { continue }
            for position in preempted.reversed() { kept.remove(at: position) }
            kept.append(candidate)
        }
        return kept
    }

    // MARK: Domains

    /// The active states that taking the transition leaves.
    private func exitSet(of transition: Transition, from source: Int) -> StateSet {
        guard let domain = domain(of: transition, from: source) else { return StateSet() }
        return definition.states[domain].descendants.intersection(state.configuration)
    }

    /// The innermost state that stays active whichever way the transition goes; nil for one without targets.
    func domain(of transition: Transition, from source: Int) -> Int? {
        let targets = effectiveTargets(of: transition.targets)
        guard !targets.isEmpty else { return nil }
        let state = definition.states[source]
        if transition.isInternal, state.kind == .compound, targets.allSatisfy(state.descendants.contains) { return source }
        return leastCommonCompoundAncestor(of: source, and: targets)
    }

    /// The targets with history states replaced by what they stand for now.
    func effectiveTargets(of targets: [Int]) -> [Int] {
        var effective: [Int] = []
        for target in targets {
            let state = definition.states[target]
            let resolved = state.isHistory ? self.state.history[target] ?? effectiveTargets(of: state.initial) : [target]
            for index in resolved where !effective.contains(index) { effective.append(index) }
        }
        return effective
    }

    private func leastCommonCompoundAncestor(of source: Int, and others: [Int]) -> Int {
        var ancestor = definition.states[source].parent
        while let index = ancestor {
            let state = definition.states[index]
            if state.kind == .compound || index == 0, others.allSatisfy(state.descendants.contains) { return index }
            ancestor = state.parent
        }
        return 0
    }
}
