// SPDX-License-Identifier: EUPL-1.2

/// Looks for eventless transitions that lead back to where they start while nothing that their guards read has changed: a case that
/// enters such a circle never comes to rest, and its step is given up.
struct EventlessCycles {
    private struct Edge {
        let from: Int
        let transition: Transition
        /// Guards that are asked before; where one of them holds, this transition is not taken.
        let earlier: [Guard]
        let to: Int
    }

    private let definition: Definition
    private let graph: TransitionGraph
    private let edges: [Int: [Edge]]

    /// Longest circle that is looked for. The longest chain of eventless transitions that is foreseen has a quarter.
    private static let lengthMax = 16
    /// Steps of the search. A chart that needs more has too many eventless transitions for anybody to follow.
    private static let stepsMax = 10_000

    init(_ definition: Definition, graph: TransitionGraph) {
        self.definition = definition
        self.graph = graph
        var edges: [Int: [Edge]] = [:]
        for leaf in graph.reached where definition.states[leaf].kind == .atomic {
            var earlier: [Guard] = []
            let transitions = graph.line(from: leaf).flatMap { definition.states[$0].transitions }.filter { $0.event == nil }
            for transition in transitions {
                let targets = transition.targets.isEmpty ? [leaf] : transition.targets.flatMap { graph.leaves(below: $0) }
                for target in targets {
                    edges[leaf, default: []].append(Edge(from: leaf, transition: transition, earlier: earlier, to: target))
                }
                // Nothing comes after a transition that is always taken.
                guard let condition = transition.condition else { break }
                earlier.append(condition)
            }
        }
        self.edges = edges
    }

    var remarks: [LintRule.Remark] {
        var search = Search()
        for start in edges.keys.sorted() { walk(from: start, path: [], &search) }
        if search.steps > EventlessCycles.stepsMax {
            search.found[definition.states[0].position] = "too many eventless transitions to look for circles; make them fewer"
        }
        return search.found.map { LintRule.Remark($0.key, $0.value) }
    }

    private struct Search {
        var found: [SourcePosition: String] = [:]
        var steps = 0
    }

    /// Walks on while no state is passed twice. Every circle is found from its first state in document order.
    private func walk(from start: Int, path: [Edge], _ search: inout Search) {
        search.steps += 1
        guard path.count < EventlessCycles.lengthMax, search.steps <= EventlessCycles.stepsMax else { return }
        for edge in edges[path.last?.to ?? start] ?? []
        where edge.to >= start && !path.contains(where: { $0.from == edge.to && $0.from != start }) {
            let longer = path + [edge]
            if edge.to != start {
                walk(from: start, path: longer, &search)
            } else if canGoOn(longer), let first = longer.map(\.transition.position).min() {
                let states = longer.map { "'\(definition.states[$0.from].path)'" }.joined(separator: " to ")
                search.found[first] =
                    "eventless transitions lead from \(states) and back without an end; await an event, or change what the guard reads"
            }
        }
    }

    /// Whether all guards of a circle can hold at once and nothing on the way changes what they read.
    private func canGoOn(_ circle: [Edge]) -> Bool {
        let guards = circle.flatMap { $0.earlier + [$0.transition.condition].compactMap { $0 } }
        let reads = GuardReads(guards)
        guard !guards.isEmpty else { return true }
        if !reads.facts.isDisjoint(with: facts(setBy: circle)) { return false }
        let axes = reads.facts.sorted().map { GuardAxis(fact: $0, definition.facts[$0], guards.flatMap(GuardReads.atoms)) }
        let outer = reads.states.filter { state in circle.allSatisfy { isApart(state, from: $0.from) } }.sorted()
        let count = axes.combinations(upTo: GuardTable.combinationsMax) << min(outer.count, StateCombinations.askedMax)
        // What is too much to look through is told, so that an author looks himself.
        guard count <= GuardTable.combinationsMax, outer.count <= StateCombinations.askedMax, !reads.isOpaque, reads.report.isEmpty
        else { return true }
        var choice = Array(repeating: 0, count: axes.count)
        repeat {
            for bits in 0..<(1 << outer.count) {
                let others = outer.indices.filter { bits & (1 << $0) != 0 }.map { outer[$0] }
                if circle.allSatisfy({ holds($0, axes: axes, choice: choice, others: others) }) { return true }
            }
        } while axes.advance(&choice)
        return false
    }

    /// Whether the circle does not touch the state: it lies in another region.
    private func isApart(_ state: Int, from place: Int) -> Bool {
        graph.canBeActiveTogether(state, place) && !graph.line(from: place).contains(state)
    }

    private func holds(_ edge: Edge, axes: [GuardAxis], choice: [Int], others: [Int]) -> Bool {
        var active = StateSet(graph.line(from: edge.from))
        for state in others { active.formUnion(StateSet(graph.line(from: state))) }
        var scope = GuardScope(facts: definition.facts.map(\.initial), now: GuardAxis.now, activeStates: active)
        scope.take(axes: axes, choice: choice)
        // A guard without a value stops the step, so the circle does not go on.
        guard let precedes = try? edge.earlier.contains(where: { try $0.holds(scope) }), !precedes else { return false }
        return (try? edge.transition.condition?.holds(scope) ?? true) ?? false
    }

    private func facts(setBy circle: [Edge]) -> Set<Int> {
        let entered = circle.flatMap { edge in
            graph.line(from: edge.to).filter { !graph.line(from: edge.from).contains($0) || $0 == edge.to }
        }
        let left = circle.flatMap { edge in
            graph.line(from: edge.from).filter { !graph.line(from: edge.to).contains($0) || $0 == edge.from }
        }
        let actions =
            circle.flatMap(\.transition.actions) + entered.flatMap { definition.states[$0].entry }
            + left.flatMap { definition.states[$0].exit }
        return Set(actions.compactMap { if case .set(let fact, _) = $0 { fact } else { nil } })
    }
}
