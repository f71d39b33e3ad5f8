// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What a fact or a field of a message may hold.
///
/// The types are few and closed, so that a verifier can range over them and a form can be made from them. `text` is apart from
/// all others: it is what people write about people, it is stored encrypted and apart, and no guard and no fact may depend on it.
public indirect enum DataType: Hashable, Sendable {
    case boolean
    case integer
    /// One of a closed list of codes.
    case enumeration([String])
    /// Any number of different codes of a closed list; kept in the order of the list.
    case set([String])
    case list(DataType)
    /// A short identifier that is no personal data, such as the number of an organisation.
    case code
    /// `yyyy-mm-dd`.
    case date
    /// A moment, RFC 3339.
    case instant
    /// Personal narrative. Never a fact, never in a guard, never in a log.
    case text

    /// Longest `code`, in bytes: an OIN has 20, a court's case number fewer than 40.
    public static let codeBytesMax = 64
    /// Longest `text`, in bytes; larger content goes by reference.
    public static let textBytesMax = 32_768
    /// Most elements of a list.
    public static let listCountMax = 256

    public var isPersonalContent: Bool {
        switch self {
        case .text: true
        case .list(let element): element.isPersonalContent
        default: false
        }
    }

    /// What a guard sees of this type.
    var guardType: GuardType {
        switch self {
        case .boolean: .bool
        case .integer: .int
        case .enumeration(let values): .enumeration(name: values.joined(separator: "|"), values: values)
        case .set(let values): .list(.enumeration(name: values.joined(separator: "|"), values: values))
        case .list(let element): .list(element.guardType)
        case .code, .date, .text: .string
        case .instant: .timestamp
        }
    }
}

extension DataType {
    /// Brings a JSON value into this type.
    ///
    /// - Returns: nil with nothing else when the value does not belong; what was wrong is told by ``expectation``, never with the
    ///   value itself, because a wrong value may be personal data.
    public func value(from json: JSON) -> Value? {
        switch (self, json) {
        case (.boolean, .bool(let value)): .bool(value)
        case (.integer, .integer(let value)): .int(value)
        case (.enumeration(let values), .string(let value)): values.contains(value) ? .string(value) : nil
        case (.set(let values), .array(let elements)): DataType.set(of: values, elements)
        case (.list(let element), .array(let elements)): DataType.list(of: element, elements)
        case (.code, .string(let value)): (1...DataType.codeBytesMax).contains(value.utf8.count) ? .string(value) : nil
        case (.date, .string(let value)): CivilDate(value) == nil ? nil : .string(value)
        case (.instant, .string(let value)): Instant(value).map { .timestamp($0.roundedDownToMicroseconds) }
        case (.text, .string(let value)): value.utf8.count <= DataType.textBytesMax ? .string(value) : nil
        default: nil
        }
    }

    private static func set(of values: [String], _ elements: [JSON]) -> Value? {
        let chosen = elements.compactMap(\.stringValue)
        guard chosen.count == elements.count, chosen.allSatisfy(values.contains) else { return nil }
        return .list(values.filter(chosen.contains).map { .string($0) })
    }

    private static func list(of element: DataType, _ elements: [JSON]) -> Value? {
        guard elements.count <= listCountMax else { return nil }
        let values = elements.compactMap { element.value(from: $0) }
        return values.count == elements.count ? .list(values) : nil
    }

    /// What a value of this type looks like, for an error.
    public var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .enumeration(let values): "one of \(values.joined(separator: ", "))"
        case .set(let values): "a list of \(values.joined(separator: ", "))"
        case .list(let element): "a list of at most \(DataType.listCountMax), each \(element.expectation)"
        case .code: "a text of 1 to \(DataType.codeBytesMax) bytes"
        case .date: "a date as yyyy-mm-dd"
        case .instant: "a moment in RFC 3339"
        case .text: "a text of at most \(DataType.textBytesMax) bytes"
        }
    }

    /// The type as JSON Schema 2020-12, for forms and for partners in other languages.
    public var jsonSchema: JSON {
        switch self {
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "integer"]
        case .enumeration(let values): ["type": "string", "enum": .array(values.map { .string($0) })]
        case .set(let values):
            ["type": "array", "uniqueItems": true, "items": DataType.enumeration(values).jsonSchema]
        case .list(let element):
            ["type": "array", "maxItems": .integer(Int64(DataType.listCountMax)), "items": element.jsonSchema]
        case .code: ["type": "string", "minLength": 1, "maxLength": .integer(Int64(DataType.codeBytesMax))]
        case .date: ["type": "string", "format": "date"]
        case .instant: ["type": "string", "format": "date-time"]
        case .text: ["type": "string", "maxLength": .integer(Int64(DataType.textBytesMax))]
        }
    }
}
