// SPDX-License-Identifier: EUPL-1.2

/// What holds in every workflow without being said. It is checked over the workflow whole.
enum GeneralProperty: String, CaseIterable {
    /// No guard, requirement or value is without a value in any reachable state.
    case noFault = "no-fault"
    /// No step goes on for ever.
    case noEndlessStep = "no-endless-step"
    /// Every open case can still come to its end.
    case noDeadEnd = "no-dead-end"
    /// Every open case has a wake-up: an open question, a term that will move it, or an event from outside that will. Acute danger
    /// can come at any time, so it is nothing that a case could wait for.
    case wakeUp = "wake-up"
    case outcomesReachable = "outcomes-reachable"
    /// While the case is open the fact that says who has sight on safety is known.
    case safetySight = "safety-sight"
    /// In every open case danger can be told, or the alarm is out already.
    case acuteEverywhere = "acute-everywhere"
    /// The step that enters the acute lane puts its question or raises its alarm in that same step.
    case acuteAtOnce = "acute-at-once"
    /// A further report reaches every open case, whatever stands in it.
    case joinedEverywhere = "joined-everywhere"

    var says: String {
        switch self {
        case .noFault: "Every guard has a value in every reachable state."
        case .noEndlessStep: "Every step comes to an end."
        case .noDeadEnd: "Every open case can come to its end."
        case .wakeUp: "Every open case waits for something: an open question, a term, or an event from outside."
        case .outcomesReachable: "Every outcome can be reached."
        case .safetySight: "In every open case exactly one organisation has sight on safety."
        case .acuteEverywhere: "Acute danger can be told in every open case, or the alarm is out already."
        case .acuteAtOnce: "The step that enters the acute lane puts its question or raises its alarm at once."
        case .joinedEverywhere: "Every open case takes a further report about its household, whatever stands in it."
        }
    }

    /// Those that mean something in a workflow.
    static func applicable(to definition: Definition) -> [GeneralProperty] {
        allCases.filter { property in
            switch property {
            case .noFault, .noEndlessStep: true
            case .noDeadEnd, .wakeUp: definition.states.contains { $0.kind == .final }
            case .outcomesReachable: definition.states.contains { $0.outcome != nil }
            case .safetySight: definition.safetySight != nil
            case .acuteEverywhere, .acuteAtOnce: definition.states.contains { $0.transitions.contains { $0.lane == .acute } }
            case .joinedEverywhere: definition.joined != nil
            }
        }
    }

    func check(_ graph: StateGraph) -> Finding {
        switch self {
        case .noFault: GeneralCheck(graph: graph).failures { $0.code != .endless }
        case .noEndlessStep: GeneralCheck(graph: graph).failures { $0.code == .endless }
        case .noDeadEnd: GeneralCheck(graph: graph).deadEnds()
        case .wakeUp: GeneralCheck(graph: graph).wakeUps()
        case .outcomesReachable: GeneralCheck(graph: graph).outcomes()
        case .safetySight: GeneralCheck(graph: graph).safetySight()
        case .acuteEverywhere: GeneralCheck(graph: graph).acuteEverywhere()
        case .acuteAtOnce: GeneralCheck(graph: graph).acuteAtOnce()
        case .joinedEverywhere: GeneralCheck(graph: graph).joinedEverywhere()
        }
    }
}

private struct GeneralCheck {
    let graph: StateGraph

    private var definition: Definition { graph.slice.definition }

    private var openStates: some Swift.Sequence<Int> { (0..<graph.states.count).lazy.filter { [graph] in !graph.isClosed($0) } }

    func failures(where matches: (Fault) -> Bool) -> Finding {
        guard let failure = graph.failures.first(where: { matches($0.fault) }) else { return .holds }
        var course = failure.state.map(graph.course(to:)) ?? .none
        course.append(graph.stimuli.all[failure.stimulus], leadingTo: nil)
        course.remark = "\(failure.fault)"
        return .violated(course)
    }

    // MARK: Ends

    func deadEnds() -> Finding {
        let isHopeful = statesThatCanEnd()
        guard let dead = (0..<graph.states.count).first(where: { !isHopeful[$0] }) else { return .holds }
        var course = graph.course(to: dead)
        course.remark = "from here the case can no longer come to its end, whatever happens"
        return .violated(course)
    }

    /// Goes backwards from the states that are an end.
    private func statesThatCanEnd() -> [Bool] {
        var predecessors = Array(repeating: 0, count: graph.states.count + 1)
        for edge in 0..<graph.edgeCount { predecessors[graph.target(of: edge) + 1] += 1 }
        for index in 1..<predecessors.count { predecessors[index] += predecessors[index - 1] }
        var next = predecessors
        var sources = Array(repeating: UInt32(0), count: graph.edgeCount)
        for state in 0..<graph.states.count {
            for edge in graph.edges(of: state) {
                let target = graph.target(of: edge)
                sources[next[target]] = UInt32(state)
                next[target] += 1
            }
        }
        var canEnd = (0..<graph.states.count).map(isEnd)
        var queue = canEnd.indices.filter { canEnd[$0] }
        while let state = queue.popLast() {
            for index in predecessors[state]..<predecessors[state + 1] where !canEnd[Int(sources[index])] {
                canEnd[Int(sources[index])] = true
                queue.append(Int(sources[index]))
            }
        }
        return canEnd
    }

    /// A closed case; in a workflow that never closes, a case in a final state.
    private func isEnd(_ state: Int) -> Bool {
        if graph.isClosed(state) { return true }
        return !canClose && graph.caseState(state).configuration.contains { definition.states[$0].kind == .final }
    }

    private var canClose: Bool {
        let root = definition.states[0]
        func canBeDone(_ index: Int) -> Bool {
            let state = definition.states[index]
            return state.kind == .parallel
                ? state.children.allSatisfy { definition.states[$0].isHistory || canBeDone($0) }
                : state.children.contains { definition.states[$0].kind == .final }
        }
        return canBeDone(root.index)
    }

    func wakeUps() -> Finding {
        let asleep = openStates.first { number in
            let state = graph.caseState(number)
            guard state.assignments.isEmpty, state.deadlines.isEmpty else { return false }
            return !graph.edges(of: number).contains { graph.target(of: $0) != number && !graph.label(of: $0).alarms }
        }
        guard let asleep else { return .holds }
        var course = graph.course(to: asleep)
        course.remark = "here the case waits for nothing: no question is open, no term will move it, and no event from outside does"
        return .violated(course)
    }

    func outcomes() -> Finding {
        var missing = definition.states.filter { $0.outcome != nil }
        for number in 0..<graph.states.count where !missing.isEmpty {
            let active = graph.caseState(number).configuration
            missing.removeAll { active.contains($0.index) }
        }
        guard !missing.isEmpty else { return .holds }
        return .missing("never reached: " + missing.map { "\($0.outcome ?? "") (\($0.path))" }.joined(separator: ", "))
    }

    // MARK: Safety

    func safetySight() -> Finding {
        guard let sight = definition.safetySight else { return .holds }
        guard let unseen = openStates.first(where: { graph.caseState($0).facts[sight] == .null }) else { return .holds }
        var course = graph.course(to: unseen)
        course.remark = "nobody has sight on safety here"
        return .violated(course)
    }

    func acuteEverywhere() -> Finding {
        let alarmed = statesOfTheAcuteLane
        let deaf = openStates.first { number in
            if graph.edges(of: number).contains(where: { graph.label(of: $0).alarms }) { return false }
            return !graph.caseState(number).configuration.intersects(alarmed)
        }
        guard let deaf else { return .holds }
        var course = graph.course(to: deaf)
        course.remark = "here acute danger cannot be told: no event that raises the alarm is awaited"
        return .violated(course)
    }

    /// Where the transitions of the acute lane lead, and where an acute question is out.
    private var statesOfTheAcuteLane: StateSet {
        var states = StateSet(definition.states.filter { $0.task.map { definition.tasks[$0].lane == .acute } ?? false }.map(\.index))
        for transition in definition.states.flatMap(\.transitions) where transition.lane == .acute {
            for target in transition.targets { states.insert(target) }
        }
        return states
    }

    /// The event has no requirements, so where it is awaited it is taken.
    func joinedEverywhere() -> Finding {
        guard let joined = definition.joined else { return .holds }
        let deaf = openStates.first { number in !graph.edges(of: number).contains { graph.stimulus(of: $0).event == joined } }
        guard let deaf else { return .holds }
        var course = graph.course(to: deaf)
        course.remark = "here a further report about the same household is not taken: no state awaits '\(joined)'"
        return .violated(course)
    }

    func acuteAtOnce() -> Finding {
        guard let silent = graph.firstStep(where: { $1.label.isSilent }) else { return .holds }
        return .violated(graph.course(silent, remark: "the acute lane is entered, and nobody is asked or alarmed in this step"))
    }
}
