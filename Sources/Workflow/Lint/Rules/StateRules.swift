// SPDX-License-Identifier: EUPL-1.2

extension LintRule {
    static let unreachableState = LintRule("unreachable-state", "a state that no case can come to") { subject in
        subject.definition.states.compactMap { state in
            // What stands below an unreachable state goes without saying.
            guard !subject.graph.reached.contains(state.index), let parent = state.parent, subject.graph.reached.contains(parent) else {
                return nil
            }
            return Remark(subject.place(of: state), "nothing leads to '\(state.path)'; name it as a target or remove it")
        }
    }

    static let noOutcome = LintRule("no-outcome", "a state from which no outcome can be reached") { subject in
        let definition = subject.definition
        let reached = subject.graph.reached.map { definition.states[$0] }
        guard reached.contains(where: { $0.outcome != nil }) else {
            return [Remark(definition.states[0].position, "no case can reach an outcome; give a final state its 'outcome'")]
        }
        let goals = StateSet(reached.filter { isEnd($0, in: definition) }.map(\.index))
        return reached.filter { $0.isAtomic && !subject.graph.successors(of: $0.index).intersects(goals) }.map { state in
            Remark(
                subject.place(of: state),
                state.kind == .final
                    ? "'\(state.path)' ends without an outcome and nothing follows; give it an 'outcome' or the state around it 'onDone'"
                    : "no outcome can be reached from '\(state.path)'; lead on to a final state with an 'outcome'")
        }
    }

    /// A region of the whole case may end without an outcome of its own: the case has those of the others.
    private static func isEnd(_ state: State, in definition: Definition) -> Bool {
        guard state.kind == .final else { return false }
        if state.outcome != nil { return true }
        guard let region = state.parent else { return false }
        return definition.states[0].kind == .parallel && definition.states[region].parent == 0
    }

    static let noWakeUp = LintRule("no-wakeup", "an open state in which nothing is asked, awaited or timed") { subject in
        subject.graph.reached.map { subject.definition.states[$0] }.filter {
            $0.kind == .atomic && !subject.canWake($0) && !subject.passesThrough($0)
        }.map {
            Remark(
                subject.place(of: $0),
                "nothing wakes a case in '\($0.path)'; ask somebody ('task'), await somebody's event ('on') or set a term ('due')")
        }
    }

    static let alwaysCycle = LintRule("always-cycle", "eventless transitions that go round in circles") { subject in
        EventlessCycles(subject.definition, graph: subject.graph).remarks
    }
}

extension LintSubject {
    /// The place of a state's name; for the root the start of the text.
    func place(of state: State) -> SourcePosition { text.states[state.index].position }

    /// Whether a case never rests in the state, because one of its eventless transitions is always taken.
    fileprivate func passesThrough(_ state: State) -> Bool {
        tables.contains { table in
            guard table.state == state.index, table.event == nil else { return false }
            if table.transitions.contains(where: { $0.condition == nil && !$0.targets.isEmpty }) { return true }
            return table.isExact && !table.outcomes.isEmpty && table.outcomes.keys.allSatisfy { $0.holds != 0 }
        }
    }

    /// Whether something from outside can move a case that is in this state: a question, a term, an event, or another region.
    fileprivate func canWake(_ state: State) -> Bool {
        let hasNeighbours = graph.hasNeighbours(state.index)
        return graph.line(from: state.index).map { definition.states[$0] }.contains { place in
            place.task != nil || !place.due.isEmpty
                || place.transitions.contains { transition in
                    guard let event = transition.event else { return hasNeighbours }
                    guard let declaration = definition.events[event] else { return hasNeighbours }
                    return declaration.isInternal ? hasNeighbours && graph.canHappen(declaration) : graph.canHappen(declaration)
                }
        }
    }
}
