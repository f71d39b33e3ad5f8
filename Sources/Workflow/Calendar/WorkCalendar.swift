// SPDX-License-Identifier: EUPL-1.2

public import Values

/// The working days, holidays and clocks of one country, as its laws state them.
///
/// A calendar is data: ``load(yaml:file:)`` reads it from a file in `Config/calendars`. It is a value without a clock; the
/// same question always gets the same answer, which names the calendar's version.
public struct WorkCalendar: Sendable {
    public let name: String
    /// Goes up with every change of the file, so that a due instant can be traced to the rules that gave it.
    public let version: Int
    /// First and last year for which the rules have been checked. Outside them the calendar refuses to answer.
    public let horizon: ClosedRange<Int>
    public let timeZone: TimeZoneRule
    public let weekend: Set<Weekday>
    public let holidayRules: [HolidayRule]
    public let statutoryTerms: StatutoryTermRule

    /// The names of the holidays that are no working days, by day number, for every year of the horizon.
    private let freeDays: [Int: String]

    init(
        name: String, version: Int, horizon: ClosedRange<Int>, timeZone: TimeZoneRule, weekend: Set<Weekday>,
        holidayRules: [HolidayRule], statutoryTerms: StatutoryTermRule
    ) {
        self.name = name
        self.version = version
        self.horizon = horizon
        self.timeZone = timeZone
        self.weekend = weekend
        self.holidayRules = holidayRules
        self.statutoryTerms = statutoryTerms
        freeDays = horizon.reduce(into: [:]) { days, year in
            for rule in holidayRules where rule.kind == .atw {
                for date in rule.dates(in: year) { days[date.dayNumber, default: rule.name] = rule.name }
            }
        }
    }

    /// Whether a day is neither weekend nor a holiday.
    ///
    /// - Throws: ``CalendarError`` for a day beyond the horizon.
    public func isWorkingDay(_ date: CivilDate) throws(CalendarError) -> Bool {
        try reasonNotWorkingDay(date) == nil
    }

    /// The holidays of one year in order of date, each with its source, for whoever wants to check them.
    ///
    /// - Throws: ``CalendarError`` for a year beyond the horizon.
    public func holidays(in year: Int) throws(CalendarError) -> [Holiday] {
        guard horizon.contains(year) else { throw CalendarError(calendar: name, year: year, horizon: horizon) }
        return
            holidayRules
            .flatMap { rule in rule.dates(in: year).map { Holiday(date: $0, rule: rule) } }
            .sorted { ($0.date, $0.name) < ($1.date, $1.name) }
    }

    /// The holiday's name, or the day of the weekend, that makes a day no working day; nil for a working day.
    func reasonNotWorkingDay(_ date: CivilDate) throws(CalendarError) -> String? {
        try requireWithinHorizon(date)
        return freeDays[date.dayNumber] ?? (weekend.contains(date.weekday) ? date.weekday.englishName : nil)
    }

    func requireWithinHorizon(_ date: CivilDate) throws(CalendarError) {
        guard horizon.contains(date.year) else { throw CalendarError(calendar: name, year: date.year, horizon: horizon) }
    }
}

/// A question about a year for which a calendar's rules have not been checked.
public struct CalendarError: Error, Hashable, Sendable, CustomStringConvertible {
    public let calendar: String
    public let year: Int
    public let horizon: ClosedRange<Int>

    public var description: String {
        "calendar \"\(calendar)\" may be used for the years \(horizon.lowerBound) to \(horizon.upperBound), not for \(year); "
            + "check its rules for that year and extend its horizon"
    }
}

extension Weekday {
    var englishName: String {
        switch self {
        case .monday: "Monday"
        case .tuesday: "Tuesday"
        case .wednesday: "Wednesday"
        case .thursday: "Thursday"
        case .friday: "Friday"
        case .saturday: "Saturday"
        case .sunday: "Sunday"
        }
    }
}
