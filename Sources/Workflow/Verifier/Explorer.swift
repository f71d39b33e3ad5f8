// SPDX-License-Identifier: EUPL-1.2

/// How far a verification goes. A bound that is hit is a failure of the verification, never a pass.
public struct VerificationBounds: Sendable {
    public var statesMax = 8_000_000
    public var stepsMax = 120_000_000
    /// What holds in every workflow is looked at in the workflow whole up to about this many states, track by track beyond.
    public var wholeStatesMax = 50_000

    public init() {}
}

/// Finds every reachable state of a slice, breadth first, level by level.
///
/// The states of a level are stepped by several tasks at once, each over its own part; what they find is put into the graph by one,
/// in order, so that the graph is the same however many there are.
struct Explorer {
    let bounds: VerificationBounds
    /// Tasks that step at the same time.
    let width: Int

    /// States that one task steps at a time.
    private static let chunk = 512

    /// - Parameter isSettled: asked after each level; true ends the search before everything is found.
    func explore(
        _ slice: Slice, stimuli: StimulusList, layout: StateLayout, until isSettled: ((StateGraph) -> Bool)? = nil
    ) async -> StateGraph {
        var graph = StateGraph(slice: slice, stimuli: stimuli, layout: layout)
        start(&graph)
        var level = 0..<graph.states.count
        while !level.isEmpty, graph.doubts.isDisjoint(with: [Explorer.tooLarge(bounds)]) {
            await expand(level, &graph)
            level = level.upperBound..<graph.states.count
            if let isSettled, isSettled(graph.closed(level)) { break }
        }
        return graph.closed(level)
    }

    static func tooLarge(_ bounds: VerificationBounds) -> String {
        "there are more than \(bounds.statesMax) states or \(bounds.stepsMax) steps"
    }

    private func start(_ graph: inout StateGraph) {
        for number in graph.stimuli.starts {
            for outcome in graph.slice.outcomes(of: graph.stimuli.all[number], in: nil) {
                switch outcome.result {
                case .success(let step):
                    guard graph.layout.learn(step.state) else {
                        graph.doubts.insert(Explorer.tooManyValues)
                        continue
                    }
                    var key: [UInt64] = []
                    guard graph.layout.pack(step.state, onto: &key) else { continue }
                    graph.addInitial(key, at: 0, label: outcome.label(number, of: step, in: graph.slice.definition))
                case .failure(.faulted(let fault)):
                    graph.add(StateGraph.Failure(state: nil, stimulus: number, fault: fault, isOpen: outcome.isOpen))
                case .failure(.rejected): break
                }
            }
        }
    }

    static let tooManyValues = "a fact or the report has more than \(ValueClasses.countMax) values that can be told apart"

    private func expand(_ level: Range<Int>, _ graph: inout StateGraph) async {
        var next = level.lowerBound
        while next < level.upperBound {
            let end = min(level.upperBound, next + Explorer.chunk * width)
            let share = max(1, (end - next + width - 1) / width)
            let parts = stride(from: next, to: end, by: share).map { $0..<min(end, $0 + share) }
            for expansion in await expansions(of: parts, graph) { merge(expansion, &graph) }
            next = end
            let isTooLarge = graph.states.count > bounds.statesMax || graph.edgeCount > bounds.stepsMax
            if isTooLarge {
                graph.doubts.insert(Explorer.tooLarge(bounds))
                for _ in next..<level.upperBound { graph.closeState() }
                return
            }
        }
    }

    private func expansions(of parts: [Range<Int>], _ graph: StateGraph) async -> [Expansion] {
        // Tasks get what they need and not the graph, which stays the only one of its kind and is never copied.
        let (slice, layout, stimuli) = (graph.slice, graph.layout, graph.stimuli)
        let work = parts.map { (states: $0, words: graph.states[$0]) }
        return await work.map(atOnce: width) {
            Expansion(of: $0.states, words: $0.words, slice: slice, layout: layout, stimuli: stimuli)
        }
    }

    private func merge(_ expansion: Expansion, _ graph: inout StateGraph) {
        for item in expansion.items {
            switch item {
            case .edge(let state, let offset, let label): graph.addEdge(from: state, to: expansion.words, at: offset, label: label)
            case .standing(let state, let label): graph.addStanding(state, label: label)
            case .unknown(let state, let successor, let label):
                var key: [UInt64] = []
                guard graph.layout.learn(successor), graph.layout.pack(successor, onto: &key) else {
                    graph.doubts.insert(Explorer.tooManyValues)
                    continue
                }
                graph.addEdge(from: state, to: key, at: 0, label: label)
            case .failure(let failure): graph.add(failure)
            case .end: graph.closeState()
            }
        }
    }
}

/// All steps out of some states.
struct Expansion: Sendable {
    enum Item: Sendable {
        /// The successor's words begin at the offset.
        case edge(state: Int, offset: Int, StateGraph.Label)
        case standing(state: Int, StateGraph.Label)
        /// The successor has a value that the layout does not know yet.
        case unknown(state: Int, CaseState, StateGraph.Label)
        case failure(StateGraph.Failure)
        /// The state has no further steps.
        case end
    }

    private(set) var items: [Item] = []
    private(set) var words: [UInt64] = []

    private let slice: Slice
    private let layout: StateLayout
    private let stimuli: StimulusList

    /// - Parameter source: the words of the states, one after another.
    init(of states: Range<Int>, words source: [UInt64], slice: Slice, layout: StateLayout, stimuli: StimulusList) {
        self.slice = slice
        self.layout = layout
        self.stimuli = stimuli
        for (position, number) in states.enumerated() {
            let state = layout.state(from: source[position * layout.wordCount..<(position + 1) * layout.wordCount])
            if !state.isClosed { step(state, number) }
            items.append(.end)
        }
    }

    private mutating func step(_ state: CaseState, _ number: Int) {
        for (awaitedBy, range) in stimuli.messages where awaitedBy.intersects(state.configuration) {
            for stimulus in range { step(state, number, stimulus) }
        }
        for term in state.deadlines {
            if let first = stimuli.terms[term.state] { step(state, number, first + term.index) }
        }
        guard let elsewhere = stimuli.elsewhere else { return }
        items.append(.standing(state: number, StateGraph.Label(stimulus: elsewhere, effects: 0)))
        if !slice.surroundings.isEmpty { step(state, number, elsewhere) }
    }

    private mutating func step(_ state: CaseState, _ number: Int, _ stimulus: Int) {
        let first = words.count
        for outcome in slice.outcomes(of: stimuli.all[stimulus], in: state) {
            switch outcome.result {
            case .success(let step):
                let label = outcome.label(stimulus, of: step, in: slice.definition)
                let offset = words.count
                guard layout.pack(step.state, onto: &words) else {
                    items.append(.unknown(state: number, step.state, label))
                    continue
                }
                // Several ways of the surroundings often come to the same.
                if isMet(offset, since: first, label) {
                    words.removeLast(layout.wordCount)
                } else {
                    items.append(.edge(state: number, offset: offset, label))
                }
            case .failure(.faulted(let fault)):
                items.append(.failure(StateGraph.Failure(state: number, stimulus: stimulus, fault: fault, isOpen: outcome.isOpen)))
            case .failure(.rejected): break
            }
        }
    }

    /// Whether the words at the offset stand among those of the same stimulus already, under the same label.
    private func isMet(_ offset: Int, since first: Int, _ label: StateGraph.Label) -> Bool {
        guard offset > first else { return false }
        for item in items.reversed() {
            guard case .edge(_, let other, let otherLabel) = item, other >= first else { return false }
            if otherLabel == label, words[other..<other + layout.wordCount] == words[offset..<offset + layout.wordCount] { return true }
        }
        return false
    }
}
