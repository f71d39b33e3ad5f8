// SPDX-License-Identifier: EUPL-1.2

import CAllocations
import Foundation
import Values

/// What a measurement found: how often a thing can be done in a second on one core, and what it takes from the allocator.
struct Figure {
    let name: String
    let perSecond: Double
    let allocationsEach: Double

    /// Does `body` again and again for about two seconds, after a warm-up, and takes the best of ten rounds: what disturbs a
    /// measurement only ever makes it slower.
    ///
    /// - Parameters:
    ///   - unitsPerCall: how many of the things that are counted one call does.
    static func measure(_ name: String, unitsPerCall: Int = 1, _ body: () throws -> Void) rethrows -> Figure {
        let clock = ContinuousClock()
        let roundSeconds = 0.2
        var calls = 1
        // A round long enough for the clock is found by doubling; that is the warm-up as well.
        while try clock.measure({ for _ in 0..<calls { try body() } }) < .seconds(roundSeconds) { calls *= 2 }
        var best = Duration.seconds(3_600)
        let before = callocations_count()
        let rounds = 10
        for _ in 0..<rounds { best = min(best, try clock.measure { for _ in 0..<calls { try body() } }) }
        let allocations = callocations_count() - before
        let units = Double(calls * unitsPerCall)
        return Figure(
            name: name, perSecond: units / (best / .seconds(1)), allocationsEach: Double(allocations) / (units * Double(rounds)))
    }

    var row: String {
        let columns = [String(format: "%12.0f /s", perSecond), String(format: "%10.2f allocations", allocationsEach)]
        return name.padding(toLength: 44, withPad: " ", startingAt: 0) + columns.joined(separator: " ")
    }

    static func document(_ benchmark: String, _ figures: [Figure]) -> JSON {
        [
            "benchmark": .string(benchmark),
            "figures": .array(
                figures.map {
                    ["name": .string($0.name), "perSecond": .number($0.perSecond), "allocationsEach": .number($0.allocationsEach)]
                }),
        ]
    }
}
