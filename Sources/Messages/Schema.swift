// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A closed description of a JSON document. It finds everything that is wrong at once and never repeats a value, because a wrong
/// value may be somebody's number or address.
public indirect enum Schema: Sendable {
    case text(bytesMax: Int)
    case pattern(String, @Sendable (String) -> Bool)
    case boolean
    /// Null is allowed too: the sender says that it is not known.
    case nullable(Schema)
    case choice([String])
    case list(Schema, countMin: Int, countMax: Int)
    case object([Field])

    public struct Field: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        public static func required(_ name: String, _ schema: Schema) -> Field { Field(name: name, schema: schema, isRequired: true) }
        public static func optional(_ name: String, _ schema: Schema) -> Field { Field(name: name, schema: schema, isRequired: false) }
    }

    /// One thing that is wrong.
    public struct Violation: Hashable, Sendable {
        /// JSON pointer (RFC 6901); empty for the whole document.
        public let pointer: String
        public let message: String
        /// Where to look for it. Longer than `pointer` where the last name is the sender's own and cannot be repeated.
        public let position: String

        public init(pointer: String, message: String, position: String? = nil) {
            self.pointer = pointer
            self.message = message
            self.position = position ?? pointer
        }
    }

    public func violations(in json: JSON, at pointer: String = "") -> [Violation] {
        func wrong(_ message: String) -> [Violation] { [Violation(pointer: pointer, message: message)] }
        switch self {
        case .text(let bytesMax):
            guard let text = json.stringValue, (1...bytesMax).contains(text.utf8.count) else {
                return wrong("should be a text of 1 to \(bytesMax) bytes")
            }
            return []
        case .pattern(let expectation, let belongs):
            guard let text = json.stringValue, belongs(text) else { return wrong("should be \(expectation)") }
            return []
        case .boolean: return json.boolValue == nil ? wrong("should be true or false") : []
        case .nullable(let schema): return json == .null ? [] : schema.violations(in: json, at: pointer)
        case .choice(let values):
            guard let text = json.stringValue, values.contains(text) else {
                return wrong("should be one of \(values.joined(separator: ", "))")
            }
            return []
        case .list(let element, let countMin, let countMax):
            guard let elements = json.arrayValue, (countMin...countMax).contains(elements.count) else {
                return wrong("should be a list of \(countMin) to \(countMax)")
            }
            return elements.enumerated().flatMap { element.violations(in: $1, at: "\(pointer)/\($0)") }
        case .object(let fields): return violations(of: fields, in: json, at: pointer)
        }
    }

    private func violations(of fields: [Field], in json: JSON, at pointer: String) -> [Violation] {
        guard case .object(let members) = json else { return [Violation(pointer: pointer, message: "should be an object")] }
        var found: [Violation] = []
        for field in fields {
            if let value = members[field.name] {
                found += field.schema.violations(in: value, at: "\(pointer)/\(field.name)")
            } else if field.isRequired {
                found.append(Violation(pointer: "\(pointer)/\(field.name)", message: "is missing"))
            }
        }
        let known = Set(fields.map(\.name))
        let message = "has an unknown field; it may have \(fields.map(\.name).joined(separator: ", "))"
        for unknown in members.keys.sorted() where !known.contains(unknown) {
            found.append(Violation(pointer: pointer, message: message, position: "\(pointer)/\(unknown)"))
        }
        return found
    }
}
