// SPDX-License-Identifier: EUPL-1.2

/// Which states lead to which, whatever guards say: a state that is out of reach here is out of reach of every case.
struct TransitionGraph: Sendable {
    private let definition: Definition
    /// States by the event that tells that they are done.
    private let doneStates: [String: Int]
    /// Events that some action raises.
    let raised: Set<String>
    /// States that some case can be in.
    private(set) var reached = StateSet()
    /// States whose default descendants have been entered.
    private var expanded = StateSet()

    init(_ definition: Definition) {
        self.definition = definition
        doneStates = Dictionary(definition.states.map { ($0.doneEvent, $0.index) }) { first, _ in first }
        raised = Set(
            definition.states.flatMap { $0.entry + $0.exit + $0.transitions.flatMap(\.actions) }.compactMap {
                if case .raise(let event) = $0 { event } else { nil }
            })
        enter(0)
        explore()
    }

    private mutating func explore() {
        var before = -1
        while reached.count + expanded.count != before {
            before = reached.count + expanded.count
            for index in reached {
                for transition in definition.states[index].transitions where isLive(transition) {
                    for target in transition.targets { enter(target) }
                }
            }
        }
    }

    // MARK: Events

    /// Whether anything can set the transition off.
    func isLive(_ transition: Transition) -> Bool {
        guard let event = transition.event else { return true }
        if let declaration = definition.events[event] { return canHappen(declaration) }
        // What is left are passed terms, which always can, and the ends of states.
        return doneStates[event].map(canBeDone) ?? true
    }

    func canHappen(_ event: EventDeclaration) -> Bool {
        raised.contains(event.name) || !event.isInternal && event.from?.isEmpty != true
    }

    private func canBeDone(_ index: Int) -> Bool {
        let state = definition.states[index]
        switch state.kind {
        case .compound: return state.children.contains { definition.states[$0].kind == .final && reached.contains($0) }
        case .parallel: return state.children.allSatisfy { definition.states[$0].isHistory || canBeDone($0) }
        case .final: return reached.contains(index)
        case .atomic, .history: return false
        }
    }

    // MARK: Entering

    private mutating func enter(_ index: Int) {
        expand(index)
        for (inner, outer) in zip(line(from: index), line(from: index).dropFirst()) {
            reached.insert(outer)
            if definition.states[outer].kind == .parallel { expandRegions(of: outer, except: inner) }
        }
    }

    private mutating func expand(_ index: Int) {
        reached.insert(index)
        guard !expanded.contains(index) else { return }
        expanded.insert(index)
        let state = definition.states[index]
        switch state.kind {
        case .compound, .history: for initial in state.initial { enter(initial) }
        case .parallel: expandRegions(of: index)
        case .atomic, .final: break
        }
    }

    /// Below a parallel state all regions, but for the one that something more precise enters.
    private mutating func expandRegions(of parallel: Int, except entered: Int? = nil) {
        for child in definition.states[parallel].children where child != entered && !definition.states[child].isHistory {
            expand(child)
        }
    }

    // MARK: Questions

    /// The state itself and all around it, from the inside out.
    func line(from index: Int) -> [Int] {
        var line = [index]
        while let parent = definition.states[line[line.count - 1]].parent { line.append(parent) }
        return line
    }

    /// Whether both states can be active at the same time.
    func canBeActiveTogether(_ first: Int, _ second: Int) -> Bool {
        if first == second { return true }
        let states = definition.states
        if states[first].descendants.contains(second) || states[second].descendants.contains(first) { return true }
        let common = line(from: first).first { states[$0].descendants.contains(second) }
        return common.map { states[$0].kind == .parallel } ?? false
    }

    /// Whether another region runs beside the state.
    func hasNeighbours(_ index: Int) -> Bool {
        line(from: index).dropFirst().contains { definition.states[$0].kind == .parallel && definition.states[$0].children.count > 1 }
    }

    /// Every atomic or final state that a case in `index` can come to, itself included.
    func successors(of index: Int) -> StateSet {
        var found = StateSet([index])
        var open = [index]
        while let next = open.popLast() {
            for place in line(from: next) {
                for transition in definition.states[place].transitions where isLive(transition) {
                    for leaf in transition.targets.flatMap({ leaves(below: $0) }) where !found.contains(leaf) {
                        found.insert(leaf)
                        open.append(leaf)
                    }
                }
            }
        }
        return found
    }

    /// The atomic and final states that entering a state enters.
    func leaves(below index: Int) -> [Int] { leaves(index, within: StateSet()) }

    private func leaves(_ index: Int, within outer: StateSet) -> [Int] {
        // A history state may lead back to the state that it stands in.
        guard !outer.contains(index) else { return [] }
        let state = definition.states[index]
        var inner = outer
        inner.insert(index)
        switch state.kind {
        case .atomic, .final: return [index]
        case .compound, .history: return state.initial.flatMap { leaves($0, within: inner) }
        case .parallel: return state.children.filter { !definition.states[$0].isHistory }.flatMap { leaves($0, within: inner) }
        }
    }
}
