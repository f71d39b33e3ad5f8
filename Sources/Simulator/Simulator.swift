// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// Runs of many engines, partners, a broker and a store under faults, each wholly determined by its seed.
public struct Simulator: Sendable {
    private let definition: Definition
    public var layers: Layers
    public var faults: Faults

    public init(layers: Layers = .all, faults: Faults = .all) throws {
        definition = try TrialWorkflow.load()
        self.layers = layers
        self.faults = faults
    }

    /// A run in which an invariant was broken.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let seed: UInt64
        public let violation: String
        /// The last of what happened before it.
        public let trace: [String]

        public var description: String {
            "seed \(seed): \(violation)\n" + trace.map { "  \($0)" }.joined(separator: "\n")
        }
    }

    /// What a run was made of, so that it can be seen that it was of anything.
    public struct Summary: Sendable {
        public var runs = 0
        public var steps = 0
        public var events = 0

        public init() {}

        public mutating func add(_ other: Summary) {
            runs += other.runs
            steps += other.steps
            events += other.events
        }
    }

    /// - Throws: ``Failure``, with the trace of a second run of the same seed.
    public func run(seed: UInt64) throws(Failure) -> Summary {
        var world = world(seed, isTraced: false)
        if let violation = world.run() {
            var replay = self.world(seed, isTraced: true)
            let replayed = replay.run()
            let trace = (replay.trace?.lines ?? []).suffix(Simulator.traceMax)
            throw Failure(
                seed: seed, violation: replayed == violation ? violation : "\(violation); and when run again: \(replayed ?? "nothing")",
                trace: Array(trace))
        }
        return Summary.of(world)
    }

    /// The first of many seeds in which something is broken, or what all of them were made of.
    public func run(seeds: some Sequence<UInt64>) throws(Failure) -> Summary {
        var summary = Summary()
        for seed in seeds { summary.add(try run(seed: seed)) }
        return summary
    }

    private static let traceMax = 80

    private func world(_ seed: UInt64, isTraced: Bool) -> World {
        World(seed: seed, definition: definition, layers: layers, faults: faults, isTraced: isTraced)
    }
}

extension Simulator.Summary {
    fileprivate static func of(_ world: World) -> Simulator.Summary {
        var summary = Simulator.Summary()
        summary.runs = 1
        summary.steps = world.stepCount
        summary.events = world.store.cases.map(\.events.count).reduce(0, +)
        return summary
    }
}
