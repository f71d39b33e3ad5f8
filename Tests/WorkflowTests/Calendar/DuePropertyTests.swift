// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values
import Workflow

@Suite("On every day of 2020 to 2040")
struct DuePropertyTests {
    static let naive = NaiveCalendar()
    static let yearsOfHorizon = Array(2020...2040)

    let calendar: WorkCalendar

    init() throws { calendar = try ShippedCalendar.load() }

    @Test("the working days agree with a second implementation", arguments: yearsOfHorizon)
    func workingDays(year: Int) throws {
        var disagreements: [String] = []
        for index in indices(of: year) {
            let date = try date(at: index)
            if try calendar.isWorkingDay(date) != Self.naive.works[index] { disagreements.append("\(date)") }
        }
        #expect(disagreements == [])
    }

    @Test("terms in working days agree with a second implementation", arguments: yearsOfHorizon)
    func termsInWorkingDays(year: Int) throws {
        try compare(year: year, unit: .workingDays, counts: [1, 2, 5, 10, 23]) { count, start in
            Self.naive.workingDays(count, after: start)
        }
    }

    @Test("statutory terms in days agree with a second implementation", arguments: yearsOfHorizon)
    func statutoryDays(year: Int) throws {
        try compare(year: year, unit: .days, counts: [1, 2, 3, 4, 5, 10, 14, 90]) { count, start in
            Self.naive.statutory(raw: start + count, start: start)
        }
    }

    @Test("statutory terms in weeks agree with a second implementation", arguments: yearsOfHorizon)
    func statutoryWeeks(year: Int) throws {
        try compare(year: year, unit: .weeks, counts: [1, 2, 4, 6, 10, 12]) { count, start in
            Self.naive.statutory(raw: start + count * 7, start: start)
        }
    }

    @Test("statutory terms in months agree with a second implementation", arguments: yearsOfHorizon)
    func statutoryMonths(year: Int) throws {
        try compare(year: year, unit: .months, counts: [1, 2, 3]) { count, start in
            Self.naive.statutory(raw: Self.naive.months(count, after: start), start: start)
        }
    }

    /// Nil from the second implementation means that the term leaves the horizon; the calendar must then throw.
    private func compare(year: Int, unit: Term.Unit, counts: [Int], expected: (Int, Int) -> Int?) throws {
        var disagreements: [String] = []
        for count in counts {
            let term = try #require(Term(count: count, unit: unit))
            for index in indices(of: year) {
                let date = try date(at: index)
                let start = calendar.timeZone.instant(date: date, secondOfDay: (index * 7_919) % 86_400)
                let found = try? calendar.due(from: start, term: term, atw: true).instant
                let wanted = try expected(count, index).map { try endOfDay(at: $0) }
                if found != wanted { disagreements.append("\(term) from \(date): \(found as Any), not \(wanted as Any)") }
            }
        }
        #expect(disagreements == [])
    }

    private func indices(of year: Int) -> Range<Int> {
        let first = Self.naive.days.firstIndex { $0.year == year } ?? 0
        let last = Self.naive.days.lastIndex { $0.year == year } ?? -1
        return first..<last + 1
    }

    private func date(at index: Int) throws -> CivilDate {
        let day = Self.naive.days[index]
        return try #require(CivilDate(year: day.year, month: day.month, day: day.day))
    }

    private func endOfDay(at index: Int) throws -> Instant {
        calendar.timeZone.instant(date: try date(at: index), secondOfDay: 86_399)
    }
}
