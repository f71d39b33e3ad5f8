// SPDX-License-Identifier: EUPL-1.2

/// A moment in time on the UTC time line, with nanoseconds.
///
/// The core has no clock: an instant always comes in from outside, so that every step can be replayed.
public struct Instant: Hashable, Comparable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public let seconds: Int64
    /// 0 to 999,999,999, counted forward from `seconds`, before 1970 too.
    public let nanoseconds: Int32

    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        let carry = Int64(nanoseconds / Instant.nanosecondsPerSecond)
        let rest = nanoseconds % Instant.nanosecondsPerSecond
        self.seconds = seconds + carry - (rest < 0 ? 1 : 0)
        self.nanoseconds = rest < 0 ? rest + Instant.nanosecondsPerSecond : rest
    }

    /// PostgreSQL's resolution; nanoseconds below a microsecond are dropped.
    public var microsecondsSinceUnixEpoch: Int64 { seconds * 1_000_000 + Int64(nanoseconds / 1_000) }

    public init(microsecondsSinceUnixEpoch microseconds: Int64) {
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(seconds: rest < 0 ? whole - 1 : whole, nanoseconds: Int32(rest < 0 ? rest + 1_000_000 : rest) * 1_000)
    }

    /// The instant as PostgreSQL will give it back. Everything that is stored and hashed is brought to this resolution first.
    public var roundedDownToMicroseconds: Instant {
        Instant(seconds: seconds, nanoseconds: nanoseconds / 1_000 * 1_000)
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    public func adding(_ duration: Duration) -> Instant {
        let (wholeSeconds, attoseconds) = duration.components
        return Instant(seconds: seconds + wholeSeconds, nanoseconds: nanoseconds + Int32(attoseconds / 1_000_000_000))
    }

    /// The time from `earlier` to this instant; negative when this one lies before it.
    public func duration(since earlier: Instant) -> Duration {
        .seconds(seconds - earlier.seconds) + .nanoseconds(Int64(nanoseconds - earlier.nanoseconds))
    }

    private static let nanosecondsPerSecond: Int32 = 1_000_000_000
    static let secondsPerDay: Int64 = 86_400
}

extension Instant {
    /// The clock time that a fixed offset from UTC shows at this instant.
    public func civil(offsetSeconds: Int) -> (date: CivilDate, secondOfDay: Int) {
        let local = seconds + Int64(offsetSeconds)
        let day = local >= 0 ? local / Instant.secondsPerDay : (local - Instant.secondsPerDay + 1) / Instant.secondsPerDay
        return (CivilDate(dayNumber: Int(day)), Int(local - day * Instant.secondsPerDay))
    }

    /// The instant at which a clock with a fixed offset from UTC shows the given date and second of the day.
    public init(date: CivilDate, secondOfDay: Int, offsetSeconds: Int, nanoseconds: Int32 = 0) {
        let local = Int64(date.dayNumber) * Instant.secondsPerDay + Int64(secondOfDay)
        self.init(seconds: local - Int64(offsetSeconds), nanoseconds: nanoseconds)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many groups of three decimals as the fraction needs: `2026-11-23T10:15:00.250Z`.
    public var description: String { formatted(offsetSeconds: 0) }

    /// RFC 3339 with a numeric offset; `Z` for zero.
    public func formatted(offsetSeconds: Int) -> String {
        let (date, secondOfDay) = civil(offsetSeconds: offsetSeconds)
        var text = date.description
        text += "T"
        text.appendPadded(secondOfDay / 3_600, to: 2)
        text += ":"
        text.appendPadded(secondOfDay / 60 % 60, to: 2)
        text += ":"
        text.appendPadded(secondOfDay % 60, to: 2)
        text += fraction
        guard offsetSeconds != 0 else { return text + "Z" }
        text += offsetSeconds < 0 ? "-" : "+"
        text.appendPadded(abs(offsetSeconds) / 3_600, to: 2)
        text += ":"
        text.appendPadded(abs(offsetSeconds) / 60 % 60, to: 2)
        return text
    }

    private var fraction: String {
        guard nanoseconds != 0 else { return "" }
        var text = "."
        if nanoseconds % 1_000_000 == 0 {
            text.appendPadded(Int(nanoseconds / 1_000_000), to: 3)
        } else if nanoseconds % 1_000 == 0 {
            text.appendPadded(Int(nanoseconds / 1_000), to: 6)
        } else {
            text.appendPadded(Int(nanoseconds), to: 9)
        }
        return text
    }

    /// Reads RFC 3339, section 5.6: date, `T`, time, optional fraction of up to nine digits, `Z` or an offset.
    ///
    /// A leap second is refused: nothing that sends to this system counts them.
    public init?(_ text: some StringProtocol) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), scanner.take("-"),
            let day = scanner.digits(2), let date = CivilDate(year: year, month: month, day: day), year >= 1,
            scanner.take(anyOf: ["T", "t"]) != nil,
            let hour = scanner.digits(2), hour < 24, scanner.take(":"), let minute = scanner.digits(2), minute < 60,
            scanner.take(":"), let second = scanner.digits(2), second < 60
        else { return nil }
        var nanoseconds: Int32 = 0
        if scanner.take(".") {
            guard let fraction = scanner.nanoseconds() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = Instant.offset(&scanner), scanner.isAtEnd else { return nil }
        self.init(date: date, secondOfDay: hour * 3_600 + minute * 60 + second, offsetSeconds: offset, nanoseconds: nanoseconds)
    }

    private static func offset(_ scanner: inout DigitScanner) -> Int? {
        guard let sign = scanner.take(anyOf: ["Z", "z", "+", "-"]) else { return nil }
        guard sign == "+" || sign == "-" else { return 0 }
        guard let hours = scanner.digits(2), hours < 24, scanner.take(":"), let minutes = scanner.digits(2), minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }
}
