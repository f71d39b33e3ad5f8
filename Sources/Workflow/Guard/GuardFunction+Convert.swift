// SPDX-License-Identifier: EUPL-1.2

import Values

extension GuardFunction {
    func convert(_ value: Value) throws(GuardError) -> Value {
        switch self {
        case .dyn: return value
        case .type: return .type(value.typeName)
        case .string:
            guard let text = value.text else { throw noOverload(value) }
            return .string(text)
        case .bool: return .bool(try bool(value))
        case .int: return .int(try int(value))
        case .double: return .double(try double(value))
        case .timestamp: return .timestamp(try timestamp(value))
        default: return .duration(try duration(value))
        }
    }

    private func bool(_ value: Value) throws(GuardError) -> Bool {
        switch value {
        case .bool(let value): return value
        case .string("1"), .string("t"), .string("true"), .string("TRUE"), .string("True"): return true
        case .string("0"), .string("f"), .string("false"), .string("FALSE"), .string("False"): return false
        case .string: throw invalid("true or false")
        default: throw noOverload(value)
        }
    }

    private func int(_ value: Value) throws(GuardError) -> Int64 {
        switch value {
        case .int(let value): return value
        case .double(let value):
            // The bounds themselves are refused, because a double that large no longer tells one integer from the next.
            guard value > -0x1p63, value < 0x1p63 else { throw GuardError.overflow(rawValue) }
            return Int64(value.rounded(.towardZero))
        case .string(let text):
            guard let value = Int64(text) else { throw invalid("a whole number") }
            return value
        case .timestamp(let value): return value.seconds
        default: throw noOverload(value)
        }
    }

    private func double(_ value: Value) throws(GuardError) -> Double {
        switch value {
        case .int(let value): return Double(value)
        case .double(let value): return value
        case .string(let text):
            guard let value = Double(text) else { throw invalid("a number") }
            return value
        default: throw noOverload(value)
        }
    }

    private func timestamp(_ value: Value) throws(GuardError) -> Instant {
        switch value {
        case .timestamp(let value): return value
        case .int(let seconds): return try TimeRange.check(Instant(seconds: seconds))
        case .string(let text):
            guard let instant = Instant(text) else { throw invalid("a moment in RFC 3339") }
            return try TimeRange.check(instant)
        default: throw noOverload(value)
        }
    }

    private func duration(_ value: Value) throws(GuardError) -> Duration {
        switch value {
        case .duration(let value): return value
        case .string(let text):
            guard let duration = Duration(guardText: text) else { throw invalid("a duration such as 1h30m") }
            return try TimeRange.check(duration)
        default: throw noOverload(value)
        }
    }

    private func invalid(_ expectation: String) -> GuardError {
        GuardError(code: .invalidArgument, message: "\(rawValue)() was given a text that is not \(expectation)")
    }
}

/// The spans of time that CEL knows: the years 1 to 9999, and durations of as many nanoseconds as 64 bits count, 292 years, as the
/// conformance cases `timestamp_range` have it.
enum TimeRange {
    private static let earliestSecond: Int64 = -62_135_596_800
    private static let latestSecond: Int64 = 253_402_300_799
    private static let durationMax = Duration.nanoseconds(Int64.max)

    static func check(_ instant: Instant) throws(GuardError) -> Instant {
        guard (earliestSecond...latestSecond).contains(instant.seconds) else { throw GuardError.overflow("timestamp") }
        return instant
    }

    static func check(_ duration: Duration) throws(GuardError) -> Duration {
        guard duration <= durationMax, duration >= .zero - durationMax else { throw GuardError.overflow("duration") }
        return duration
    }
}

extension Duration {
    private static let nanosecondsByUnit: [(unit: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    /// Reads a signed sequence of decimal numbers, each with a unit: `1.5h`, `-3m20s`, `100ms`, and a bare `0`.
    fileprivate init?(guardText: String) {
        var rest = Substring(guardText)
        let isNegative = rest.first == "-"
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        if rest == "0" {
            self = .zero
            return
        }
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let unit = Duration.nanosecondsByUnit.first(where: { $0.unit == name }),
                let amount = Duration.amount(number, of: unit.nanoseconds)
            else { return nil }
            // Far beyond what is allowed, and within what Swift's own type can hold however long the text is.
            total = min(total + amount, .seconds(1 << 53))
        }
        self = isNegative ? .zero - total : total
    }

    /// Whole and broken part apart, so that large numbers keep their last digit.
    private static func amount(_ number: Substring, of nanoseconds: Double) -> Duration? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, number.contains(where: \.isNumber), let whole = Int64(parts[0].isEmpty ? "0" : String(parts[0])),
            whole < 1_000_000_000_000, let fraction = Double("0." + (parts.count == 2 && !parts[1].isEmpty ? parts[1] : "0"))
        else { return nil }
        let unit = Duration.nanoseconds(Int64(nanoseconds))
        return unit * Int(whole) + .nanoseconds(Int64((fraction * nanoseconds).rounded()))
    }
}
