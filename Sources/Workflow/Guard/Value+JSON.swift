// SPDX-License-Identifier: EUPL-1.2

public import Values

extension Value {
    public init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .number(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let values): self = .list(values.map { Value($0) })
        case .object(let members): self = .map(Dictionary(members.map { (.string($0.key), Value($0.value)) }) { first, _ in first })
        }
    }

    /// The value as JSON: timestamps and durations in CEL's text form, keys of maps as texts, and what JSON has no number for by the
    /// names that Protocol Buffers' JSON mapping gives it.
    public var json: JSON {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .integer(value)
        case .double(let value): value.isFinite ? .number(value) : .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
        case .string(let value), .type(let value): .string(value)
        case .list(let values): .array(values.map(\.json))
        case .map(let members): .object(Dictionary(members.map { ($0.key.text ?? "", $0.value.json) }) { first, _ in first })
        case .timestamp, .duration: .string(text ?? "")
        }
    }

    /// What CEL's `string()` makes of the value; nil for types it does not convert.
    var text: String? {
        switch self {
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .double(let value): value.generalFormat
        case .string(let value): value
        case .timestamp(let value): value.shortestText
        case .duration(let value): value.secondsText
        case .null, .list, .map, .type: nil
        }
    }
}

extension Instant {
    /// RFC 3339 in UTC without trailing zeros of the fraction.
    fileprivate var shortestText: String {
        var text = description
        guard text.contains(".") else { return text }
        text.removeLast()
        while text.last == "0" { text.removeLast() }
        return text + "Z"
    }
}

extension Duration {
    /// Seconds with as many decimals as are needed: `1.5s`.
    fileprivate var secondsText: String {
        let (seconds, attoseconds) = components
        let nanoseconds = attoseconds / 1_000_000_000
        guard nanoseconds != 0 else { return "\(seconds)s" }
        var fraction = String(nanoseconds.magnitude)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(self < .zero ? "-" : "")\(seconds.magnitude).\(fraction)s"
    }
}

extension Double {
    /// The shortest digits that read back to the same number; with an exponent below 10⁻⁴ and from 10²¹ on, unless all digits
    /// stand before the point.
    fileprivate var generalFormat: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        let (digits, exponent) = shortestDigits
        let sign = self.sign == .minus ? "-" : ""
        if digits == "0" { return sign + "0" }
        if exponent < -4 || exponent >= max(digits.count, 21) {
            let rest = digits.dropFirst()
            let magnitude = String(exponent.magnitude)
            let padded = magnitude.count < 2 ? "0" + magnitude : magnitude
            return "\(sign)\(digits.prefix(1))\(rest.isEmpty ? "" : "." + rest)e\(exponent < 0 ? "-" : "+")\(padded)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        return sign + whole + zeros + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The significant digits without sign, and the power of ten of the first one.
    private var shortestDigits: (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var digits = String(whole + fraction)
        exponent += whole.count - 1
        while digits.first == "0", digits.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == "0", digits.count > 1 { digits.removeLast() }
        return (digits, exponent)
    }
}
