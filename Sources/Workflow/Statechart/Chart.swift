// SPDX-License-Identifier: EUPL-1.2

/// The shape of a definition in numbers, with all that can be worked out about it before there is a case: which states react to
/// what, and for every transition what it leaves and enters, unless that depends on what a history state remembers.
struct Chart: Sendable {
    struct Node: Sendable {
        let kind: State.Kind
        /// Negative for the root.
        let parent: Int
        /// History states left out.
        let regions: [Int]
        let histories: [Int]
        let initial: [Int]
        let descendants: StateSet
    }

    /// Where a transition goes.
    struct Plan: Sendable {
        /// The innermost state that stays active whichever way the transition goes; nil for one without targets.
        let domain: Int?
        let entered: StateSet
    }

    /// What history states remember, by their numbers.
    typealias Memory = [Int: [Int]]

    let nodes: [Node]
    /// States without states below them, final ones included.
    let atomic: StateSet
    let histories: StateSet
    /// States with a history state among their children.
    let remembering: StateSet
    /// States with an eventless transition.
    let eventless: StateSet
    /// States by the events that they have a transition for.
    let listening: [String: StateSet]
    /// By state and number of the transition; nil where the way depends on the memory.
    private(set) var plans: [[Plan?]] = []

    init(_ states: [State]) {
        let histories = StateSet(states.lazy.filter(\.isHistory).map(\.index))
        self.histories = histories
        nodes = states.map { state in
            Node(
                kind: state.kind, parent: state.parent ?? -1, regions: state.children.filter { !histories.contains($0) },
                histories: state.children.filter(histories.contains), initial: state.initial, descendants: state.descendants)
        }
        atomic = StateSet(states.lazy.filter(\.isAtomic).map(\.index))
        remembering = StateSet(states.lazy.compactMap { $0.isHistory ? $0.parent : nil })
        eventless = StateSet(states.lazy.filter { $0.transitions.contains { $0.event == nil } }.map(\.index))
        var listening: [String: StateSet] = [:]
        for state in states {
            for event in state.transitions.compactMap(\.event) { listening[event, default: StateSet()].insert(state.index) }
        }
        self.listening = listening
        plans = states.map { state in state.transitions.map { fixedPlan(of: $0, from: state.index) } }
    }

    private func fixedPlan(of transition: Transition, from source: Int) -> Plan? {
        guard !transition.targets.contains(where: histories.contains) else { return nil }
        var entry = EntrySet(memory: [:])
        let domain = domain(of: transition, from: source, memory: [:])
        add(transition.targets, below: domain, to: &entry)
        return entry.dependsOnMemory ? nil : Plan(domain: domain, entered: entry.states)
    }

    /// Where a transition goes, given what is remembered.
    func plan(of transition: Transition, number: Int, from source: Int, memory: Memory) -> Plan {
        if let plan = plans[source][number] { return plan }
        var entry = EntrySet(memory: memory)
        let domain = domain(of: transition, from: source, memory: memory)
        add(transition.targets, below: domain, to: &entry)
        return Plan(domain: domain, entered: entry.states)
    }

    /// The states that a case starts in.
    func start() -> StateSet {
        var entry = EntrySet(memory: [:])
        addDefaultDescendants(of: 0, to: &entry)
        return entry.states
    }

    // MARK: Domains

    func domain(of transition: Transition, from source: Int, memory: Memory) -> Int? {
        let targets = effectiveTargets(of: transition.targets, memory: memory)
        guard !targets.isEmpty else { return nil }
        let node = nodes[source]
        if transition.isInternal, node.kind == .compound, targets.allSatisfy(node.descendants.contains) { return source }
        return leastCommonCompoundAncestor(of: source, and: targets)
    }

    /// The targets with history states replaced by what they stand for now.
    func effectiveTargets(of targets: [Int], memory: Memory) -> [Int] {
        guard targets.contains(where: histories.contains) else { return targets }
        var effective: [Int] = []
        for target in targets {
            let resolved =
                histories.contains(target)
                ? memory[target] ?? effectiveTargets(of: nodes[target].initial, memory: memory) : [target]
            for index in resolved where !effective.contains(index) { effective.append(index) }
        }
        return effective
    }

    /// The root stands for SCXML's own root element: it is the domain where nothing deeper is, whatever its kind.
    private func leastCommonCompoundAncestor(of source: Int, and others: [Int]) -> Int {
        var ancestor = nodes[source].parent
        while ancestor > 0 {
            if nodes[ancestor].kind == .compound, others.allSatisfy(nodes[ancestor].descendants.contains) { return ancestor }
            ancestor = nodes[ancestor].parent
        }
        return 0
    }
}
