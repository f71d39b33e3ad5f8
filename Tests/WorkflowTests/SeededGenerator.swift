// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// SplitMix64: small, and the same sequence everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// How much random input a test takes, and from which seed: `KETENROUTE_FUZZ_COUNT` and `KETENROUTE_FUZZ_SEED`, else a little, from a
/// seed of its own, which is printed so that a failure can be had again.
enum Fuzz {
    static func generator(_ name: String) -> SeededGenerator {
        let seed = number("KETENROUTE_FUZZ_SEED").map { UInt64($0) } ?? UInt64.random(in: 0 ... .max >> 2)
        print("\(name): KETENROUTE_FUZZ_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    static func count(_ usual: Int) -> Int { number("KETENROUTE_FUZZ_COUNT") ?? usual }

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}
