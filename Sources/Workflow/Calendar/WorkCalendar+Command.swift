// SPDX-License-Identifier: EUPL-1.2

import Values

extension WorkCalendar {
    /// The line that `ketenroute calendar due` prints: the end of a term in RFC 3339, with the calendar's local offset.
    ///
    /// - Parameters:
    ///   - start: an instant in RFC 3339, such as `2026-11-23T10:15:00+01:00`.
    ///   - term: a term as a workflow writes it, such as `5 working-days`.
    /// - Throws: ``CalendarCommandError``, ``TermError`` or ``CalendarError``; the first two are wrong input.
    public func dueLine(from start: String, in term: String, atw: Bool) throws -> String {
        guard let instant = Instant(start) else { throw CalendarCommandError.notAnInstant(start) }
        let end = try due(from: instant, term: Term(term), atw: atw).instant
        guard timeZone.civil(at: end).date.year <= 9_999 else { throw CalendarCommandError.endsTooLate(start) }
        return timeZone.format(end)
    }
}

/// Wrong input to the calendar commands.
public enum CalendarCommandError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAnInstant(String)
    case endsTooLate(String)

    public var description: String {
        switch self {
        case .notAnInstant(let text):
            "\"\(text)\" is not an instant; write RFC 3339 with seconds and an offset, for example 2026-11-23T10:15:00+01:00"
        case .endsTooLate(let start): "a term from \(start) ends after the year 9999, which RFC 3339 cannot write; start earlier"
        }
    }
}
