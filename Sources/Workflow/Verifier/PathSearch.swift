// SPDX-License-Identifier: EUPL-1.2

/// A breadth-first search over a graph that may leave out steps, and may visit a state twice: once in each of two phases.
struct PathSearch {
    /// A step that the search comes by.
    struct Passage {
        /// The visit it goes on from; nil for the start of the case.
        let from: Int?
        let edge: StateGraph.Edge
    }

    private let graph: StateGraph
    /// States with a phase, `2 * state + phase`, in the order in which they were first visited.
    private(set) var visits: [Int] = []
    /// For each visit the visit before it, and the label of the step between; -1 for the start, -2 where there was none.
    private var before: [Int]
    private var labels: [StateGraph.Label]
    private var nextInitial = 0
    private var head = 0
    private var edges: Range<Int> = 0..<0

    init(graph: StateGraph) {
        self.graph = graph
        before = Array(repeating: -2, count: 2 * graph.states.count)
        labels = Array(repeating: StateGraph.Label(stimulus: 0, effects: 0), count: 2 * graph.states.count)
    }

    /// The next step out of what was visited, first steps first; nil when there is none left.
    mutating func next() -> Passage? {
        if nextInitial < graph.initial.count {
            nextInitial += 1
            return Passage(from: nil, edge: graph.initial[nextInitial - 1])
        }
        while edges.isEmpty {
            guard head < visits.count else { return nil }
            edges = graph.edges(of: visits[head] / 2)
            head += 1
        }
        defer { edges = edges.dropFirst() }
        return Passage(from: visits[head - 1], edge: graph[edges.lowerBound])
    }

    /// Goes on from where a step leads, in the given phase, unless that was done.
    mutating func follow(_ passage: Passage, phase: Int = 0) {
        let visit = 2 * passage.edge.target + phase
        guard before[visit] == -2 else { return }
        before[visit] = passage.from ?? -1
        labels[visit] = passage.edge.label
        visits.append(visit)
    }

    /// The shortest way to a visit.
    func course(to visit: Int) -> Course {
        var course = Course.none
        var current = visit
        while current >= 0 {
            course.append(graph.stimuli.all[labels[current].stimulus], leadingTo: current / 2)
            current = before[current]
        }
        return Course(stimuli: course.stimuli.reversed(), states: course.states.reversed())
    }

    func course(_ passage: Passage) -> Course {
        var course = passage.from.map(course(to:)) ?? .none
        course.append(graph.stimuli.all[passage.edge.label.stimulus], leadingTo: passage.edge.target)
        return course
    }
}
