// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Simulator
import Testing

/// `KETENROUTE_SIMULATOR_SEED` runs one seed again, `KETENROUTE_SIMULATOR_SEEDS` as many as it says instead of ten thousand.
@Suite("Simulated runs", .serialized)
struct SimulatorTests {
    private static func setting(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

    private static var seeds: Range<UInt64> {
        if let seed = setting("KETENROUTE_SIMULATOR_SEED") { return seed..<seed + 1 }
        return 1..<1 + (setting("KETENROUTE_SIMULATOR_SEEDS") ?? 10_000)
    }

    @Test("whatever fails, nothing is lost, nothing happens twice, nothing is stuck")
    func everyFault() async throws {
        let simulator = try Simulator()
        let start = ContinuousClock.now
        let summary = try await withThrowingTaskGroup(of: Simulator.Summary.self) { group in
            // Shares of the seeds, so that every processor has one.
            let shares = ProcessInfo.processInfo.activeProcessorCount
            for share in 0..<shares {
                group.addTask {
                    try simulator.run(seeds: Self.seeds.filter { Int($0) % shares == share })
                }
            }
            var sum = Simulator.Summary()
            for try await part in group { sum.add(part) }
            return sum
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds) + 0.001
        print(
            "simulated \(summary.runs) runs, \(summary.steps) steps, \(summary.events) events; \(Int(Double(summary.runs) / seconds)) runs a second"
        )
        #expect(summary.runs == Self.seeds.count)
        #expect(summary.events > summary.runs)
    }

    @Test("the same seed is the same run")
    func replay() throws {
        let simulator = try Simulator(layers: .all.without(.fencing))
        let first = #expect(throws: Simulator.Failure.self) { try simulator.run(seeds: 1...1_000) }
        let failure = try #require(first)
        let second = #expect(throws: Simulator.Failure.self) { try simulator.run(seed: failure.seed) }
        #expect(second?.violation == failure.violation)
        #expect(second?.trace == failure.trace)
    }

    /// A layer that is missing, those that would hide it, the faults under which it shows, and how the violation begins to read.
    struct Missing: Sendable, CustomTestStringConvertible {
        let layer: Layers
        var masks: Layers = []
        var faults = Faults.all
        let shows: String
        let testDescription: String
    }

    @Test(
        "a layer that is missing is found",
        arguments: [
            Missing(layer: .dedupe, shows: "two cases", testDescription: "no dedupe"),
            Missing(
                layer: .acknowledgeAfterCommit, masks: .retry, faults: .betweenEngineAndBroker, shows: "stuck",
                testDescription: "acknowledged before the commit"),
            Missing(layer: .fencing, shows: "handed out again", testDescription: "a lease without fencing"),
            Missing(
                layer: .deleteAfterConfirm, masks: .retry, faults: .betweenEngineAndBroker, shows: "N2",
                testDescription: "a row deleted before its confirm"),
            Missing(
                layer: .sweep, masks: .retry, faults: .betweenEngineAndBroker, shows: "stuck", testDescription: "no sweep"),
            Missing(layer: .retry, shows: "stuck", testDescription: "no lease"),
        ])
    func planted(_ missing: Missing) throws {
        // Without the masks alone nothing is wrong under these faults; so what is found is the layer that is missing.
        if !missing.masks.isEmpty {
            _ = try Simulator(layers: .all.without(missing.masks), faults: missing.faults).run(seeds: 1...200)
        }
        let simulator = try Simulator(layers: .all.without([missing.layer, missing.masks]), faults: missing.faults)
        var others: Set<String> = []
        for seed in UInt64(1)...400 {
            do throws(Simulator.Failure) {
                _ = try simulator.run(seed: seed)
            } catch {
                if error.violation.contains(missing.shows) { return }
                others.insert(error.violation)
            }
        }
        Issue.record("it was not found; what was: \(others)")
    }
}
