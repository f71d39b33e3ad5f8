// SPDX-License-Identifier: EUPL-1.2

public import Values

/// One holiday as a law states it: on which day of which years it falls, and what it counts for.
public struct HolidayRule: Hashable, Sendable {
    public enum Day: Hashable, Sendable {
        case fixed(MonthDay)
        /// Days after Easter Sunday; negative before it.
        case easter(offsetDays: Int)
        /// A fixed day that moves to another when it falls on `weekday`.
        case moved(MonthDay, when: Weekday, to: MonthDay)
        /// Single days, as a decree names them.
        case dates([CivilDate])
    }

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Is no working day, and no statutory term ends on it.
        case atw
        /// Stands in the list of holidays for whoever checks it, and counts for nothing.
        case listed
    }

    public let name: String
    public let day: Day
    public let kind: Kind
    /// First year in which the rule holds; nil: always has.
    public let firstYear: Int?
    /// Last year in which the rule holds; nil: still does.
    public let lastYear: Int?
    public let source: String
    /// Whether nobody has yet compared the rule with its source.
    public let isUnverified: Bool

    /// The days of one year on which this holiday falls: none outside its validity, one by rule, any number by decree.
    public func dates(in year: Int) -> [CivilDate] {
        guard year >= firstYear ?? year, year <= lastYear ?? year else { return [] }
        switch day {
        case .fixed(let fixed):
            return [fixed.date(in: year)].compactMap { $0 }
        case .easter(let offsetDays):
            return [CivilDate(dayNumber: Easter.dayNumber(in: year) + offsetDays)]
        case .moved(let fixed, let weekday, let other):
            let regular = fixed.date(in: year)
            return [regular?.weekday == weekday ? other.date(in: year) : regular].compactMap { $0 }
        case .dates(let dates):
            return dates.filter { $0.year == year }
        }
    }
}

/// A day of a month, in any year that has it.
public struct MonthDay: Hashable, Sendable {
    public let month: Int
    public let day: Int

    public func date(in year: Int) -> CivilDate? { CivilDate(year: year, month: month, day: day) }
}

/// One holiday in one year.
public struct Holiday: Hashable, Sendable {
    public let date: CivilDate
    public let name: String
    public let kind: HolidayRule.Kind
    public let source: String
    public let isUnverified: Bool

    init(date: CivilDate, rule: HolidayRule) {
        self.date = date
        name = rule.name
        kind = rule.kind
        source = rule.source
        isUnverified = rule.isUnverified
    }
}
