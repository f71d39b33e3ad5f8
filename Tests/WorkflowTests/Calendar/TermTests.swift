// SPDX-License-Identifier: EUPL-1.2

import Testing
import Workflow

@Suite("A term")
struct TermTests {
    @Test(
        "is read from a number and a unit",
        arguments: [
            ("5 working-days", 5, Term.Unit.workingDays, "5 working-days"),
            ("1 working-day", 1, .workingDays, "1 working-day"),
            ("1 working-days", 1, .workingDays, "1 working-day"),
            ("10 weeks", 10, .weeks, "10 weeks"),
            ("1 week", 1, .weeks, "1 week"),
            ("10 days", 10, .days, "10 days"),
            ("3 months", 3, .months, "3 months"),
            ("1 year", 1, .years, "1 year"),
            ("24 hours", 24, .hours, "24 hours"),
            ("3 h", 3, .hours, "3 hours"),
            ("15 min", 15, .minutes, "15 minutes"),
            ("30 s", 30, .seconds, "30 seconds"),
            ("1000000000 seconds", 1_000_000_000, .seconds, "1000000000 seconds"),
            ("876600 hours", 876_600, .hours, "876600 hours"),
        ])
    func isRead(text: String, count: Int, unit: Term.Unit, canonical: String) throws {
        let term = try Term(text)
        #expect(term == Term(count: count, unit: unit))
        #expect(term.description == canonical)
        #expect(try Term(canonical) == term)
    }

    @Test(
        "that is written in another way is refused with the words that are allowed",
        arguments: [
            ("", TermError.Code.malformed),
            ("5", .malformed),
            ("working-days", .malformed),
            ("5  days", .malformed),
            (" 5 days", .malformed),
            ("5 working days", .malformed),
            ("P5D", .malformed),
            ("0 days", .countOutOfRange),
            ("-1 days", .countOutOfRange),
            ("+1 days", .countOutOfRange),
            ("1.5 days", .countOutOfRange),
            ("٥ days", .countOutOfRange),
            ("1000000001 seconds", .countOutOfRange),
            ("99999999999999999999 days", .countOutOfRange),
            ("1000000000 hours", .tooLong),
            ("876601 hours", .tooLong),
            ("15 m", .unknownUnit),
            ("5 Days", .unknownUnit),
            ("5 fortnights", .unknownUnit),
        ])
    func isRefused(text: String, code: TermError.Code) throws {
        let error = try #require(throws: TermError.self) { try Term(text) }
        #expect(error.code == code)
        #expect(error.text == text)
        #expect(error.description.contains("\"\(text)\""))
        #expect(error.description.contains("working-days, days, weeks, months, years"))
    }

    @Test("has a count within its bounds")
    func bounds() {
        #expect(Term(count: 0, unit: .days) == nil)
        #expect(Term(count: 1, unit: .days) != nil)
        #expect(Term(count: Term.countMax, unit: .days) != nil)
        #expect(Term(count: Term.countMax + 1, unit: .days) == nil)
    }

    @Test("has a duration when no calendar is needed to measure it")
    func duration() throws {
        #expect(try Term("45 s").duration == .seconds(45))
        #expect(try Term("5 minutes").duration == .seconds(300))
        #expect(try Term("3 h").duration == .seconds(10_800))
        for text in ["1 working-day", "1 day", "1 week", "1 month", "1 year"] { #expect(try Term(text).duration == nil) }
    }
}
