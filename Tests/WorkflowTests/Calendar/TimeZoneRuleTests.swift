// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values
import Workflow

@Suite("Clocks")
struct TimeZoneRuleTests {
    let clocks: TimeZoneRule
    let calendar: WorkCalendar

    init() throws {
        calendar = try ShippedCalendar.load()
        clocks = calendar.timeZone
    }

    @Test(
        "change at one o'clock UTC on the last Sundays of March and October",
        arguments: [
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59+02:00"),
            ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00"),
            ("2024-03-31T01:00:00Z", "2024-03-31T03:00:00+02:00"),
            ("2021-10-31T01:00:00Z", "2021-10-31T02:00:00+01:00"),
            ("2025-12-31T23:30:00Z", "2026-01-01T00:30:00+01:00"),
        ])
    func changes(utc: String, local: String) throws {
        #expect(clocks.format(try #require(Instant(utc))) == local)
    }

    @Test("show every hour of both days of change and one day later at the same clock time", arguments: [2025, 2026, 2027])
    func hoursOfDaysOfChange(year: Int) throws {
        let daylight = try #require(clocks.daylight)
        for change in [daylight.begins.instant(in: year), daylight.ends.instant(in: year)] {
            let day = clocks.civil(at: change).date
            for hour in 0..<24 {
                let instant = clocks.instant(date: day, secondOfDay: hour * 3_600)
                let shown = clocks.civil(at: instant)
                let skipped = change == daylight.begins.instant(in: year) && hour == 2
                #expect(shown.date == day)
                #expect(shown.secondOfDay == (skipped ? 3 : hour) * 3_600)
                let nextDay = try calendar.due(from: instant, term: Term("1 day"), atw: false).instant
                #expect(clocks.civil(at: nextDay).date == day.adding(days: 1))
                #expect(clocks.civil(at: nextDay).secondOfDay == shown.secondOfDay)
            }
        }
    }

    @Test(
        "that are changed within a term change neither its clock time nor the length of its hours",
        arguments: [
            DueVector("2026-03-28T14:00:00+01:00", "1 day", due: "2026-03-29T14:00:00+02:00"),
            DueVector("2026-03-28T14:00:00+01:00", "24 hours", due: "2026-03-29T15:00:00+02:00"),
            DueVector("2026-10-24T14:00:00+02:00", "1 day", due: "2026-10-25T14:00:00+01:00"),
            DueVector("2026-10-24T14:00:00+02:00", "24 hours", due: "2026-10-25T13:00:00+01:00"),
            DueVector("2026-10-25T00:58:00Z", "5 minutes", due: "2026-10-25T02:03:00+01:00"),
            // 02:30 is skipped in spring: the term ends behind the gap.
            DueVector("2026-03-22T02:30:00+01:00", "1 week", due: "2026-03-29T03:30:00+02:00"),
            // 02:30 is shown twice in autumn: the term ends the first time.
            DueVector("2026-10-18T02:30:00+02:00", "1 week", due: "2026-10-25T02:30:00+02:00"),
            // From its second showing the same clock time is one day later.
            DueVector("2026-10-25T02:30:00+01:00", "1 day", due: "2026-10-26T02:30:00+01:00"),
            DueVector("2026-03-27T12:00:00+01:00", "1 working-day", due: "2026-03-30T23:59:59+02:00"),
            DueVector("2026-10-23T12:00:00+02:00", "1 working-day", due: "2026-10-26T23:59:59+01:00"),
            DueVector("2026-03-16T12:00:00+01:00", "2 weeks", atw: true, due: "2026-03-30T23:59:59+02:00"),
        ])
    func termsOverChanges(vector: DueVector) throws {
        #expect(try calendar.dueLine(from: vector.start, in: vector.term, atw: vector.atw) == vector.due)
    }

    @Test("agree with the IANA database at every hour of 2020 to 2040", arguments: Array(2020...2040))
    func ianaDatabase(year: Int) throws {
        let zone = try #require(TimeZone(identifier: clocks.name))
        let first = try #require(CivilDate(year: year, month: 1, day: 1))
        let end = try #require(CivilDate(year: year + 1, month: 1, day: 1))
        var disagreements: [Instant] = []
        for hour in first.dayNumber * 24..<end.dayNumber * 24 {
            let instant = Instant(seconds: Int64(hour) * 3_600)
            let foundation = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
            if clocks.offsetSeconds(at: instant) != foundation { disagreements.append(instant) }
        }
        #expect(disagreements == [])
    }

    @Test("without summer time have one offset")
    func withoutSummerTime() throws {
        let text = try ShippedCalendar.text()
        let from = try #require(text.firstRange(of: "  daylight:"))
        let to = try #require(text.firstRange(of: "weekend:"))
        let yaml = text.replacing(text[from.lowerBound..<to.lowerBound], with: "")
        let clocks = try WorkCalendar.load(yaml: yaml, file: "no-daylight.yaml").timeZone
        #expect(clocks.format(try #require(Instant("2026-07-01T12:00:00Z"))) == "2026-07-01T13:00:00+01:00")
        let date = try #require(CivilDate("2026-07-01"))
        #expect(clocks.instant(date: date, secondOfDay: 46_800) == Instant("2026-07-01T12:00:00Z"))
    }
}
