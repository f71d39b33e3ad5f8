// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// How long single things took.
struct Latencies: Row {
    let name: String
    private let sorted: [Duration]

    init(_ name: String, _ durations: [Duration]) {
        self.name = name
        sorted = durations.sorted()
    }

    /// - Parameter share: 0 to 1; 0.5 is the median.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let index = min(Int((Double(sorted.count) * share).rounded(.up)) - 1, sorted.count - 1)
        return sorted[max(index, 0)] / .milliseconds(1)
    }

    var row: String {
        let columns = [("p50", 0.5), ("p99", 0.99), ("max", 1.0)].map { String(format: "%@ %9.2f ms", $0.0, percentile($0.1)) }
        return name.padding(toLength: 44, withPad: " ", startingAt: 0) + columns.joined(separator: "  ") + "  n \(sorted.count)"
    }

    var json: JSON {
        [
            "name": .string(name), "count": .integer(Int64(sorted.count)), "p50Milliseconds": .number(percentile(0.5)),
            "p99Milliseconds": .number(percentile(0.99)), "maxMilliseconds": .number(percentile(1)),
        ]
    }
}
