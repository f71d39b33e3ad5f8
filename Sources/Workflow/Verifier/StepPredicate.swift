// SPDX-License-Identifier: EUPL-1.2

/// An expression of a property over all steps of a graph.
///
/// It is evaluated once for each kind of step: states count as one where they agree in all that the expression reads of them, and
/// stimuli where it reads nothing of what happened.
struct StepPredicate {
    enum Outcome: UInt8 {
        case unknown, no, yes
        /// The expression has no value there.
        case none
    }

    private let expression: Guard
    private let graph: StateGraph
    private let readsStimulus: Bool
    /// The class of each state, and the first state of each class.
    private var classes: [UInt32] = []
    private var examples: [Int] = []
    private var outcomes: [Outcome]

    init(_ expression: Guard, over graph: StateGraph) {
        self.expression = expression
        self.graph = graph
        let reads = expression.reads
        readsStimulus = reads.contains { source in
            switch source {
            case .data, .event, .sender, .whole(.data): true
            default: false
            }
        }
        let mask = graph.layout.mask(of: reads)
        var arena = StateArena(wordCount: graph.layout.wordCount)
        classes.reserveCapacity(graph.states.count)
        for state in 0..<graph.states.count {
            let (number, isNew) = arena.insert(zip(graph.states[state], mask).map { $0 & $1 }, at: 0)
            if isNew { examples.append(state) }
            classes.append(UInt32(number))
        }
        outcomes = Array(repeating: .unknown, count: examples.count * (readsStimulus ? graph.stimuli.all.count : 1))
    }

    /// What the expression says of the step over `label` into `state`.
    mutating func outcome(_ label: StateGraph.Label, into state: Int) -> Outcome {
        let row = Int(classes[state])
        let index = readsStimulus ? label.stimulus * examples.count + row : row
        if outcomes[index] == .unknown { outcomes[index] = evaluate(label, examples[row]) }
        return outcomes[index]
    }

    mutating func holds(_ edge: StateGraph.Edge) -> Bool { outcome(edge.label, into: edge.target) == .yes }

    private func evaluate(_ label: StateGraph.Label, _ example: Int) -> Outcome {
        let state = graph.caseState(example)
        let stimulus = graph.stimuli.all[label.stimulus]
        switch expression.outcome(of: stimulus, in: state) {
        case .bool(true): return .yes
        case .bool(false): return .no
        default: return .none
        }
    }
}

extension Guard {
    /// The value of a property's expression at a step.
    func outcome(of stimulus: Stimulus, in state: CaseState) -> Value {
        outcome(
            in: GuardScope(
                facts: state.facts, data: stimulus.data, report: state.report, event: stimulus.event, sender: stimulus.sender,
                now: .verification, activeStates: state.configuration))
    }
}
