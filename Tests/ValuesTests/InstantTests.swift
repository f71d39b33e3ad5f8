// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@Suite("Instants and civil dates")
struct InstantTests {
    @Test(
        "RFC 3339 texts are read and written back in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2026-11-23T10:15:00+01:00", "2026-11-23T09:15:00Z"),
            ("2026-11-23t10:15:00.25z", "2026-11-23T10:15:00.250Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2024-02-29T23:30:00-05:30", "2024-03-01T05:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.000000001Z", "9999-12-31T23:59:59.000000001Z"),
        ])
    func readsAndWrites(text: String, expected: String) throws {
        let instant = try #require(Instant(text))
        #expect(instant.description == expected)
        #expect(Instant(instant.description) == instant)
    }

    @Test(
        "texts that are no instant are refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T10:15Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T10:15:60Z",
            "2026-11-23T10:15:00", "2026-11-23T10:15:00.Z", "2026-11-23T10:15:00.1234567890Z", "2026-11-23T10:15:00Z ",
            "2026-11-23T10:15:00+1:00", "0000-01-01T00:00:00Z",
        ])
    func refuses(text: String) { #expect(Instant(text) == nil) }

    @Test("every day number from 1600 to 2400 goes to a date and back, and follows the day before")
    func dayNumbersRoundTrip() throws {
        let first = try #require(CivilDate(year: 1600, month: 1, day: 1)).dayNumber
        let last = try #require(CivilDate(year: 2400, month: 12, day: 31)).dayNumber
        var previous = CivilDate(dayNumber: first - 1)
        for number in first...last {
            let date = CivilDate(dayNumber: number)
            try #require(date.dayNumber == number)
            try #require(previous < date)
            try #require(date.weekday.rawValue == previous.weekday.rawValue % 7 + 1)
            previous = date
        }
    }

    @Test("adding months stops at the last day of a shorter month")
    func addsMonths() throws {
        let start = try #require(CivilDate("2026-11-30"))
        #expect(start.adding(months: 3).description == "2027-02-28")
        #expect(start.adding(months: -9).description == "2026-02-28")
        #expect(start.adding(months: 15).description == "2028-02-29")
    }

    @Test("microseconds survive a round trip on both sides of 1970", arguments: [0, 1, -1, 1_700_000_000_123_456, -1_500_000] as [Int64])
    func microseconds(value: Int64) { #expect(Instant(microsecondsSinceUnixEpoch: value).microsecondsSinceUnixEpoch == value) }

    @Test("a duration added and measured is the same, forwards and backwards")
    func durations() throws {
        let start = try #require(Instant("2026-11-23T10:15:00.75Z"))
        for duration in [Duration.seconds(3), .milliseconds(-750), .milliseconds(-751), .nanoseconds(1), .seconds(-86_400)] {
            #expect(start.adding(duration).duration(since: start) == duration)
        }
    }
}
