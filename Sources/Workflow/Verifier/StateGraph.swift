// SPDX-License-Identifier: EUPL-1.2

/// Every reachable state of a slice with every step between them, in the order of a breadth-first search.
struct StateGraph: Sendable {
    /// A step: what happened and where it led.
    struct Edge: Sendable {
        let label: Label
        let target: Int
    }

    /// A stimulus, and what is worth remembering of the effects of the step.
    struct Label: Sendable, Equatable {
        fileprivate(set) var bits: UInt32

        /// An acute question was put or an alarm was raised.
        static let alarms: UInt32 = 1 << 31
        /// A transition of the acute lane entered its targets, and nobody was asked or alarmed.
        static let isSilent: UInt32 = 1 << 30
        /// The surroundings of an open slice had a say in the step.
        static let isOpen: UInt32 = 1 << 29
        static let stimulusMax = 1 << 29

        init(stimulus: Int, effects: UInt32) { bits = UInt32(stimulus) | effects }

        var stimulus: Int { Int(bits & (Label.isOpen - 1)) }
        var alarms: Bool { bits & Label.alarms != 0 }
        var isSilent: Bool { bits & Label.isSilent != 0 }
        var isOpen: Bool { bits & Label.isOpen != 0 }
    }

    /// A stimulus that the workflow could not carry out.
    struct Failure: Sendable {
        /// Nil where the case could not even start.
        let state: Int?
        let stimulus: Int
        let fault: Fault
        /// Whether the surroundings had a say in it.
        let isOpen: Bool
    }

    let slice: Slice
    let stimuli: StimulusList
    var layout: StateLayout
    var states: StateArena
    /// The first states, with the ways to start that lead to them.
    var initial: [Edge] = []
    private(set) var failures: [Failure] = []
    /// Why the graph may not be whole.
    var doubts: Set<String>

    /// The edges of state n are those from `offsets[n]` up to `offsets[n + 1]`.
    private var offsets: [Int] = [0]
    private var labels: [Label] = []
    private var targets: [UInt32] = []
    /// For each state the edge over which it was first found; -1 - n for the n-th initial edge.
    private(set) var origins: [Int] = []
    /// For each state the state from which it was first found.
    private(set) var parents: [UInt32] = []

    init(slice: Slice, stimuli: StimulusList, layout: StateLayout) {
        self.slice = slice
        self.stimuli = stimuli
        self.layout = layout
        states = StateArena(wordCount: layout.wordCount)
        doubts = stimuli.doubts
    }

    var edgeCount: Int { targets.count }

    func edges(of state: Int) -> Range<Int> { offsets[state]..<offsets[state + 1] }

    subscript(edge: Int) -> Edge { Edge(label: labels[edge], target: Int(targets[edge])) }

    func target(of edge: Int) -> Int { Int(targets[edge]) }

    func label(of edge: Int) -> Label { labels[edge] }

    /// The case as it is in a state.
    func caseState(_ state: Int) -> CaseState { layout.state(from: states[state]) }

    func isClosed(_ state: Int) -> Bool { layout.isClosed(states[state]) }

    func stimulus(of edge: Int) -> Stimulus { stimuli.all[labels[edge].stimulus] }

    // MARK: Building

    mutating func addInitial(_ key: [UInt64], at offset: Int, label: Label) {
        let (number, isNew) = states.insert(key, at: offset)
        if isNew { addOrigin(-1 - initial.count, parent: 0) }
        initial.append(Edge(label: label, target: number))
    }

    mutating func addEdge(from state: Int, to key: [UInt64], at offset: Int, label: Label) {
        let (number, isNew) = states.insert(key, at: offset)
        if isNew { addOrigin(targets.count, parent: state) }
        labels.append(label)
        targets.append(UInt32(number))
    }

    mutating func addStanding(_ state: Int, label: Label) {
        labels.append(label)
        targets.append(UInt32(state))
    }

    mutating func add(_ failure: Failure) {
        if failure.fault == .tooOpen { doubts.insert(failure.fault.message) } else { failures.append(failure) }
    }

    /// All edges of the next state are there.
    mutating func closeState() { offsets.append(targets.count) }

    /// The graph with states that were found and not stepped, as if nothing led out of them.
    func closed(_ unstepped: Range<Int>) -> StateGraph {
        var graph = self
        for _ in unstepped { graph.closeState() }
        return graph
    }

    private mutating func addOrigin(_ edge: Int, parent: Int) {
        origins.append(edge)
        parents.append(UInt32(parent))
    }
}
