// SPDX-License-Identifier: EUPL-1.2

import Values

extension WorkCalendar {
    /// Reads a calendar from the text of its file in `Config/calendars`.
    ///
    /// - Parameter file: the name under which complaints name the file.
    /// - Throws: ``CalendarFileError`` with line and column of the first mistake.
    public static func load(yaml: String, file: String) throws(CalendarFileError) -> WorkCalendar {
        let root = try CalendarNode(yaml: yaml, file: file)
            .mapping(of: "calendar", "version", "horizon", "timeZone", "weekend", "holidays", "statutoryTerms")
        return WorkCalendar(
            name: try root("calendar").text(),
            version: try root("version").integer(in: 1...1_000_000),
            horizon: try root("horizon").horizon(),
            timeZone: try root("timeZone").timeZone(),
            weekend: try root("weekend").weekend(),
            holidayRules: try root("holidays").holidayRules(),
            statutoryTerms: try root("statutoryTerms").statutoryTerms())
    }
}

extension CalendarNode {
    /// The Gregorian calendar is older than any rule here; the bounds keep a slip of the pen from filling the memory.
    private static let years = 1900...2200

    fileprivate func horizon() throws(CalendarFileError) -> ClosedRange<Int> {
        let fields = try mapping(of: "first", "last")
        let first = try fields("first").integer(in: CalendarNode.years)
        return first...(try fields("last").integer(in: first...CalendarNode.years.upperBound))
    }

    fileprivate func weekend() throws(CalendarFileError) -> Set<Weekday> {
        let fields = try mapping(of: "days", "source")
        _ = try fields("source").text()
        var days: Set<Weekday> = []
        for item in try fields("days").items() { days.insert(try item.weekday()) }
        return days
    }

    // MARK: Clocks

    fileprivate func timeZone() throws(CalendarFileError) -> TimeZoneRule {
        let fields = try mapping(of: "name", "standardOffset", "daylight")
        let standardOffset = try fields("standardOffset").offsetSeconds()
        return TimeZoneRule(
            name: try fields("name").text(),
            standardOffsetSeconds: standardOffset,
            daylight: try fields.optional("daylight")?.daylight(standardOffsetSeconds: standardOffset))
    }

    private func daylight(standardOffsetSeconds: Int) throws(CalendarFileError) -> DaylightRule {
        let fields = try mapping(of: "offset", "begins", "ends", "source")
        let rule = DaylightRule(
            offsetSeconds: try fields("offset").offsetSeconds(),
            begins: try fields("begins").yearlyMoment(),
            ends: try fields("ends").yearlyMoment(),
            source: try fields("source").text())
        guard rule.offsetSeconds > standardOffsetSeconds else {
            throw try fields("offset").error("summer time must be ahead of standard time")
        }
        guard rule.begins.month < rule.ends.month else {
            throw try fields("ends").error("summer time must end in a later month of the year than it begins")
        }
        return rule
    }

    /// `+01:00`.
    private func offsetSeconds() throws(CalendarFileError) -> Int {
        let text = try text()
        guard let sign = text.first, sign == "+" || sign == "-", let seconds = CalendarNode.secondOfDay(text.dropFirst()) else {
            throw error("expected an offset from UTC such as +01:00")
        }
        return sign == "-" ? -seconds : seconds
    }

    /// `last sunday of march at 01:00 UTC`.
    private func yearlyMoment() throws(CalendarFileError) -> YearlyMoment {
        let words = try text().split(separator: " ")
        guard words.count == 7, words[2] == "of", words[4] == "at", words[6] == "UTC",
            let week = YearlyMoment.Week(rawValue: String(words[0])),
            let weekday = Weekday(word: words[1]),
            let month = CalendarNode.month(words[3]),
            let secondOfDay = CalendarNode.secondOfDay(words[5])
        else { throw error("expected a moment such as \"last sunday of march at 01:00 UTC\"") }
        return YearlyMoment(week: week, weekday: weekday, month: month, secondOfDay: secondOfDay)
    }

    private static func secondOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = UInt8(parts[0]), hour < 24,
            let minute = UInt8(parts[1]), minute < 60
        else { return nil }
        return Int(hour) * 3_600 + Int(minute) * 60
    }

    // MARK: Holidays

    fileprivate func holidayRules() throws(CalendarFileError) -> [HolidayRule] {
        var rules: [HolidayRule] = []
        for item in try items() { rules.append(try item.holidayRule()) }
        return rules
    }

    private func holidayRule() throws(CalendarFileError) -> HolidayRule {
        let fields = try mapping(
            of: "name", "fixed", "moved", "easter", "dates", "kind", "from", "until", "source", "unverified")
        return HolidayRule(
            name: try fields("name").text(),
            day: try day(fields),
            kind: try fields("kind").word(),
            firstYear: try fields.optional("from")?.integer(in: CalendarNode.years),
            lastYear: try fields.optional("until")?.integer(in: CalendarNode.years),
            source: try fields("source").text(),
            isUnverified: try fields.optional("unverified")?.flag() ?? false)
    }

    private func day(_ fields: CalendarMapping) throws(CalendarFileError) -> HolidayRule.Day {
        switch (fields.optional("fixed"), fields.optional("moved"), fields.optional("easter"), fields.optional("dates")) {
        case (let fixed?, nil, nil, nil):
            return .fixed(try fixed.monthDay())
        case (let fixed?, let moved?, nil, nil):
            let move = try moved.mapping(of: "when", "to")
            return .moved(try fixed.monthDay(), when: try move("when").weekday(), to: try move("to").monthDay())
        case (nil, nil, let easter?, nil):
            return .easter(offsetDays: try easter.integer(in: -366...366))
        case (nil, nil, nil, let dates?):
            var days: [CivilDate] = []
            for item in try dates.items() { days.append(try item.date()) }
            return .dates(days)
        default:
            throw error("a holiday has exactly one of fixed, easter and dates; moved goes with fixed only")
        }
    }

    /// `27 april`.
    private func monthDay() throws(CalendarFileError) -> MonthDay {
        let words = try text().split(separator: " ")
        // In a leap year every day of a year exists.
        guard words.count == 2, let day = Int(words[0]), let month = CalendarNode.month(words[1]),
            CivilDate(year: 2000, month: month, day: day) != nil
        else { throw error("expected a day of a month such as \"27 april\"") }
        return MonthDay(month: month, day: day)
    }

    private func date() throws(CalendarFileError) -> CivilDate {
        guard let date = CivilDate(try text()) else { throw error("expected a date such as 2026-05-15") }
        return date
    }

    private func weekday() throws(CalendarFileError) -> Weekday {
        guard let weekday = Weekday(word: try text()) else { throw error("expected a day of the week such as sunday") }
        return weekday
    }

    private static func month(_ word: Substring) -> Int? {
        let months = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
            "december",
        ]
        return months.firstIndex(of: String(word)).map { $0 + 1 }
    }

    // MARK: Statutory terms

    fileprivate func statutoryTerms() throws(CalendarFileError) -> StatutoryTermRule {
        let fields = try mapping(of: "law", "roll", "shortTerm", "except")
        let shortTerm = try fields("shortTerm").mapping(of: "days", "workingDays", "source")
        let except = try fields("except").mapping(of: "units", "moreThan", "source")
        var excludedUnits: Set<Term.Unit> = []
        for item in try except("units").items() { excludedUnits.insert(try item.word()) }
        return StatutoryTermRule(
            law: try fields("law").text(),
            rollSource: try fields("roll").mapping(of: "source")("source").text(),
            shortTermDays: try shortTerm("days").integer(in: 1...366),
            shortTermWorkingDays: try shortTerm("workingDays").integer(in: 0...366),
            shortTermSource: try shortTerm("source").text(),
            excludedUnits: excludedUnits,
            countMax: try except("moreThan").counts(by: Term.Unit.self),
            exclusionSource: try except("source").text())
    }
}

extension Weekday {
    fileprivate init?(word: some StringProtocol) {
        guard let weekday = Weekday.allCases.first(where: { $0.englishName.lowercased() == word }) else { return nil }
        self = weekday
    }
}
