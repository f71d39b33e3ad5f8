// SPDX-License-Identifier: EUPL-1.2

import Values

/// Collects what is wrong with a text while reading goes on, and offers the ways in which values are taken from it.
///
/// Every method that finds something wrong notes it and returns nil, so that one pass tells everything.
struct ProblemList {
    private(set) var problems: [DefinitionError.Problem] = []

    /// More than anybody mends in one go. A text that is no workflow at all has one for every line.
    static let countMax = 500

    mutating func note(_ position: SourcePosition, _ message: String) {
        guard problems.count < ProblemList.countMax else { return }
        let isLast = problems.count == ProblemList.countMax - 1
        problems.append(
            DefinitionError.Problem(position: position, message: isLast ? "more is wrong than is told here; mend this first" : message))
    }

    /// The members of a mapping, of which only those in `known` may be there.
    mutating func members(_ document: Document, of what: String, known: Set<String>) -> [String: Document]? {
        guard let members = mapping(document, of: what) else { return nil }
        var found: [String: Document] = [:]
        for member in members {
            if !known.contains(member.key) {
                note(
                    member.position, "\(what) has no '\(member.key)'; it may have \(known.sorted().joined(separator: ", "))")
            }
            found[member.key] = member.value
        }
        return found
    }

    mutating func mapping(_ document: Document, of what: String) -> [Document.Member]? {
        if document.isNull { return [] }
        guard let members = document.members else {
            note(document.position, "\(what) should be a mapping of names to values")
            return nil
        }
        return members
    }

    /// A list; a single value counts as a list of one.
    mutating func list(_ document: Document?) -> [Document] {
        guard let document, !document.isNull else { return [] }
        if case .sequence(let elements) = document.content { return elements }
        return [document]
    }

    mutating func text(_ document: Document?, _ what: String) -> String? {
        guard let document else { return nil }
        guard case .scalar(let text, _) = document.content, !text.isEmpty else {
            note(document.position, "\(what) should be a text")
            return nil
        }
        return text
    }

    mutating func texts(_ document: Document?, _ what: String) -> [String] {
        list(document).compactMap { text($0, "each of \(what)") }
    }

    mutating func flag(_ document: Document?, _ what: String) -> Bool? {
        guard let document else { return nil }
        guard case .bool(let value) = document.json else {
            note(document.position, "\(what) should be true or false")
            return nil
        }
        return value
    }

    mutating func integer(_ document: Document?, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let document else { return nil }
        guard case .integer(let value) = document.json, let number = Int(exactly: value), range.contains(number) else {
            note(document.position, "\(what) should be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func number(_ document: Document?, _ what: String, atLeast minimum: Double) -> Double? {
        guard let document else { return nil }
        let value: Double? =
            switch document.json {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        guard let value, value >= minimum else {
            note(document.position, "\(what) should be a number of at least \(minimum)")
            return nil
        }
        return value
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ document: Document?, _ what: String, as type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let document, let text = text(document, what) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            note(document.position, "\(what) should be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return choice
    }

    mutating func term(_ document: Document?, _ what: String) -> Term? {
        guard let document, let text = text(document, what) else { return nil }
        do {
            return try Term(text)
        } catch {
            note(document.position, "\(what): \(error)")
            return nil
        }
    }
}
