// SPDX-License-Identifier: EUPL-1.2

import Values

extension GuardFunction {
    /// Applies the function to values; the overload is chosen by their types.
    func apply(_ arguments: [Value]) throws(GuardError) -> Value {
        switch self {
        case .not:
            guard case .bool(let value) = arguments[0] else { throw noOverload(arguments) }
            return .bool(!value)
        case .equal: return .bool(arguments[0] == arguments[1])
        case .notEqual: return .bool(arguments[0] != arguments[1])
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return .bool(try isOrdered(arguments))
        case .isIn: return .bool(try isIn(arguments))
        case .negate: return try negate(arguments)
        case .add, .subtract, .multiply, .divide, .remainder: return try arithmetic(arguments)
        case .index: return try index(arguments)
        case .size: return .int(try size(arguments))
        case .startsWith, .endsWith, .contains, .matches: return .bool(try text(arguments))
        case .int, .double, .string, .bool, .type, .dyn, .timestamp, .duration: return try convert(arguments[0])
        case .getFullYear, .getMonth, .getDayOfMonth, .getDate, .getDayOfWeek, .getDayOfYear, .getHours, .getMinutes, .getSeconds,
            .getMilliseconds:
            return .int(try accessor(arguments))
        }
    }

    func noOverload(_ arguments: [Value]) -> GuardError { GuardError.noOverload(rawValue, arguments) }

    private func isOrdered(_ arguments: [Value]) throws(GuardError) -> Bool {
        guard let ordering = Value.compare(arguments[0], arguments[1]) else {
            // NaN is a number that is in no order; all else that has none is an error.
            if arguments.allSatisfy(\.isNumber) { return false }
            throw noOverload(arguments)
        }
        switch self {
        case .less: return ordering == .less
        case .lessOrEqual: return ordering != .greater
        case .greater: return ordering == .greater
        default: return ordering != .less
        }
    }

    private func isIn(_ arguments: [Value]) throws(GuardError) -> Bool {
        switch arguments[1] {
        case .list(let values): return values.contains(arguments[0])
        case .map(let members): return members[arguments[0]] != nil
        default: throw noOverload(arguments)
        }
    }

    private func index(_ arguments: [Value]) throws(GuardError) -> Value {
        switch arguments[0] {
        case .list(let values):
            let position: Int? =
                switch arguments[1] {
                case .int(let value): Int(exactly: value)
                case .double(let value): Int(exactly: value)
                default: throw noOverload(arguments)
                }
            guard let position, values.indices.contains(position) else {
                throw GuardError(code: .indexOutOfRange, message: "the index lies outside a list of \(values.count)")
            }
            return values[position]
        case .map(let members):
            guard let value = members[arguments[1]] else {
                throw GuardError(code: .noSuchKey, message: "the map has no such key; ask 'in' first")
            }
            return value
        default: throw noOverload(arguments)
        }
    }

    private func size(_ arguments: [Value]) throws(GuardError) -> Int64 {
        switch arguments[0] {
        case .string(let value): return Int64(value.unicodeScalars.count)
        case .list(let values): return Int64(values.count)
        case .map(let members): return Int64(members.count)
        default: throw noOverload(arguments)
        }
    }

    private func text(_ arguments: [Value]) throws(GuardError) -> Bool {
        guard case .string(let text) = arguments[0], case .string(let other) = arguments[1] else { throw noOverload(arguments) }
        let bytes = Array(text.utf8)
        let part = Array(other.utf8)
        switch self {
        case .startsWith: return bytes.starts(with: part)
        case .endsWith: return bytes.suffix(part.count).elementsEqual(part) && bytes.count >= part.count
        case .contains:
            guard bytes.count >= part.count else { return false }
            return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
        default: return try RegularExpression(other).hasMatch(in: text)
        }
    }

    // MARK: Arithmetic

    private func negate(_ arguments: [Value]) throws(GuardError) -> Value {
        switch arguments[0] {
        case .int(let value):
            guard value != .min else { throw GuardError.overflow(rawValue) }
            return .int(-value)
        case .double(let value): return .double(-value)
        case .duration(let value): return .duration(.zero - value)
        default: throw noOverload(arguments)
        }
    }

    private func arithmetic(_ arguments: [Value]) throws(GuardError) -> Value {
        switch (arguments[0], arguments[1]) {
        case (.int(let left), .int(let right)): return .int(try integer(left, right))
        case (.double(let left), .double(let right)) where self != .remainder: return .double(double(left, right))
        case (.string(let left), .string(let right)) where self == .add: return .string(try bounded(left + right))
        case (.list(let left), .list(let right)) where self == .add: return .list(try bounded(left + right))
        case (.duration(let left), .duration(let right)) where self == .add || self == .subtract:
            return .duration(try TimeRange.check(self == .add ? left + right : left - right))
        case (.timestamp(let left), .duration(let right)) where self == .add || self == .subtract:
            return .timestamp(try TimeRange.check(left.adding(self == .add ? right : .zero - right)))
        case (.duration(let left), .timestamp(let right)) where self == .add:
            return .timestamp(try TimeRange.check(right.adding(left)))
        case (.timestamp(let left), .timestamp(let right)) where self == .subtract:
            return .duration(try TimeRange.check(left.duration(since: right)))
        default: throw noOverload(arguments)
        }
    }

    private func integer(_ left: Int64, _ right: Int64) throws(GuardError) -> Int64 {
        if right == 0, self == .divide || self == .remainder {
            throw GuardError(code: .divisionByZero, message: "'\(rawValue)' by zero")
        }
        let (value, overflow) =
            switch self {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            case .divide: left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !overflow else { throw GuardError.overflow(rawValue) }
        return value
    }

    private func double(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        default: left / right
        }
    }

    private func bounded(_ text: String) throws(GuardError) -> String {
        guard text.utf8.count <= GuardLimits.textBytesMax else {
            throw GuardError(code: .costExceeded, message: "a text grows beyond \(GuardLimits.textBytesMax) bytes")
        }
        return text
    }

    private func bounded(_ list: [Value]) throws(GuardError) -> [Value] {
        guard list.count <= GuardLimits.listCountMax else {
            throw GuardError(code: .costExceeded, message: "a list grows beyond \(GuardLimits.listCountMax) elements")
        }
        return list
    }
}

extension Value {
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .double: true
        default: false
        }
    }
}
