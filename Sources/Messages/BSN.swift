// SPDX-License-Identifier: EUPL-1.2

/// A citizen's service number. It never prints itself: no log, error or metric may hold one.
public struct BSN: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The nine digits, for the one place that encrypts them.
    public let revealed: String

    /// Nil when the eleven-proof fails. Eight digits are read with a leading zero, as older registers write them.
    public init?(_ text: String) {
        let padded = text.utf8.count == 8 ? "0" + text : text
        let digits = padded.utf8.map { Int($0) - 48 }
        guard digits.count == 9, digits.allSatisfy((0...9).contains), digits.contains(where: { $0 != 0 }) else { return nil }
        let sum = zip(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]).reduce(0) { $0 + $1.0 * $1.1 }
        guard sum % 11 == 0 else { return nil }
        revealed = padded
    }

    public var description: String { "BSN" }
    public var debugDescription: String { description }
}
