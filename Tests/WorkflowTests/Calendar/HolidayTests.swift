// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values
import Workflow

@Suite("The holidays")
struct HolidayTests {
    @Test(
        "of a year are those that the almanac names",
        arguments: [
            (2025, "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26"),
            (2026, "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26"),
            (2027, "01-01 03-26 03-29 04-27 05-05 05-06 05-17 12-25 12-26"),
        ])
    func almanac(year: Int, monthsAndDays: String) throws {
        let holidays = try ShippedCalendar.load().holidays(in: year).filter { $0.kind == .atw }
        #expect(holidays.map(\.date.description) == monthsAndDays.split(separator: " ").map { "\(year)-\($0)" })
        #expect(holidays.allSatisfy { $0.source.contains("Algemene termijnenwet, article 3") })
    }

    @Test(
        "that follow Easter fall where the tables of Easter put them",
        arguments: [
            (2020, "2020-04-12"), (2024, "2024-03-31"), (2025, "2025-04-20"), (2027, "2027-03-28"), (2035, "2035-03-25"),
            (2038, "2038-04-25"),
        ])
    func easter(year: Int, easterSunday: String) throws {
        let holidays = try ShippedCalendar.load().holidays(in: year)
        #expect(holidays.first { $0.name == "Eerste Paasdag" }?.date.description == easterSunday)
        let listed = holidays.filter { $0.kind == .listed }
        #expect(listed.map(\.date.weekday) == [.sunday, .sunday])
    }

    @Test("that no source could be read for say so")
    func unverified() throws {
        let holidays = try ShippedCalendar.load().holidays(in: 2026)
        #expect(holidays.filter(\.isUnverified).map(\.name) == ["Koningsdag"])
    }

    @Test("of a decree are no working days in the years it names")
    func decree() throws {
        let decree = "  - { name: Gelijkgestelde dag, dates: [2027-05-07, 2028-05-26], kind: atw, source: test }\n"
        let text = try ShippedCalendar.text().replacing("\nstatutoryTerms:", with: decree + "\nstatutoryTerms:")
        let calendar = try WorkCalendar.load(yaml: text, file: "decree.yaml")
        #expect(try calendar.holidays(in: 2027).contains { $0.name == "Gelijkgestelde dag" })
        #expect(try calendar.dueLine(from: "2027-02-24T09:00:00Z", in: "10 weeks", atw: true) == "2027-05-10T23:59:59+02:00")
        #expect(try calendar.isWorkingDay(try #require(CivilDate("2028-05-26"))) == false)
        #expect(try calendar.isWorkingDay(try #require(CivilDate("2029-05-11"))))
    }

    @Test("hold from the first to the last year of their rule")
    func validity() throws {
        let rule = "  - { name: Proefdag, fixed: 3 march, from: 2027, until: 2028, kind: atw, source: test }\n"
        let text = try ShippedCalendar.text().replacing("\nstatutoryTerms:", with: rule + "\nstatutoryTerms:")
        let calendar = try WorkCalendar.load(yaml: text, file: "validity.yaml")
        let years = try (2026...2029).filter { try calendar.holidays(in: $0).contains { $0.name == "Proefdag" } }
        #expect(years == [2027, 2028])
    }

    @Test("beyond the horizon are not guessed", arguments: [2019, 2041])
    func horizon(year: Int) throws {
        let calendar = try ShippedCalendar.load()
        #expect(throws: CalendarError.self) { try calendar.holidays(in: year) }
        #expect(throws: CalendarError.self) { try calendar.isWorkingDay(try #require(CivilDate(year: year, month: 6, day: 1))) }
    }
}
