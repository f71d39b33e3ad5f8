// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A value of the guard language: CEL's types without protobuf messages, unsigned numbers and bytes.
///
/// Equality is CEL's: numbers are equal across their types, values of other different types are unequal, texts are equal
/// code point by code point.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case list([Value])
    case map([Value: Value])
    case timestamp(Instant)
    case duration(Duration)
    /// A type as a value, by CEL's name for it.
    case type(String)

    /// CEL's name of this value's type.
    public var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .string: "string"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        }
    }

    /// Names that stand for types in an expression.
    static let typeNames: Set<String> = ["null_type", "bool", "int", "double", "string", "list", "map", "type"]
}

extension Value: Hashable {
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)), (.type(let left), .type(let right)):
            left.isIdentical(to: right)
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        case (.int, .int), (.int, .double), (.double, .int), (.double, .double): compareNumbers(left, right) == .equal
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        // An integer and a double can be equal, so both have the double's hash.
        case .int(let value): hasher.combine(Double(value))
        case .double(let value): hasher.combine(value)
        case .string(let value), .type(let value): hasher.combine(value)
        case .list(let values): hasher.combine(values)
        case .map(let members): hasher.combine(members)
        case .timestamp(let value): hasher.combine(value)
        case .duration(let value): hasher.combine(value)
        }
    }
}

/// How two values are ordered; nil in its place where they are not ordered at all.
enum Ordering {
    case less
    case equal
    case greater
}

extension Value {
    /// The order of two values of comparable types; nil for all others and for NaN.
    static func compare(_ left: Value, _ right: Value) -> Ordering? {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): order(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)):
            left.isIdentical(to: right) ? .equal : left.utf8.lexicographicallyPrecedes(right.utf8) ? .less : .greater
        case (.timestamp(let left), .timestamp(let right)): order(left, right)
        case (.duration(let left), .duration(let right)): order(left, right)
        default: compareNumbers(left, right)
        }
    }

    private static func compareNumbers(_ left: Value, _ right: Value) -> Ordering? {
        switch (left, right) {
        case (.int(let left), .int(let right)): order(left, right)
        case (.double(let left), .double(let right)): left.isNaN || right.isNaN ? nil : order(left, right)
        // An integer that meets a double is brought to one, digits lost: so the conformance cases `lossy` of CEL have it.
        case (.int(let left), .double): compareNumbers(.double(Double(left)), right)
        case (.double, .int(let right)): compareNumbers(left, .double(Double(right)))
        default: nil
        }
    }

    private static func order<T: Comparable>(_ left: T, _ right: T) -> Ordering {
        left < right ? .less : left == right ? .equal : .greater
    }
}

extension String {
    /// Whether both texts have the same code points. Swift's own equality takes more texts for equal: é in one piece and in two.
    func isIdentical(to other: String) -> Bool { utf8.count == other.utf8.count && self == other && utf8.elementsEqual(other.utf8) }
}
