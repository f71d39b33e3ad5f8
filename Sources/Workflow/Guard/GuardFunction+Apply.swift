// SPDX-License-Identifier: EUPL-1.2

import Values

extension GuardFunction {
    /// Applies a function of one argument; the overload is chosen by its type.
    func apply(_ operand: Value) throws(GuardError) -> Value {
        switch self {
        case .not:
            guard case .bool(let value) = operand else { throw noOverload(operand) }
            return .bool(!value)
        case .negate: return try negate(operand)
        case .size: return .int(try size(operand))
        case .int, .double, .string, .bool, .type, .dyn, .timestamp, .duration: return try convert(operand)
        case _ where isAccessor: return .int(try accessor(operand, zone: nil))
        default: throw noOverload(operand)
        }
    }

    /// Applies a function of two arguments; the overload is chosen by their types. Equality and `in` are the evaluator's own, because
    /// they count what they walk over.
    func apply(_ left: Value, _ right: Value) throws(GuardError) -> Value {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return .bool(try isOrdered(left, right))
        case .add, .subtract, .multiply, .divide, .remainder: return try arithmetic(left, right)
        case .index: return try index(left, right)
        case .startsWith, .endsWith, .contains, .matches: return .bool(try text(left, right))
        case _ where isAccessor: return .int(try accessor(left, zone: right))
        default: throw noOverload(left, right)
        }
    }

    func noOverload(_ arguments: Value...) -> GuardError {
        GuardError(
            code: .noMatchingOverload,
            message: "\(rawValue) is not defined for (\(arguments.map(\.typeName).joined(separator: ", ")))")
    }

    private func isOrdered(_ left: Value, _ right: Value) throws(GuardError) -> Bool {
        guard let ordering = Value.compare(left, right) else {
            // NaN is a number that is in no order; all else that has none is an error.
            if left.isNumber, right.isNumber { return false }
            throw noOverload(left, right)
        }
        switch self {
        case .less: return ordering == .less
        case .lessOrEqual: return ordering != .greater
        case .greater: return ordering == .greater
        default: return ordering != .less
        }
    }

    private func index(_ container: Value, _ key: Value) throws(GuardError) -> Value {
        switch container {
        case .list(let values):
            let position: Int? =
                switch key {
                case .int(let value): Int(exactly: value)
                case .double(let value): Int(exactly: value)
                default: throw noOverload(container, key)
                }
            guard let position, values.indices.contains(position) else {
                throw GuardError(code: .indexOutOfRange, message: "the index lies outside a list of \(values.count)")
            }
            return values[position]
        case .map(let members):
            guard key.isScalar, let value = members[key] else {
                throw GuardError(code: .noSuchKey, message: "the map has no such key; ask 'in' first")
            }
            return value
        default: throw noOverload(container, key)
        }
    }

    private func size(_ operand: Value) throws(GuardError) -> Int64 {
        switch operand {
        case .string(let value): return Int64(value.unicodeScalars.count)
        case .list(let values): return Int64(values.count)
        case .map(let members): return Int64(members.count)
        default: throw noOverload(operand)
        }
    }

    private func text(_ receiver: Value, _ argument: Value) throws(GuardError) -> Bool {
        guard case .string(let text) = receiver, case .string(let part) = argument else { throw noOverload(receiver, argument) }
        switch self {
        case .startsWith: return text.utf8.starts(with: part.utf8)
        case .endsWith: return text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
        case .contains: return text.containsBytes(of: part)
        default: return try RegularExpression(part).hasMatch(in: text)
        }
    }

    // MARK: Arithmetic

    private func negate(_ operand: Value) throws(GuardError) -> Value {
        switch operand {
        case .int(let value):
            guard value != .min else { throw GuardError.overflow(rawValue) }
            return .int(-value)
        case .double(let value): return .double(-value)
        case .duration(let value): return .duration(.zero - value)
        default: throw noOverload(operand)
        }
    }

    private func arithmetic(_ first: Value, _ second: Value) throws(GuardError) -> Value {
        switch (first, second) {
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
        default: throw noOverload(first, second)
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

extension String {
    /// Whether the bytes of `part` stand together anywhere in this text, by the method of Knuth, Morris and Pratt: every byte is
    /// looked at once, whatever the texts are.
    fileprivate func containsBytes(of part: String) -> Bool {
        let wanted = Array(part.utf8)
        guard !wanted.isEmpty else { return true }
        // For each prefix of `wanted` the length of the longest shorter prefix that it ends with.
        var borders = [0]
        var matched = 0
        for byte in wanted.dropFirst() {
            while matched > 0, wanted[matched] != byte { matched = borders[matched - 1] }
            if wanted[matched] == byte { matched += 1 }
            borders.append(matched)
        }
        matched = 0
        for byte in utf8 {
            while matched > 0, wanted[matched] != byte { matched = borders[matched - 1] }
            if wanted[matched] == byte { matched += 1 }
            if matched == wanted.count { return true }
        }
        return false
    }
}
