// SPDX-License-Identifier: EUPL-1.2

import Testing
import Workflow

/// One mistake put into the shipped calendar.
struct CalendarMistake: CustomTestStringConvertible, Sendable {
    let text: String
    let mistake: String
    /// The text at whose beginning the complaint must point: the first one behind the mistake, or the last one before it.
    let place: String
    let complaint: String

    init(_ text: String, to mistake: String, at place: String, says complaint: String) {
        self.text = text
        self.mistake = mistake
        self.place = place
        self.complaint = complaint
    }

    var testDescription: String { "\(text) -> \(mistake)" }
}

@Suite("A calendar's file")
struct CalendarFileTests {
    @Test(
        "with a mistake is refused with the place and what to write",
        arguments: [
            CalendarMistake("calendar: nl", to: "calender: nl", at: "calender: nl", says: "unknown key \"calender\""),
            CalendarMistake("version: 1\n", to: "version: 0\n", at: "0\n\n", says: "whole number from 1"),
            CalendarMistake("version: 1\n", to: "version: one\n", at: "one\n", says: "whole number from 1"),
            CalendarMistake("last: 2040", to: "last: 2019", at: "2019 }", says: "from 2020 to 2200"),
            CalendarMistake("\"+01:00\"", to: "\"01:00\"", at: "\"01:00\"", says: "+01:00"),
            CalendarMistake("\"+01:00\"", to: "\"+24:00\"", at: "\"+24:00\"", says: "+01:00"),
            CalendarMistake("\"+02:00\"", to: "\"+01:00\"", at: "\"+01:00\"\n    begins", says: "ahead of standard"),
            CalendarMistake("last sunday of march", to: "fifth sunday of march", at: "fifth", says: "last sunday of"),
            CalendarMistake("of march at 01:00 UTC", to: "of march at 01:00 CET", at: "last sunday of march", says: "UTC"),
            CalendarMistake("sunday of october", to: "sunday of january", at: "last sunday of january", says: "later month"),
            CalendarMistake("[saturday, sunday]", to: "[saturday, zondag]", at: "zondag]", says: "day of the week"),
            CalendarMistake("[saturday, sunday]", to: "sunday", at: "sunday\n  source", says: "expected a list"),
            CalendarMistake("fixed: 1 january", to: "fixed: 32 january", at: "32 january", says: "27 april"),
            CalendarMistake("fixed: 1 january", to: "fixed: 1 januari", at: "1 januari", says: "27 april"),
            CalendarMistake("easter: -2", to: "easter: -2, fixed: 1 may", at: "{ name: Goede Vrijdag", says: "exactly one"),
            CalendarMistake("easter: -2, ", to: "", at: "{ name: Goede Vrijdag", says: "exactly one of fixed"),
            CalendarMistake("easter: -2", to: "dates: [2026-02-30]", at: "2026-02-30", says: "expected a date"),
            CalendarMistake("when: sunday", to: "when: 7", at: "7, to", says: "day of the week"),
            CalendarMistake("0, kind: listed", to: "0, kind: optional", at: "optional,", says: "one of atw, listed"),
            CalendarMistake("unverified: true", to: "unverified: perhaps", at: "perhaps", says: "true or false"),
            CalendarMistake(
                ", source: \"Algemene termijnenwet, article 3(2)\"", to: "", at: "{ name: Goede Vrijdag",
                says: "\"source\" is missing"),
            CalendarMistake("[seconds, minutes, hours, years]", to: "[lustra]", at: "lustra", says: "one of seconds"),
            CalendarMistake("{ days: 90,", to: "{ days: -90,", at: "-90", says: "whole number from 1"),
            CalendarMistake("{ days: 90,", to: "{ day: 90,", at: "day: 90", says: "known are seconds"),
            CalendarMistake(
                "moreThan: { days: 90, weeks: 12, months: 3 }", to: "moreThan: 3", at: "3\n", says: "expected a mapping"),
            CalendarMistake("  law: Algemene termijnenwet\n", to: "", at: "roll: {", says: "\"law\" is missing"),
            CalendarMistake("law: Algemene termijnenwet", to: "law: \"\"", at: "\"\"", says: "expected a text"),
        ])
    func mistakes(mistake: CalendarMistake) throws {
        let shipped = try ShippedCalendar.text()
        let change = try #require(shipped.firstRange(of: mistake.text))
        let yaml = shipped.replacing(mistake.text, with: mistake.mistake, maxReplacements: 1)
        let places = yaml.ranges(of: mistake.place)
        let place = try #require(places.first { $0.upperBound > change.lowerBound } ?? places.last)
        let error = try #require(throws: CalendarFileError.self) { try WorkCalendar.load(yaml: yaml, file: "nl.yaml") }
        let before = yaml[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        #expect(error.position.line == before.count)
        #expect(error.position.column == (before.last?.unicodeScalars.count ?? 0) + 1)
        #expect(error.message.contains(mistake.complaint))
        #expect(error.description.hasPrefix("nl.yaml:\(error.position.line):\(error.position.column): "))
    }

    @Test(
        "that is no YAML or no mapping is refused with the place",
        arguments: [
            ("", 1, 1, "empty"),
            ("- a\n", 1, 1, "expected a mapping"),
            ("calendar: nl\nversion: [1\n", 3, 1, "did not find"),
            ("calendar: nl\ncalendar: be\n", 1, 1, "named twice: calendar"),
            ("calendar: nl\n", 1, 1, "\"version\" is missing"),
        ])
    func notACalendar(yaml: String, line: Int, column: Int, complaint: String) throws {
        let error = try #require(throws: CalendarFileError.self) { try WorkCalendar.load(yaml: yaml, file: "x.yaml") }
        #expect(error.message.contains(complaint))
        #expect(error.position.line == line)
        #expect(error.position.column == column)
    }

    @Test("that the project ships names its calendar and the years it may be used for")
    func shipped() throws {
        let calendar = try ShippedCalendar.load()
        #expect(calendar.name == "nl")
        #expect(calendar.horizon == 2020...2040)
        #expect(calendar.timeZone.name == "Europe/Amsterdam")
        #expect(calendar.holidayRules.allSatisfy { !$0.source.isEmpty })
    }
}
