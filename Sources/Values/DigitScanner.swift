// SPDX-License-Identifier: EUPL-1.2

/// Walks over ASCII text that consists of digit groups and separators, as dates and times do.
struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    /// Exactly `count` digits, or nil with the position unchanged.
    mutating func digits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + count] {
            guard let digit = DigitScanner.value(of: byte) else { return nil }
            value = value * 10 + digit
        }
        position += count
        return value
    }

    /// The fraction of a second after a decimal point, in nanoseconds: one to nine digits.
    mutating func nanoseconds() -> Int32? {
        var value: Int32 = 0
        var count = 0
        while position < bytes.count, let digit = DigitScanner.value(of: bytes[position]) {
            guard count < 9 else { return nil }
            value = value * 10 + Int32(digit)
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool { take(anyOf: [character]) != nil }

    mutating func take(anyOf characters: [Unicode.Scalar]) -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let found = Unicode.Scalar(bytes[position])
        guard characters.contains(found) else { return nil }
        position += 1
        return found
    }

    private static func value(of byte: UInt8) -> Int? { (48...57).contains(byte) ? Int(byte) - 48 : nil }
}

extension String {
    /// Appends a number with leading zeros; a negative number gets its sign before them.
    mutating func appendPadded(_ number: Int, to width: Int) {
        if number < 0 { self += "-" }
        let magnitude = number.magnitude
        var count = 1
        var power: UInt = 10
        while magnitude >= power, count < 19 {
            count += 1
            power *= 10
        }
        count = Swift.max(count, width)
        self += String(unsafeUninitializedCapacity: count) { text in
            var rest = magnitude
            for place in (0..<count).reversed() {
                text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return count
        }
    }
}
