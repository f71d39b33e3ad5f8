// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials

extension UUID {
    /// A version 7 identifier (RFC 9562, section 5.7): 48 bits of milliseconds, then random bits. Identifiers made later sort
    /// later, which keeps indexes dense.
    ///
    /// - Parameter random: 10 bytes or more; only the first 10 are used.
    public static func timeOrdered(at instant: Instant, random: [UInt8]) -> UUID {
        precondition(random.count >= 10, "a time-ordered identifier needs 10 random bytes")
        let milliseconds = UInt64(bitPattern: instant.microsecondsSinceUnixEpoch / 1_000)
        let time = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) }
        let version = 0x70 | random[0] & 0x0F
        let variant = 0x80 | random[2] & 0x3F
        return UUID(
            uuid: (
                time[0], time[1], time[2], time[3], time[4], time[5], version, random[1],
                variant, random[3], random[4], random[5], random[6], random[7], random[8], random[9]
            ))
    }

    /// As `timeOrdered(at:random:)` with the system's random numbers.
    public static func timeOrdered(at instant: Instant) -> UUID {
        // Every call of the generator is one of the system's, so few large numbers are asked for.
        let words = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        return withUnsafeBytes(of: words) { timeOrdered(at: instant, random: Array($0)) }
    }
}
