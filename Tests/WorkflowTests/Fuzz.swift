// SPDX-License-Identifier: EUPL-1.2

import Foundation
import WorkflowTestKit

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
