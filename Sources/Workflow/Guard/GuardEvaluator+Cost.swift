// SPDX-License-Identifier: EUPL-1.2

/// What is not done in a step of its own but grows with the values: it is counted before it is done.
extension GuardEvaluator {
    mutating func apply(_ function: GuardFunction, _ left: Value, _ right: Value) throws(GuardError) -> Value {
        switch function {
        case .equal: return .bool(try areEqual(left, right))
        case .notEqual: return .bool(try !areEqual(left, right))
        case .isIn: return .bool(try isElement(left, of: right))
        case .matches: return .bool(try matches(left, right))
        default:
            try count(GuardEvaluator.work(left) + GuardEvaluator.work(right))
            return try function.apply(left, right)
        }
    }

    /// Lists can hold one list many times over, so that comparing them takes far more than making them did.
    private mutating func areEqual(_ left: Value, _ right: Value) throws(GuardError) -> Bool {
        switch (left, right) {
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (one, other) in zip(left, right) {
                try count()
                if try !areEqual(one, other) { return false }
            }
            return true
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            for (key, one) in left {
                try count()
                guard let other = right[key], try areEqual(one, other) else { return false }
            }
            return true
        default:
            try count(min(GuardEvaluator.work(left), GuardEvaluator.work(right)))
            return left == right
        }
    }

    private mutating func isElement(_ element: Value, of container: Value) throws(GuardError) -> Bool {
        switch container {
        case .list(let values):
            for value in values {
                try count()
                if try areEqual(element, value) { return true }
            }
            return false
        case .map(let members): return element.isScalar && members[element] != nil
        default: throw GuardError.noOverload(GuardFunction.isIn.rawValue, element, container)
        }
    }

    private mutating func matches(_ left: Value, _ right: Value) throws(GuardError) -> Bool {
        guard case .string(let text) = left, case .string(let pattern) = right else {
            throw GuardError.noOverload(GuardFunction.matches.rawValue, left, right)
        }
        let expression = try RegularExpression(pattern)
        try count(expression.work(over: text) / 64)
        return try expression.hasMatch(in: text)
    }

    /// Steps that a value is worth where all of it is walked over or copied.
    private static func work(_ value: Value) -> Int {
        switch value {
        case .string(let text): text.utf8.count / 64
        case .list(let values): values.count / 8
        default: 0
        }
    }

    /// Refuses a value that is larger than the steps that made it, because it holds one list many times over.
    mutating func checkSize(of value: Value) throws(GuardError) {
        switch value {
        case .list(let values):
            for value in values {
                try count()
                try checkSize(of: value)
            }
        case .map(let members):
            for value in members.values {
                try count()
                try checkSize(of: value)
            }
        default: break
        }
    }
}

extension Value {
    /// Whether the value can be a key of a map.
    var isScalar: Bool {
        switch self {
        case .list, .map: false
        default: true
        }
    }
}
