// SPDX-License-Identifier: EUPL-1.2

/// How far a verification goes. A bound that is hit is a failure of the verification, never a pass.
public struct VerificationBounds: Sendable {
    public var statesMax = 8_000_000
    public var stepsMax = 120_000_000

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
            guard case .start(let fields) = graph.stimuli.all[number].kind else { continue }
            do throws(StepFailure) {
                let report = ReportFacts(receivedAt: .verification, fields: fields)
                let step = try graph.slice.definition.start(report: report, now: .verification)
                guard graph.layout.learn(step.state) else {
                    graph.doubts.insert(Explorer.tooManyValues)
                    continue
                }
                var key: [UInt64] = []
                guard graph.layout.pack(step.state, onto: &key) else { continue }
                let label = StateGraph.Label(stimulus: number, effects: Expansion.effects(of: step, in: graph.slice.definition))
                graph.addInitial(key, at: 0, label: label)
            } catch {
                if case .faulted(let fault) = error { graph.failures.append(.init(state: nil, stimulus: number, fault: fault)) }
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
        let (layout, stimuli) = (graph.layout, graph.stimuli)
        let work = parts.map { (states: $0, words: graph.states[$0]) }
        return await work.map(atOnce: width) { Expansion(of: $0.states, words: $0.words, layout: layout, stimuli: stimuli) }
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
            case .failure(let failure): graph.failures.append(failure)
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

    private let layout: StateLayout
    private let stimuli: StimulusList

    /// - Parameter source: the words of the states, one after another.
    init(of states: Range<Int>, words source: [UInt64], layout: StateLayout, stimuli: StimulusList) {
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
            for stimulus in range {
                guard case .message(let message) = stimuli.all[stimulus].kind else { continue }
                step(state, number, .message(message), stimulus)
            }
        }
        for term in state.deadlines {
            guard let first = stimuli.terms[term.state] else { continue }
            step(state, number, .deadline(term.number), first + term.index)
        }
        if let elsewhere = stimuli.elsewhere {
            items.append(.standing(state: number, StateGraph.Label(stimulus: elsewhere, effects: 0)))
        }
    }

    private mutating func step(_ state: CaseState, _ number: Int, _ event: Event, _ stimulus: Int) {
        do throws(StepFailure) {
            let step = try layout.definition.step(state, event, now: .verification)
            let label = StateGraph.Label(stimulus: stimulus, effects: Expansion.effects(of: step, in: layout.definition))
            let offset = words.count
            if layout.pack(step.state, onto: &words) {
                items.append(.edge(state: number, offset: offset, label))
            } else {
                items.append(.unknown(state: number, step.state, label))
            }
        } catch {
            if case .faulted(let fault) = error {
                items.append(.failure(StateGraph.Failure(state: number, stimulus: stimulus, fault: fault)))
            }
        }
    }

    static func effects(of step: Step, in definition: Definition) -> UInt32 {
        let alarms = step.effects.contains { effect in
            switch effect {
            case .openAssignment(let request): request.lane == .acute
            case .alarm: true
            default: false
            }
        }
        if alarms { return StateGraph.Label.alarms }
        let enters = step.taken.contains { taken in
            let transition = definition.states[taken.state].transitions[taken.transition]
            return transition.lane == .acute && !transition.targets.isEmpty
        }
        return enters ? StateGraph.Label.isSilent : 0
    }
}
