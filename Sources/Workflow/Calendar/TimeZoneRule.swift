// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What clocks show in one country, by the rule of its law: a standard offset from UTC and a summer time that begins and ends
/// at the same rule every year, within one calendar year.
public struct TimeZoneRule: Hashable, Sendable {
    /// The name that the IANA database has for these clocks.
    public let name: String
    public let standardOffsetSeconds: Int
    public let daylight: DaylightRule?

    /// The offset from UTC that clocks have at an instant.
    public func offsetSeconds(at instant: Instant) -> Int {
        guard let daylight else { return standardOffsetSeconds }
        let year = instant.civil(offsetSeconds: 0).date.year
        let inSummer = daylight.begins.instant(in: year) <= instant && instant < daylight.ends.instant(in: year)
        return inSummer ? daylight.offsetSeconds : standardOffsetSeconds
    }

    /// The day and the second of that day that clocks show at an instant.
    public func civil(at instant: Instant) -> (date: CivilDate, secondOfDay: Int) {
        instant.civil(offsetSeconds: offsetSeconds(at: instant))
    }

    /// The instant at which clocks show a day and a second of that day.
    ///
    /// In autumn an hour is shown twice: the first one is meant. In spring an hour is not shown at all: a time in it is moved
    /// behind the gap by the length of the gap (02:30 becomes 03:30). RFC 5545, section 3.3.5, resolves both in the same way.
    public func instant(date: CivilDate, secondOfDay: Int, nanoseconds: Int32 = 0) -> Instant {
        func at(_ offset: Int) -> Instant {
            Instant(date: date, secondOfDay: secondOfDay, offsetSeconds: offset, nanoseconds: nanoseconds)
        }
        let inSummerTime = at(daylight?.offsetSeconds ?? standardOffsetSeconds)
        // Standard time holds wherever summer time does not; in the gap, which neither shows, it is the time before the change.
        return at(offsetSeconds(at: inSummerTime))
    }

    /// RFC 3339 with the offset of these clocks.
    public func format(_ instant: Instant) -> String {
        instant.formatted(offsetSeconds: offsetSeconds(at: instant))
    }
}

/// When clocks are put forward and back, and what they then show.
public struct DaylightRule: Hashable, Sendable {
    public let offsetSeconds: Int
    public let begins: YearlyMoment
    public let ends: YearlyMoment
    public let source: String
}

/// A moment that a rule fixes in every year: `last sunday of march at 01:00 UTC`.
public struct YearlyMoment: Hashable, Sendable {
    public enum Week: String, Hashable, Sendable, CaseIterable {
        case first, second, third, fourth, last
    }

    public let week: Week
    public let weekday: Weekday
    /// 1 to 12.
    public let month: Int
    /// Seconds after midnight UTC.
    public let secondOfDay: Int

    public func instant(in year: Int) -> Instant {
        Instant(date: date(in: year), secondOfDay: secondOfDay, offsetSeconds: 0)
    }

    private func date(in year: Int) -> CivilDate {
        let firstOfMonth = CivilDate(dayNumber: 0).adding(months: (year - 1970) * 12 + month - 1)
        let daysToWeekday = (weekday.rawValue - firstOfMonth.weekday.rawValue + 7) % 7
        let weeks =
            switch week {
            case .first: 0
            case .second: 1
            case .third: 2
            case .fourth: 3
            case .last: (CivilDate.daysInMonth(year: year, month: month) - 1 - daysToWeekday) / 7
            }
        return firstOfMonth.adding(days: daysToWeekday + weeks * 7)
    }
}
