// SPDX-License-Identifier: EUPL-1.2

/// A mistake in a calendar's file, with its place.
public struct CalendarFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let position: SourcePosition
    /// What is wrong and what to write instead.
    public let message: String

    public var description: String { "\(file):\(position): \(message)" }
}

/// A value in a calendar's file together with the name of the file, so that every complaint about it has a place.
struct CalendarNode {
    private let document: Document
    private let file: String

    init(yaml: String, file: String) throws(CalendarFileError) {
        do {
            self.init(document: try Document.parse(yaml), file: file)
        } catch {
            throw CalendarFileError(file: file, position: error.position, message: error.message)
        }
    }

    private init(document: Document, file: String) {
        self.document = document
        self.file = file
    }

    func error(_ message: String) -> CalendarFileError {
        CalendarFileError(file: file, position: document.position, message: message)
    }

    /// A mapping that holds no other keys than these.
    func mapping(of keys: String...) throws(CalendarFileError) -> CalendarMapping {
        guard let members = document.members else { throw error("expected a mapping of \(keys.joined(separator: ", "))") }
        var values: [String: CalendarNode] = [:]
        for member in members {
            guard keys.contains(member.key) else {
                let problem = "unknown key \"\(member.key)\"; known are \(keys.joined(separator: ", "))"
                throw CalendarFileError(file: file, position: member.position, message: problem)
            }
            values[member.key] = CalendarNode(document: member.value, file: file)
        }
        return CalendarMapping(node: self, values: values)
    }

    /// The entries of a mapping whose keys are words of `Key`, with whole numbers from 1.
    func counts<Key: RawRepresentable<String> & CaseIterable & Hashable>(
        by _: Key.Type
    ) throws(CalendarFileError) -> [Key: Int] {
        guard let members = document.members else { throw error("expected a mapping") }
        var counts: [Key: Int] = [:]
        for member in members {
            guard let key = Key(rawValue: member.key) else {
                let problem = "unknown key \"\(member.key)\"; known are \(Key.allCases.map(\.rawValue).joined(separator: ", "))"
                throw CalendarFileError(file: file, position: member.position, message: problem)
            }
            counts[key] = try CalendarNode(document: member.value, file: file).integer(in: 1...Term.countMax)
        }
        return counts
    }

    func items() throws(CalendarFileError) -> [CalendarNode] {
        guard case .sequence(let elements) = document.content else { throw error("expected a list") }
        return elements.map { CalendarNode(document: $0, file: file) }
    }

    func text() throws(CalendarFileError) -> String {
        guard case .scalar(let text, _) = document.content, !text.isEmpty else { throw error("expected a text") }
        return text
    }

    func integer(in range: ClosedRange<Int>) throws(CalendarFileError) -> Int {
        guard let value = Int(try text()), range.contains(value) else {
            throw error("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag() throws(CalendarFileError) -> Bool {
        switch try text() {
        case "true": true
        case "false": false
        default: throw error("expected true or false")
        }
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String> & CaseIterable>() throws(CalendarFileError) -> Word {
        guard let word = Word(rawValue: try text()) else {
            throw error("expected one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}

/// A mapping whose keys are known to be of the format; which of them must be there shows when they are asked for.
struct CalendarMapping {
    let node: CalendarNode
    fileprivate let values: [String: CalendarNode]

    fileprivate init(node: CalendarNode, values: [String: CalendarNode]) {
        self.node = node
        self.values = values
    }

    /// The value of a key that must be there.
    func callAsFunction(_ key: String) throws(CalendarFileError) -> CalendarNode {
        guard let value = values[key] else { throw node.error("the key \"\(key)\" is missing") }
        return value
    }

    /// The value of a key that may be left out.
    func optional(_ key: String) -> CalendarNode? { values[key] }
}
