// SPDX-License-Identifier: EUPL-1.2

/// A length of time as a workflow states it: a whole number and a unit, such as `5 working-days`.
///
/// A term says nothing about when it ends; that takes a start and a ``WorkCalendar``.
public struct Term: Hashable, Sendable {
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case seconds
        case minutes
        case hours
        case workingDays = "working-days"
        case days
        case weeks
        case months
        case years
    }

    /// 1 to ``countMax``.
    public let count: Int
    public let unit: Unit

    /// Far beyond every term of law and small enough that no arithmetic on it can overflow.
    public static let countMax = 1_000_000_000

    /// A century of elapsed time. Beyond the year 9999 an instant could no longer be written down.
    private static let elapsedMax = Duration.seconds(36_525 * 86_400)

    /// Nil when `count` lies outside 1 to ``countMax``, or elapsed time outlasts a century.
    public init?(count: Int, unit: Unit) {
        guard (1...Term.countMax).contains(count) else { return nil }
        self.count = count
        self.unit = unit
        if let duration, duration > Term.elapsedMax { return nil }
    }

    /// Reads a number, a space and a unit: `5 working-days`, `1 week`, `3 h`.
    ///
    /// - Throws: ``TermError`` that quotes the text and names the units.
    public init(_ text: String) throws(TermError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2 else { throw TermError(code: .malformed, text: text) }
        guard let count = Term.count(words[0]) else { throw TermError(code: .countOutOfRange, text: text) }
        guard let unit = Unit(word: words[1]) else { throw TermError(code: .unknownUnit, text: text) }
        guard let term = Term(count: count, unit: unit) else { throw TermError(code: .tooLong, text: text) }
        self = term
    }

    private static func count(_ word: Substring) -> Int? {
        guard word.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(word), (1...countMax).contains(count)
        else { return nil }
        return count
    }

    /// The length in elapsed time, or nil for a term that only a calendar can measure.
    public var duration: Duration? {
        switch unit {
        case .seconds: .seconds(count)
        case .minutes: .seconds(count * 60)
        case .hours: .seconds(count * 3_600)
        case .workingDays, .days, .weeks, .months, .years: nil
        }
    }
}

extension Term.Unit {
    /// Every spelling that a workflow may use; `m` is none of them, as it could be minutes or months.
    init?(word: some StringProtocol) {
        switch word {
        case "s": self = .seconds
        case "min": self = .minutes
        case "h": self = .hours
        default:
            guard let unit = Term.Unit.allCases.first(where: { $0.rawValue == word || $0.singular == word }) else { return nil }
            self = unit
        }
    }

    /// The spelling after the number 1: `working-day`.
    var singular: String { String(rawValue.dropLast()) }
}

extension Term: CustomStringConvertible {
    /// The spelling that ``init(_:)`` reads back to the same term.
    public var description: String { "\(count) \(count == 1 ? unit.singular : unit.rawValue)" }
}

/// A text that is not a ``Term``.
public struct TermError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Not two words with one space between them.
        case malformed
        case countOutOfRange
        case unknownUnit
        /// Elapsed time of more than a century.
        case tooLong
    }

    public let code: Code
    public let text: String

    public var description: String {
        let problem =
            switch code {
            case .malformed: "is not a number, one space and a unit"
            case .countOutOfRange: "does not begin with a whole number from 1 to \(Term.countMax)"
            case .unknownUnit: "does not end in a unit of time"
            case .tooLong: "is more than a hundred years of elapsed time"
            }
        let units = Term.Unit.allCases.map(\.rawValue).joined(separator: ", ")
        return "term \"\(text)\" \(problem); write for example \"5 working-days\" or \"3 h\"; "
            + "units are \(units), their singulars, and s, min, h"
    }
}
