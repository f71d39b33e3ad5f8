// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow
import WorkflowTestKit

/// The verifier against plain simulation, over many workflows made by chance: 100,000 courses, unless the environment says otherwise.
///
/// `KETENROUTE_VERIFIER_SEED` is the first seed, `KETENROUTE_VERIFIER_WORKFLOWS` how many workflows are made,
/// `KETENROUTE_VERIFIER_RUNS` how many courses each gets, `KETENROUTE_VERIFIER_STATES` the states beyond which one is left out.
enum RandomWorkflowBenchmark {
    static func run() async throws -> Report {
        let seed = number("SEED", 1)
        let runsEach = Int(number("RUNS", 500))
        var total = VerifierCheck.Outcome()
        var explored = 0
        let workflows = number("WORKFLOWS", 200)
        let start = ContinuousClock.now
        for seed in seed..<seed + workflows {
            let outcome = try await VerifierCheck(seed: seed, statesMax: Int(number("STATES", 50_000))).check(runs: runsEach)
            total.add(outcome)
            if outcome.isExplored { explored += 1 }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard total.disagreements.isEmpty else {
            throw WorkflowBenchmark.Failure(description: total.disagreements.joined(separator: "\n"))
        }
        return Report(rows: [
            Quantity("workflows made by chance", Int(workflows)), Quantity("explored whole", explored),
            Quantity("their states", total.states), Quantity("their steps", total.steps), Quantity("courses by chance", total.runs),
            Quantity("states met, all of them reachable", total.statesMet), Quantity("counterexamples played again", total.stories),
            Quantity("wall time", seconds, "s"),
        ])
    }

    private static func number(_ name: String, _ otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment["KETENROUTE_VERIFIER_\(name)"].flatMap(UInt64.init) ?? otherwise
    }
}

extension VerifierCheck.Outcome {
    fileprivate mutating func add(_ other: Self) {
        states += other.states
        steps += other.steps
        runs += other.runs
        statesMet += other.statesMet
        stories += other.stories
        disagreements += other.disagreements
    }
}
