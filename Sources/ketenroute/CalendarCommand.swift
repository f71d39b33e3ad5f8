// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Workflow

struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Computes terms of law.", subcommands: [Due.self, Holidays.self])

    struct Due: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints when a term ends, in RFC 3339 with the local offset.")

        @Option(help: "When the term starts, in RFC 3339.")
        var from: String

        @Option(name: .customLong("in"), help: "The term, such as \"5 working-days\".")
        var term: String

        @Flag(help: "Apply the law on statutory terms (Algemene termijnenwet).")
        var atw = false

        @Option(help: "The calendar, a file in Config/calendars.")
        var calendar = "nl"

        func run() throws { print(try named(calendar).dueLine(from: from, in: term, atw: atw)) }
    }

    struct Holidays: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the holidays of a year with their sources.")

        @Argument(help: "The year.")
        var year: Int

        @Option(help: "The calendar, a file in Config/calendars.")
        var calendar = "nl"

        func run() throws {
            for holiday in try named(calendar).holidays(in: year) { print("\(holiday.date)  \(holiday.name)  [\(holiday.source)]") }
        }
    }

    private static func named(_ name: String) throws -> WorkCalendar {
        let calendars = try ProjectFolders.calendars()
        guard let calendar = calendars[name] else {
            throw CommandFailure.wrongInput("no calendar '\(name)'; there is \(calendars.keys.sorted().joined(separator: ", "))")
        }
        return calendar
    }
}
