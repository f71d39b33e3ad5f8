// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow

/// Holds the verifier against plain simulation over one random workflow.
public struct VerifierCheck {
    /// What a check has looked at, and what the two do not agree about.
    public struct Outcome: Sendable {
        /// False where the workflow is too large for the bound, which shows nothing either way.
        public var isExplored = true
        public var states = 0
        public var steps = 0
        /// Courses by chance, and the states that they came to.
        public var runs = 0
        public var statesMet = 0
        /// Counterexamples that were played again.
        public var stories = 0
        public var disagreements: [String] = []

        public init() {}
    }

    private let seed: UInt64
    private let definition: Definition
    private let bounds: VerificationBounds

    /// - Parameter statesMax: states beyond which a workflow is not explored.
    public init(seed: UInt64, statesMax: Int) throws {
        var workflow = RandomWorkflow(seed: seed)
        self.seed = seed
        definition = try Definition.load(workflow.text() + "properties:\n" + VerifierCheck.properties, file: "random-\(seed).yaml")
        var bounds = VerificationBounds()
        bounds.statesMax = statesMax
        self.bounds = bounds
    }

    /// One of each kind.
    private static let properties = """
          - { id: A, says: a, always: "!active('a.s2') || facts.flag" }
          - { id: B, says: b, never: "active('b.group') && facts.kind == 'r'" }
          - { id: C, says: c, precedes: { first: "active('a.s1')", then: "active('a.s2')" } }
          - { id: D, says: d, leadsTo: { from: "active('c.s2')", to: "!active('c.s2')" } }
          - { id: E, says: e, reachable: "active('c.end')" }
          - { id: F, says: f, unaffected: { by: [a], those: [b] } }
          - { id: G, says: g, never: "event == 'e3' && active('a.end')" }

        """

    /// - Parameter runs: courses by chance.
    public func check(runs: Int) async -> Outcome {
        var outcome = Outcome()
        await compareStates(runs: runs, &outcome)
        guard outcome.isExplored else { return outcome }
        await compareVerdicts(&outcome)
        return outcome
    }

    /// Whatever a case comes to by chance has to be reachable.
    private func compareStates(runs: Int, _ outcome: inout Outcome) async {
        var reachable = await ReachableStates(of: definition, within: bounds)
        guard reachable.doubts.isEmpty else {
            outcome.isExplored = false
            return
        }
        (outcome.states, outcome.steps) = (reachable.count, reachable.stepCount)
        var run = RandomRun(of: definition, seed: seed &* 31)
        for _ in 0..<runs {
            let states = run.states()
            outcome.runs += 1
            outcome.statesMet += states.count
            if let missed = states.first(where: { !reachable.contains($0) }) {
                outcome.disagreements.append("seed \(seed): \(definition.activePaths(missed)) is met and was not found")
            }
        }
    }

    /// Slicing must not change a verdict, and every counterexample has to play again.
    private func compareVerdicts(_ outcome: inout Outcome) async {
        var verifier = Verifier(definition)
        verifier.bounds = bounds
        // Also what holds in every workflow is proved track by track then.
        verifier.bounds.wholeStatesMax = 0
        let sliced = await verifier.verify().results
        verifier.isSlicing = false
        let whole = await verifier.verify().results
        for (one, other) in zip(sliced, whole) where one.verdict.name != other.verdict.name {
            outcome.disagreements.append("seed \(seed): \(one.id) \(one.verdict.name) in its slice, \(other.verdict.name) in the whole")
        }
        for result in sliced + whole {
            guard let story = result.verdict.story else { continue }
            outcome.stories += 1
            let plays = plays(story, endsInFault: ["no-fault", "no-endless-step"].contains(result.id))
            if !plays { outcome.disagreements.append("seed \(seed): the story of \(result.id) does not play") }
        }
    }

    private func plays(_ story: Story, endsInFault: Bool) -> Bool {
        guard let start = story.steps.first else { return false }
        var simulation = Simulation(definition: definition, now: .verification)
        do throws(Fault) {
            _ = try simulation.start(report: ReportFacts(receivedAt: .verification, fields: start.data))
        } catch {
            return endsInFault && story.steps.count == 1
        }
        for (number, step) in story.steps.enumerated().dropFirst() {
            guard let event = step.event else { return false }
            let line = simulation.send(event, from: step.sender, data: step.data)
            if endsInFault, number == story.steps.count - 1 { return line["faulted"] != nil }
            guard line["rejected"] == nil, line["faulted"] == nil else { return false }
        }
        return !endsInFault && simulation.state.map(definition.activePaths) == story.configuration
    }
}
