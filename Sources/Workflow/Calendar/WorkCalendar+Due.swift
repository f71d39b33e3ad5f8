// SPDX-License-Identifier: EUPL-1.2

public import Values

/// The end of a term, with all that is needed to check it.
public struct DueInstant: Hashable, Sendable {
    public let instant: Instant
    public let calendar: String
    public let calendarVersion: Int
    /// How the instant was found, in one sentence; holds dates and names of holidays, nothing about a case.
    public let explanation: String
}

extension WorkCalendar {
    /// When a term that starts at `start` ends.
    ///
    /// - `working-days` are whole working days after the local day of the start. The term ends at 23:59:59 local time of the
    ///   last one, so that the due instant carries the date that people count to.
    /// - With `atw`, a term that the calendar's ``statutoryTerms`` cover starts on the day after the start, is stretched as the
    ///   law says and ends at 23:59:59 local time. A term that the law does not cover is computed as without `atw`.
    /// - `days`, `weeks`, `months` and `years` otherwise end at the local clock time of the start, that many calendar days or
    ///   months later; a month without that day ends on its last one. For the clock time that daylight saving skips or
    ///   repeats see ``TimeZoneRule/instant(date:secondOfDay:nanoseconds:)``.
    /// - `hours`, `minutes` and `seconds` are elapsed time. They ask nothing of the calendar and know no horizon.
    ///
    /// - Throws: ``CalendarError`` when the start or the end lies beyond the horizon.
    public func due(from start: Instant, term: Term, atw: Bool) throws(CalendarError) -> DueInstant {
        if let duration = term.duration {
            return answer(start.adding(duration), "\(term) of elapsed time")
        }
        let (startDay, secondOfDay) = timeZone.civil(at: start)
        try requireWithinHorizon(startDay)
        if term.unit == .workingDays {
            return try endOfWorkingDays(term, after: startDay)
        }
        let rawDay = startDay.adding(term)
        try requireWithinHorizon(rawDay)
        if atw, statutoryTerms.covers(term) {
            return try endOfStatutoryTerm(term, after: startDay, rawDay: rawDay)
        }
        let instant = timeZone.instant(date: rawDay, secondOfDay: secondOfDay, nanoseconds: start.nanoseconds)
        let excluded = atw ? "; not covered by \(statutoryTerms.law) (\(statutoryTerms.exclusionSource))" : ""
        return answer(instant, "\(term) after \(startDay.inWords), same local clock time\(excluded)")
    }

    private func endOfWorkingDays(_ term: Term, after startDay: CivilDate) throws(CalendarError) -> DueInstant {
        var day = startDay
        var counted = 0
        var passedOver: [String] = []
        while counted < term.count {
            day = day.adding(days: 1)
            if let reason = try reasonNotWorkingDay(day) {
                if !weekend.contains(day.weekday) { passedOver.append("\(reason) \(day)") }
            } else {
                counted += 1
            }
        }
        let holidays = passedOver.isEmpty ? "" : ", not counting \(passedOver.joined(separator: ", "))"
        return answer(endOf(day), "\(term) after \(startDay.inWords)\(holidays): end of \(day.inWords)")
    }

    private func endOfStatutoryTerm(
        _ term: Term, after startDay: CivilDate, rawDay: CivilDate
    ) throws(CalendarError) -> DueInstant {
        var day = rawDay
        var notes = ""
        if rawDay.dayNumber - startDay.dayNumber >= statutoryTerms.shortTermDays {
            day = try stretched(from: startDay, to: rawDay)
            if day != rawDay {
                notes += ", stretched to \(day.inWords) to hold \(statutoryTerms.shortTermWorkingDays) working days "
                notes += "(\(statutoryTerms.shortTermSource))"
            }
        }
        if let reason = try reasonNotWorkingDay(day) {
            day = try firstWorkingDay(after: day)
            notes += ", no working day (\(reason)), so \(day.inWords) (\(statutoryTerms.rollSource))"
        }
        return answer(endOf(day), "\(term) after \(startDay.inWords) is \(rawDay.inWords)\(notes): end of the day")
    }

    /// The first day from `rawDay` on by which enough working days have passed since `startDay`, which itself does not count.
    private func stretched(from startDay: CivilDate, to rawDay: CivilDate) throws(CalendarError) -> CivilDate {
        var day = startDay
        var workingDays = 0
        while day < rawDay || workingDays < statutoryTerms.shortTermWorkingDays {
            day = day.adding(days: 1)
            if try isWorkingDay(day) { workingDays += 1 }
        }
        return day
    }

    private func firstWorkingDay(after day: CivilDate) throws(CalendarError) -> CivilDate {
        var next = day.adding(days: 1)
        while try !isWorkingDay(next) { next = next.adding(days: 1) }
        return next
    }

    private func endOf(_ day: CivilDate) -> Instant {
        timeZone.instant(date: day, secondOfDay: 23 * 3_600 + 59 * 60 + 59)
    }

    private func answer(_ instant: Instant, _ explanation: String) -> DueInstant {
        DueInstant(instant: instant, calendar: name, calendarVersion: version, explanation: explanation)
    }
}

extension CivilDate {
    /// Moves by a term of whole days or months; a unit that is neither does not move the day.
    fileprivate func adding(_ term: Term) -> CivilDate {
        switch term.unit {
        case .days: adding(days: term.count)
        case .weeks: adding(days: term.count * 7)
        case .months: adding(months: term.count)
        case .years: adding(months: term.count * 12)
        case .workingDays, .hours, .minutes, .seconds: self
        }
    }

    fileprivate var inWords: String { "\(weekday.englishName) \(self)" }
}
