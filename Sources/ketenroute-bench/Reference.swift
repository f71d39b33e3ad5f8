// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// What a program with the same promises and nothing else gives on this machine, where there is one: `KETENROUTE_BENCH_REFERENCE`
/// is a file with its output, one line a load, each with `transitions/s=`.
enum Reference {
    static let fullLoad = "reference, full load"
    private static let names = ["reference, one at a time", "reference, half load", fullLoad]

    static func rates() throws -> [Quantity] {
        guard let file = ProcessInfo.processInfo.environment["KETENROUTE_BENCH_REFERENCE_OUTPUT"] else { return [] }
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter { $0.contains("transitions/s=") }
        return zip(names, lines).flatMap { name, line in
            [Quantity(name, number(after: "transitions/s=", in: line), "/s")]
                + [("p50", "p50="), ("p99", "p99=")].map { Quantity("\(name), round trip \($0)", number(after: $1, in: line), "ms") }
        }
    }

    private static func number(after key: String, in line: Substring) -> Double {
        guard let range = line.range(of: key) else { return .nan }
        return Double(line[range.upperBound...].prefix { $0.isNumber || $0 == "." }) ?? .nan
    }
}
