// SPDX-License-Identifier: EUPL-1.2

@testable import Workflow

/// The procedures of the SCXML recommendation, appendix D, one for one and with no thought of speed, over the states that a definition
/// has. It shares nothing with the interpreter but what was read: no chart, no sets of bits, no plans.
///
/// It departs from the letter in two places, as the interpreter does: a state that is active already is not entered again, and a
/// parallel state whose regions are done makes the parallel state around it done as well, as the recommendation says in section 3.4.
struct ReferenceInterpreter {
    let states: [State]
    private(set) var configuration: Set<Int> = [0]
    private(set) var notes: [String] = []
    private(set) var counter: Int64 = 0
    private(set) var isRunning = true
    private var history: [Int: [Int]] = [:]
    private var queue: [String] = []

    struct Endless: Error {}

    /// All that a round reads; where it comes again, the chart goes round without end. No guard asks for more than six.
    private struct Round: Hashable {
        let configuration: Set<Int>
        let history: [Int: [Int]]
        let queue: [String]
        let counter: Int64
    }

    private struct Taken: Equatable {
        let source: Int
        let number: Int
    }

    init(_ definition: Definition) throws {
        states = definition.states
        var entered: Set<Int> = []
        addDefault(of: 0, &entered)
        try enter(entered)
        try complete()
    }

    var active: [Int] { configuration.filter(isAtomic).sorted() }

    func awaits(_ event: String) -> Bool {
        isRunning && configuration.contains { states[$0].transitions.contains { $0.event == event } }
    }

    mutating func send(_ event: String) throws {
        notes = []
        try microstep(selectTransitions(event))
        try complete()
    }

    private mutating func complete() throws {
        var rounds: Set<Round> = []
        while isRunning {
            let round = Round(configuration: configuration, history: history, queue: queue, counter: min(counter, 7))
            guard rounds.insert(round).inserted, queue.count < 200 else { throw Endless() }
            var enabled = selectTransitions(nil)
            if enabled.isEmpty {
                guard !queue.isEmpty else { return }
                enabled = selectTransitions(queue.removeFirst())
            }
            try microstep(enabled)
        }
        for state in configuration.sorted(by: >) { run(states[state].exit) }
    }

    // MARK: Predicates

    private func isAtomic(_ state: Int) -> Bool { states[state].kind == .atomic || states[state].kind == .final }
    private func isHistory(_ state: Int) -> Bool { if case .history = states[state].kind { true } else { false } }
    private func isDescendant(_ state: Int, _ other: Int) -> Bool { properAncestors(state, nil).contains(other) }

    private func properAncestors(_ state: Int, _ upTo: Int?) -> [Int] {
        var ancestors: [Int] = []
        var next = states[state].parent
        while let ancestor = next, ancestor != upTo {
            ancestors.append(ancestor)
            next = states[ancestor].parent
        }
        return ancestors
    }

    private func childStates(_ state: Int) -> [Int] { states[state].children.filter { !isHistory($0) } }

    private func transition(_ taken: Taken) -> Transition { states[taken.source].transitions[taken.number] }

    // MARK: Selecting

    private func selectTransitions(_ event: String?) -> [Taken] {
        var enabled: [Taken] = []
        for state in active {
            for candidate in [state] + properAncestors(state, nil) {
                let number = states[candidate].transitions.firstIndex { $0.event == event && holds($0.condition) }
                guard let number else { continue }
                let taken = Taken(source: candidate, number: number)
                if !enabled.contains(taken) { enabled.append(taken) }
                break
            }
        }
        return removeConflicting(enabled)
    }

    private func removeConflicting(_ enabled: [Taken]) -> [Taken] {
        var filtered: [Taken] = []
        for first in enabled {
            var isPreempted = false
            var toRemove: [Taken] = []
            for second in filtered where !exitSet([first]).isDisjoint(with: exitSet([second])) {
                if isDescendant(first.source, second.source) {
                    toRemove.append(second)
                } else {
                    isPreempted = true
                    break
                }
            }
            guard !isPreempted else { continue }
            filtered.removeAll(where: toRemove.contains)
            filtered.append(first)
        }
        return filtered
    }

    /// The guards of the random charts, read from their text.
    private func holds(_ condition: Guard?) -> Bool {
        guard let source = condition?.source else { return true }
        if let bound = source.firstMatch(of: /facts\.n < (\d+)/) { return counter < Int64(bound.output.1) ?? 0 }
        guard let name = source.firstMatch(of: /active\('(\w+)'\)/)?.output.1 else { return false }
        let isActive = configuration.contains { states[$0].name == name }
        return source.hasPrefix("!") ? !isActive : isActive
    }

    private func exitSet(_ transitions: [Taken]) -> Set<Int> {
        var exits: Set<Int> = []
        for taken in transitions where !transition(taken).targets.isEmpty {
            guard let domain = domain(taken) else { continue }
            for state in configuration where isDescendant(state, domain) { exits.insert(state) }
        }
        return exits
    }

    private func domain(_ taken: Taken) -> Int? {
        let targets = effectiveTargets(transition(taken).targets)
        if targets.isEmpty { return nil }
        let isCompound = states[taken.source].kind == .compound
        if transition(taken).isInternal, isCompound, targets.allSatisfy({ isDescendant($0, taken.source) }) { return taken.source }
        let candidates = properAncestors(taken.source, nil).filter { states[$0].kind == .compound || $0 == 0 }
        return candidates.first { candidate in targets.allSatisfy { isDescendant($0, candidate) } } ?? 0
    }

    private func effectiveTargets(_ targets: [Int]) -> [Int] {
        targets.flatMap { isHistory($0) ? history[$0] ?? effectiveTargets(states[$0].initial) : [$0] }
    }

    // MARK: Moving

    private mutating func microstep(_ enabled: [Taken]) throws {
        let exits = exitSet(enabled).sorted(by: >)
        for state in exits {
            for child in states[state].children {
                guard case .history(let isDeep) = states[child].kind else { continue }
                history[child] = configuration.sorted().filter {
                    isDeep ? isAtomic($0) && isDescendant($0, state) : states[$0].parent == state
                }
            }
        }
        for state in exits {
            run(states[state].exit)
            configuration.remove(state)
        }
        for taken in enabled { run(transition(taken).actions) }
        var entered: Set<Int> = []
        for taken in enabled {
            let targets = transition(taken).targets
            for target in targets { addDescendants(of: target, &entered) }
            guard let domain = domain(taken) else { continue }
            for target in effectiveTargets(targets) { addAncestors(of: target, domain, &entered) }
            if domain == 0, states[0].kind == .parallel { addRegions(of: 0, &entered) }
        }
        try enter(entered)
    }

    private func addDescendants(of state: Int, _ entered: inout Set<Int>) {
        guard isHistory(state), let parent = states[state].parent else {
            entered.insert(state)
            return addDefault(of: state, &entered)
        }
        let targets = history[state] ?? states[state].initial
        for target in targets { addDescendants(of: target, &entered) }
        for target in targets { addAncestors(of: target, parent, &entered) }
    }

    private func addDefault(of state: Int, _ entered: inout Set<Int>) {
        if states[state].kind == .compound {
            for target in states[state].initial { addDescendants(of: target, &entered) }
            for target in states[state].initial { addAncestors(of: target, state, &entered) }
        } else if states[state].kind == .parallel {
            addRegions(of: state, &entered)
        }
    }

    private func addRegions(of state: Int, _ entered: inout Set<Int>) {
        for child in childStates(state) where !entered.contains(where: { isDescendant($0, child) }) {
            addDescendants(of: child, &entered)
        }
    }

    private func addAncestors(of state: Int, _ upTo: Int, _ entered: inout Set<Int>) {
        for ancestor in properAncestors(state, upTo) {
            entered.insert(ancestor)
            if states[ancestor].kind == .parallel { addRegions(of: ancestor, &entered) }
        }
    }

    private mutating func enter(_ entered: Set<Int>) throws {
        for state in entered.sorted() where !configuration.contains(state) {
            configuration.insert(state)
            run(states[state].entry)
            if states[state].kind == .final, let parent = states[state].parent { finish(parent) }
        }
    }

    private mutating func finish(_ parent: Int) {
        guard parent != 0 else { return isRunning = false }
        queue.append(states[parent].doneEvent)
        var around = states[parent].parent
        while let state = around, states[state].kind == .parallel, childStates(state).allSatisfy(isInFinalState) {
            guard state != 0 else { return isRunning = false }
            queue.append(states[state].doneEvent)
            around = states[state].parent
        }
    }

    private func isInFinalState(_ state: Int) -> Bool {
        switch states[state].kind {
        case .compound: childStates(state).contains { states[$0].kind == .final && configuration.contains($0) }
        case .parallel: childStates(state).allSatisfy(isInFinalState)
        default: false
        }
    }

    /// The random charts set nothing but their counter, and only by one.
    private mutating func run(_ actions: [Action]) {
        for action in actions {
            switch action {
            case .raise(let event): queue.append(event)
            case .note(let code): notes.append(code)
            case .set: counter += 1
            default: break
            }
        }
    }
}
