// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// Durations in buckets that are at most 1/64 wider than the one before: any number of them in the same few kilobytes, each
/// percentile exact to 1.6 % (as HdrHistogram, hdrhistogram.org, keeps them).
struct Histogram: Sendable {
    private static let stepsEach = 64
    private var counts = [Int](repeating: 0, count: 64 * 40)
    private(set) var count = 0
    private(set) var most = Duration.zero

    mutating func add(_ duration: Duration) {
        let microseconds = UInt64(max(duration / .microseconds(1), 0))
        counts[min(Histogram.bucket(microseconds), counts.count - 1)] += 1
        count += 1
        most = max(most, duration)
    }

    mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        most = max(most, other.most)
    }

    /// - Parameter share: 0 to 1.
    /// - Returns: milliseconds, or nothing at all where nothing was measured.
    func percentile(_ share: Double) -> Double {
        guard count > 0 else { return .nan }
        let wanted = max(Int((Double(count) * share).rounded(.up)), 1)
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return min(Histogram.upperBound(index) / 1_000, most / .milliseconds(1)) }
        }
        return most / .milliseconds(1)
    }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= UInt64(stepsEach) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount - 6
        return (exponent + 1) * stepsEach + Int(value >> UInt64(exponent)) - stepsEach
    }

    private static func upperBound(_ bucket: Int) -> Double {
        guard bucket >= stepsEach else { return Double(bucket + 1) }
        let exponent = bucket / stepsEach - 1
        return Double((bucket % stepsEach + stepsEach + 1) << exponent)
    }
}

/// A line of the table for one histogram.
struct Distribution: Row {
    let name: String
    let histogram: Histogram

    private static let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)]

    var row: String {
        let columns = Distribution.shares.map { String(format: "%@ %8.2f", $0.0, histogram.percentile($0.1)) }
        let most = String(format: "max %8.2f ms", histogram.most / .milliseconds(1))
        return name.padding(toLength: 44, withPad: " ", startingAt: 0) + (columns + [most]).joined(separator: "  ")
            + "  n \(histogram.count)"
    }

    var json: JSON {
        .object(
            Dictionary(
                uniqueKeysWithValues: [("name", .string(name)), ("count", .integer(Int64(histogram.count)))]
                    + Distribution.shares.map { ("\($0.0)Milliseconds", .number(histogram.percentile($0.1))) }
                    + [("maxMilliseconds", .number(histogram.most / .milliseconds(1)))]))
    }
}
