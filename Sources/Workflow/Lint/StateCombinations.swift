// SPDX-License-Identifier: EUPL-1.2

/// Which of the states that guards ask for can be active together.
struct StateCombinations {
    private let definition: Definition
    private let graph: TransitionGraph
    private let asked: [Int]
    /// The state that is active in any case, and all around it.
    private let own: [Int]
    /// Compound states of which every child is asked for: one child is active while they are.
    private let regions: [Int]

    /// Largest number of states that guards may ask for together.
    static let askedMax = 14

    /// - Parameter state: a state that is active in every combination; the root always is.
    init(of asked: Set<Int>, while state: Int, in definition: Definition, _ graph: TransitionGraph) {
        self.definition = definition
        self.graph = graph
        self.asked = asked.sorted()
        own = graph.line(from: state)
        regions = definition.states.filter { state in
            state.kind == .compound && state.children.allSatisfy { asked.contains($0) || definition.states[$0].isHistory }
        }.map(\.index)
    }

    /// Nil where there are too many states to be combined.
    var axis: GuardAxis? {
        guard asked.count <= StateCombinations.askedMax else { return nil }
        let combinations = (0..<(1 << asked.count)).compactMap { bits in
            let chosen = asked.indices.filter { bits & (1 << $0) != 0 }.map { asked[$0] }
            return isConsistent(chosen) ? StateSet(chosen) : nil
        }
        return GuardAxis(.states, combinations.map { .active($0) }, isExact: true)
    }

    private func isConsistent(_ chosen: [Int]) -> Bool {
        let active = chosen + own
        // What is active brings the states around it along.
        guard active.allSatisfy({ graph.line(from: $0).allSatisfy { !asked.contains($0) || chosen.contains($0) } }) else { return false }
        guard chosen.allSatisfy({ first in active.allSatisfy { graph.canBeActiveTogether(first, $0) } }) else { return false }
        return regions.allSatisfy { region in
            let isActive = isAlwaysActive(region) || active.contains { $0 == region || definition.states[region].descendants.contains($0) }
            return !isActive || definition.states[region].children.contains(where: chosen.contains)
        }
    }

    private func isAlwaysActive(_ index: Int) -> Bool {
        index == 0 || graph.line(from: index).dropFirst().allSatisfy { definition.states[$0].kind == .parallel }
    }
}
