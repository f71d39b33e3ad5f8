// SPDX-License-Identifier: EUPL-1.2

import Testing
import WorkflowTestKit

/// The verifier against plain simulation, over workflows that nobody has thought of. `Ops/bench verify-random` takes many more.
@Suite("The verifier over random workflows")
struct RandomWorkflowTests {
    @Test(
        "whatever a random run reaches is reachable, slicing changes no verdict, and every counterexample plays again",
        arguments: [101, 102] as [UInt64])
    func agreement(seed: UInt64) async throws {
        let outcome = try await VerifierCheck(seed: seed, statesMax: 50_000).check(runs: 40)
        #expect(outcome.isExplored)
        #expect(outcome.runs == 40)
        #expect(outcome.disagreements.isEmpty)
    }
}
