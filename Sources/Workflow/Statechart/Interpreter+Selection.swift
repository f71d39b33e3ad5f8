// SPDX-License-Identifier: EUPL-1.2

extension Interpreter {
    /// A transition that is to be taken, with the states it leaves.
    struct Selected {
        let source: Int
        let number: Int
        let exits: StateSet
    }

    /// The transitions that an event enables, without conflicts: for every active state from the leaves up the first that fits.
    ///
    /// - Parameter event: nil selects eventless transitions.
    func select(event: String?) throws(StepFailure) -> [Selected] {
        guard let interested = event.map({ chart.listening[$0] }) ?? chart.eventless, interested.intersects(state.configuration)
        else { return [] }
        var evaluator = GuardEvaluator(scope: scope())
        var enabled: [Selected] = []
        // Regions share the states above them; each is asked once.
        var enabling = StateSet()
        var refusing = StateSet()
        for leaf in state.configuration.intersection(chart.atomic) {
            var candidate = leaf
            while candidate >= 0, !enabling.contains(candidate) {
                if interested.contains(candidate), !refusing.contains(candidate) {
                    if let number = try firstEnabled(in: candidate, event: event, &evaluator) {
                        enabled.append(selected(candidate, number))
                        enabling.insert(candidate)
                        break
                    }
                    refusing.insert(candidate)
                }
                candidate = chart.nodes[candidate].parent
            }
        }
        return enabled.count > 1 ? withoutConflicts(enabled) : enabled
    }

    private func firstEnabled(
        in index: Int, event: String?, _ evaluator: inout GuardEvaluator
    ) throws(StepFailure) -> Int? {
        for number in definition.states[index].transitions.indices
        where definition.states[index].transitions[number].event == event {
            guard let condition = definition.states[index].transitions[number].condition else { return number }
            if try holds(condition, &evaluator, at: index) { return number }
        }
        return nil
    }

    private func holds(
        _ condition: Guard, _ evaluator: inout GuardEvaluator, at index: Int
    ) throws(StepFailure) -> Bool {
        do throws(GuardError) {
            return try evaluator.holds(condition)
        } catch {
            throw .faulted(Fault(code: .guardFailed, place: definition.states[index].path, message: "'\(condition.source)': \(error)"))
        }
    }

    private func selected(_ source: Int, _ number: Int) -> Selected {
        let domain =
            if let plan = chart.plans[source][number] {
                plan.domain
            } else {
                chart.domain(of: definition.states[source].transitions[number], from: source, memory: state.history)
            }
        let exits = domain.map { chart.nodes[$0].descendants.intersection(state.configuration) } ?? StateSet()
        return Selected(source: source, number: number, exits: exits)
    }

    /// Of two transitions that would leave the same state the one from the deeper source is kept, else the first in document order.
    private func withoutConflicts(_ enabled: [Selected]) -> [Selected] {
        var kept: [Selected] = []
        for candidate in enabled {
            var isPreempted = false
            var preempted: [Int] = []
            for (position, other) in kept.enumerated() where candidate.exits.intersects(other.exits) {
                if chart.nodes[other.source].descendants.contains(candidate.source) {
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
}
