// SPDX-License-Identifier: EUPL-1.2

/// Every state that a workflow can come to, for comparing with what simulated cases come to.
package struct ReachableStates: Sendable {
    package let count: Int
    /// Steps between the states.
    package let stepCount: Int
    /// Why these may not be all; empty where they are.
    package let doubts: Set<String>

    private var layout: StateLayout
    private let found: StateArena

    package init(of definition: Definition, within bounds: VerificationBounds) async {
        var verifier = Verifier(definition)
        verifier.bounds = bounds
        let cone = Cone(of: Cone.Seed(everythingIn: definition), in: definition, Regions(definition.states))
        let graph = await verifier.explore(cone, [])
        (count, stepCount, doubts) = (graph.states.count, graph.edgeCount, graph.doubts)
        (layout, found) = (graph.layout, graph.states)
    }

    /// Whether a case can come to a state, up to what the workflow can tell apart.
    package mutating func contains(_ state: CaseState) -> Bool {
        var words: [UInt64] = []
        return layout.learn(state) && layout.pack(state, onto: &words) && found.contains(words, at: 0)
    }
}
