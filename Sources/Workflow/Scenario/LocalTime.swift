// SPDX-License-Identifier: EUPL-1.2

import Values

/// How scenarios write moments: as the clocks of the workflow's calendar show them.
struct LocalTime: Sendable {
    /// Nil where the definition names no calendar; local time is then UTC.
    let calendar: WorkCalendar?

    static let form = "a local time as 2026-12-01 10:00, a weekday before it if you like, or an instant in RFC 3339"

    /// Reads `2026-12-01 10:00`, `Tue 2026-12-01 10:00:30` or RFC 3339.
    func instant(_ text: String) -> Instant? {
        if let instant = Instant(text) { return instant }
        let words = text.split(separator: " ")
        guard words.count >= 2, let date = day(words.dropLast()), let second = LocalTime.secondOfDay(words[words.count - 1]) else {
            return nil
        }
        return instant(date, secondOfDay: second)
    }

    /// Reads a day, `2026-12-01` or `Tue 2026-12-01`, or else a moment.
    func when(_ text: String) -> Expectation.When? {
        if let day = day(text.split(separator: " ")[...]) { return .day(day) }
        return instant(text).map { .instant($0) }
    }

    /// The moment that lies a term after another. Working days and all longer units keep the time that the clock shows; a scenario
    /// says when people act, and they act at some hour of a day.
    func instant(_ term: Term, after start: Instant) throws(CalendarError) -> Instant? {
        if let duration = term.duration { return start.adding(duration) }
        guard let calendar else { return nil }
        guard term.unit == .workingDays else { return try calendar.due(from: start, term: term, atw: false).instant }
        let end = civil(try calendar.due(from: start, term: term, atw: false).instant).date
        return instant(end, secondOfDay: civil(start).secondOfDay)
    }

    func civil(_ instant: Instant) -> (date: CivilDate, secondOfDay: Int) {
        calendar?.timeZone.civil(at: instant) ?? instant.civil(offsetSeconds: 0)
    }

    /// The moment as a scenario would write it.
    func text(_ instant: Instant) -> String {
        let (date, second) = civil(instant)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(padded(second / 3_600)):\(padded(second / 60 % 60))"
        return "\(date) \(clock)" + (second % 60 == 0 ? "" : ":\(padded(second % 60))")
    }

    private func instant(_ date: CivilDate, secondOfDay: Int) -> Instant {
        calendar?.timeZone.instant(date: date, secondOfDay: secondOfDay) ?? Instant(date: date, secondOfDay: secondOfDay, offsetSeconds: 0)
    }

    /// A date, which must fall on the weekday before it where one is given.
    private func day(_ words: ArraySlice<Substring>) -> CivilDate? {
        guard (1...2).contains(words.count), let last = words.last, let date = CivilDate(last) else { return nil }
        guard words.count == 2, let first = words.first else { return date }
        return first.count >= 2 && date.weekday.englishName.lowercased().hasPrefix(first.lowercased()) ? date : nil
    }

    private static func secondOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers[0] < 24, numbers[1] < 60, numbers.count < 3 || numbers[2] < 60 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }
}
