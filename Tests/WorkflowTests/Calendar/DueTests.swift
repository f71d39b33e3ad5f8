// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values
import Workflow

/// A term with its start and its end, as the command line would show them.
struct DueVector: CustomTestStringConvertible, Sendable {
    let start: String
    let term: String
    let atw: Bool
    let due: String

    init(_ start: String, _ term: String, atw: Bool = false, due: String) {
        self.start = start
        self.term = term
        self.atw = atw
        self.due = due
    }

    var testDescription: String { "\(term)\(atw ? " atw" : "") from \(start)" }
}

@Suite("The end of a term")
struct DueTests {
    @Test(
        "is the one that the law's calendar gives",
        arguments: [
            DueVector("2026-11-23T10:15:00+01:00", "5 working-days", due: "2026-11-30T23:59:59+01:00"),
            DueVector("2026-12-24T10:15:00+01:00", "5 working-days", due: "2027-01-04T23:59:59+01:00"),
            DueVector("2026-12-31T10:15:00+01:00", "5 working-days", due: "2027-01-08T23:59:59+01:00"),
            DueVector("2027-03-24T10:15:00+01:00", "5 working-days", due: "2027-04-02T23:59:59+02:00"),
            DueVector("2027-05-03T10:15:00+02:00", "5 working-days", due: "2027-05-12T23:59:59+02:00"),
            DueVector("2027-02-16T10:15:00+01:00", "10 weeks", atw: true, due: "2027-04-28T23:59:59+02:00"),
            DueVector("2027-02-24T10:15:00+01:00", "10 weeks", atw: true, due: "2027-05-07T23:59:59+02:00"),
            DueVector("2027-04-08T10:15:00+02:00", "4 weeks", atw: true, due: "2027-05-07T23:59:59+02:00"),
            DueVector("2026-11-27T10:15:00+01:00", "4 weeks", atw: true, due: "2026-12-28T23:59:59+01:00"),
            DueVector("2026-12-23T14:00:00+01:00", "10 days", due: "2027-01-02T14:00:00+01:00"),
            DueVector("2026-12-23T14:00:00+01:00", "28 days", due: "2027-01-20T14:00:00+01:00"),
            DueVector("2026-12-18T09:30:00+01:00", "2 weeks", due: "2027-01-01T09:30:00+01:00"),
            DueVector("2026-11-23T10:15:00+01:00", "10 days", due: "2026-12-03T10:15:00+01:00"),
            DueVector("2026-11-23T10:15:00+01:00", "56 days", due: "2027-01-18T10:15:00+01:00"),
        ])
    func vectors(vector: DueVector) throws {
        #expect(try ShippedCalendar.load().dueLine(from: vector.start, in: vector.term, atw: vector.atw) == vector.due)
    }

    @Test(
        "counts from the local day of the start",
        arguments: [
            // Half past eleven at night in UTC is the next day in Amsterdam.
            DueVector("2026-11-22T23:30:00Z", "5 working-days", due: "2026-11-30T23:59:59+01:00"),
            DueVector("2026-11-22T22:30:00Z", "5 working-days", due: "2026-11-27T23:59:59+01:00"),
            DueVector("2026-11-23T23:59:59.999999999+01:00", "1 working-day", due: "2026-11-24T23:59:59+01:00"),
            DueVector("2026-11-28T12:00:00+01:00", "1 working-day", due: "2026-11-30T23:59:59+01:00"),
            DueVector("2026-11-26T23:30:00Z", "4 weeks", atw: true, due: "2026-12-28T23:59:59+01:00"),
            DueVector("2026-12-23T08:00:00-05:00", "10 days", due: "2027-01-02T14:00:00+01:00"),
        ])
    func localDay(vector: DueVector) throws {
        #expect(try ShippedCalendar.load().dueLine(from: vector.start, in: vector.term, atw: vector.atw) == vector.due)
    }

    @Test(
        "of a short statutory term leaves two working days",
        arguments: [
            // Friday; Saturday, Sunday, Monday: one working day, so Tuesday.
            DueVector("2026-11-27T10:00:00+01:00", "3 days", atw: true, due: "2026-12-01T23:59:59+01:00"),
            // Thursday before Christmas; none of the three days counts.
            DueVector("2026-12-24T10:00:00+01:00", "3 days", atw: true, due: "2026-12-29T23:59:59+01:00"),
            // Two days are too short for the rule: only the end moves.
            DueVector("2026-12-24T10:00:00+01:00", "2 days", atw: true, due: "2026-12-28T23:59:59+01:00"),
            DueVector("2026-11-24T10:00:00+01:00", "3 days", atw: true, due: "2026-11-27T23:59:59+01:00"),
            DueVector("2027-03-25T10:00:00+01:00", "5 days", atw: true, due: "2027-03-31T23:59:59+02:00"),
        ])
    func shortTerms(vector: DueVector) throws {
        #expect(try ShippedCalendar.load().dueLine(from: vector.start, in: vector.term, atw: vector.atw) == vector.due)
    }

    @Test(
        "is the exact clock time for terms that the Algemene termijnenwet leaves alone",
        arguments: [
            ("90 days", "91 days"), ("12 weeks", "13 weeks"), ("3 months", "4 months"),
        ])
    func largestStatutoryTerms(covered: String, excluded: String) throws {
        let calendar = try ShippedCalendar.load()
        let start = "2026-11-23T10:15:00+01:00"
        #expect(try calendar.dueLine(from: start, in: covered, atw: true).contains("T23:59:59"))
        #expect(try calendar.dueLine(from: start, in: covered, atw: false).contains("T10:15:00"))
        #expect(
            try calendar.dueLine(from: start, in: excluded, atw: true) == calendar.dueLine(from: start, in: excluded, atw: false))
    }

    @Test(
        "of hours and of years is the same with and without the Algemene termijnenwet",
        arguments: ["30 s", "5 minutes", "24 hours", "72 hours", "1 year", "5 working-days"])
    func neverStatutory(term: String) throws {
        let calendar = try ShippedCalendar.load()
        for start in ["2026-12-24T10:15:00+01:00", "2027-03-27T02:30:00+01:00"] {
            #expect(try calendar.dueLine(from: start, in: term, atw: true) == calendar.dueLine(from: start, in: term, atw: false))
        }
    }

    @Test(
        "in months and years is the last day of a month that is too short",
        arguments: [
            DueVector("2027-01-31T08:00:00+01:00", "1 month", due: "2027-02-28T08:00:00+01:00"),
            DueVector("2028-01-31T08:00:00+01:00", "1 month", due: "2028-02-29T08:00:00+01:00"),
            DueVector("2028-02-29T08:00:00+01:00", "1 year", due: "2029-02-28T08:00:00+01:00"),
            DueVector("2026-11-30T08:00:00.25+01:00", "3 months", due: "2027-02-28T08:00:00.250+01:00"),
            DueVector("2026-11-30T08:00:00+01:00", "3 months", atw: true, due: "2027-03-01T23:59:59+01:00"),
        ])
    func months(vector: DueVector) throws {
        #expect(try ShippedCalendar.load().dueLine(from: vector.start, in: vector.term, atw: vector.atw) == vector.due)
    }

    @Test("says by which calendar and how it was found")
    func explanation() throws {
        let calendar = try ShippedCalendar.load()
        func explain(_ start: String, _ term: String, atw: Bool) throws -> String {
            try calendar.due(from: try #require(Instant(start)), term: Term(term), atw: atw).explanation
        }
        let due = try calendar.due(from: try #require(Instant("2026-12-24T09:00:00Z")), term: Term("5 working-days"), atw: false)
        #expect(due.calendar == "nl")
        #expect(due.calendarVersion == calendar.version)
        #expect(
            due.explanation
                == "5 working-days after Thursday 2026-12-24, not counting Eerste Kerstdag 2026-12-25, "
                + "Nieuwjaarsdag 2027-01-01: end of Monday 2027-01-04")
        #expect(
            try explain("2027-02-16T09:00:00Z", "10 weeks", atw: true)
                == "10 weeks after Tuesday 2027-02-16 is Tuesday 2027-04-27, no working day (Koningsdag), "
                + "so Wednesday 2027-04-28 (Algemene termijnenwet, article 1(1)): end of the day")
        #expect(
            try explain("2026-12-24T09:00:00Z", "3 days", atw: true)
                == "3 days after Thursday 2026-12-24 is Sunday 2026-12-27, stretched to Tuesday 2026-12-29 to hold 2 working days "
                + "(Algemene termijnenwet, article 2): end of the day")
        #expect(
            try explain("2026-12-24T09:00:00Z", "1 year", atw: true)
                == "1 year after Thursday 2026-12-24, same local clock time; "
                + "not covered by Algemene termijnenwet (Algemene termijnenwet, article 4)")
        #expect(try explain("2026-12-24T09:00:00Z", "5 minutes", atw: false) == "5 minutes of elapsed time")
    }

    @Test(
        "beyond the horizon is not guessed",
        arguments: [
            ("2019-12-31T12:00:00Z", "1 working-day", 2019),
            ("2019-12-31T22:59:59Z", "1 day", 2019),
            ("2040-12-27T12:00:00Z", "5 working-days", 2041),
            ("2040-12-29T12:00:00Z", "3 days", 2041),
            ("2040-06-01T12:00:00Z", "1 year", 2041),
            ("2026-01-01T12:00:00Z", "1000000000 working-days", 2041),
            ("2041-01-01T12:00:00Z", "1 week", 2041),
        ])
    func horizon(start: String, term: String, year: Int) throws {
        let calendar = try ShippedCalendar.load()
        let error = try #require(throws: CalendarError.self) { try calendar.dueLine(from: start, in: term, atw: true) }
        #expect(error.year == year)
        #expect(error.horizon == 2020...2040)
        #expect(error.description.contains("2020 to 2040, not for \(year)"))
    }

    @Test("of a statutory term that ends on a day off behind the horizon is not guessed")
    func rollBeyondHorizon() throws {
        let text = try ShippedCalendar.text().replacing("last: 2040", with: "last: 2022")
        let calendar = try WorkCalendar.load(yaml: text, file: "short.yaml")
        // 31 December 2022 is a Saturday.
        #expect(throws: CalendarError.self) { try calendar.dueLine(from: "2022-12-24T12:00:00Z", in: "1 week", atw: true) }
        #expect(
            try calendar.dueLine(from: "2022-12-24T12:00:00Z", in: "1 week", atw: false) == "2022-12-31T13:00:00+01:00")
    }

    @Test("in elapsed time needs no calendar, so that an acute bound never fails")
    func elapsedBeyondHorizon() throws {
        let calendar = try ShippedCalendar.load()
        #expect(try calendar.dueLine(from: "2040-12-31T22:58:00Z", in: "5 minutes", atw: false) == "2041-01-01T00:03:00+01:00")
        #expect(try calendar.dueLine(from: "2055-07-01T12:00:00Z", in: "24 hours", atw: false) == "2055-07-02T14:00:00+02:00")
    }

    @Test("asked with a start that is no instant is refused", arguments: ["", "2026-11-23", "2026-11-23T10:15:00", "now"])
    func wrongStart(text: String) throws {
        let calendar = try ShippedCalendar.load()
        let error = try #require(throws: CalendarCommandError.self) { try calendar.dueLine(from: text, in: "1 day", atw: false) }
        #expect(error == .notAnInstant(text))
        #expect(error.description.contains("RFC 3339"))
        #expect(throws: TermError.self) { try calendar.dueLine(from: "2026-11-23T10:15:00Z", in: "soon", atw: false) }
    }
}
