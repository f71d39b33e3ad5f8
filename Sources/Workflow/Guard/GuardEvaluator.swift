// SPDX-License-Identifier: EUPL-1.2

/// Evaluates expressions in one scope, counting the steps of each.
struct GuardEvaluator {
    let scope: GuardScope
    private var locals: [Value] = []
    private var steps = 0

    init(scope: GuardScope) { self.scope = scope }

    mutating func evaluate(_ expression: Guard) throws(GuardError) -> Value {
        steps = 0
        locals = expression.localCount == 0 ? [] : Array(repeating: .null, count: expression.localCount)
        let value = try evaluate(expression.expression)
        try checkSize(of: value)
        return value
    }

    /// The value of a condition. A value that is no bool is an error, never false.
    mutating func holds(_ condition: Guard) throws(GuardError) -> Bool {
        let value = try evaluate(condition)
        guard case .bool(let holds) = value else { throw GuardError.noOverload("a condition", value) }
        return holds
    }

    mutating func evaluate(_ expression: Expression) throws(GuardError) -> Value {
        try count()
        switch expression {
        case .literal(let value): return value
        case .unresolved(let error): throw error
        case .fact(let slot): return scope.facts[slot]
        case .variable(let variable): return value(of: variable)
        case .local(let slot): return locals[slot]
        case .active(let state): return .bool(scope.activeStates.contains(state))
        case .select(let base, let field): return try select(try evaluate(base), field)
        case .has(let base, let field): return try has(try evaluate(base), field)
        case .list(let elements): return .list(try evaluate(all: elements))
        case .map(let members): return try map(members)
        case .and(let left, let right): return try logical(left, right, deciding: false, name: "&&")
        case .or(let left, let right): return try logical(left, right, deciding: true, name: "||")
        case .conditional(let condition, let whenTrue, let whenFalse):
            let value = try evaluate(condition)
            guard case .bool(let holds) = value else { throw GuardError.noOverload("?:", value) }
            return try evaluate(holds ? whenTrue : whenFalse)
        case .unary(let function, let operand): return try function.apply(try evaluate(operand))
        case .binary(let function, let left, let right): return try apply(function, try evaluate(left), try evaluate(right))
        case .comprehension(let comprehension): return try evaluate(comprehension)
        }
    }

    private mutating func evaluate(all expressions: [Expression]) throws(GuardError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    mutating func count(_ work: Int = 1) throws(GuardError) {
        steps += work
        guard steps <= GuardLimits.stepsMax else {
            throw GuardError(code: .costExceeded, message: "more than \(GuardLimits.stepsMax) steps; make the expression simpler")
        }
    }

    private func value(of variable: Expression.Variable) -> Value {
        switch variable {
        case .facts: scope.undeclaredFacts
        case .data: scope.data
        case .report: scope.report
        case .event: .string(scope.event)
        case .sender: .string(scope.sender)
        case .now: .timestamp(scope.now)
        }
    }

    private func select(_ base: Value, _ field: Value) throws(GuardError) -> Value {
        guard case .map(let members) = base else { throw GuardError.noOverload("field selection", base) }
        guard let value = members[field] else {
            throw GuardError(code: .noSuchKey, message: "no field '\(field.text ?? "")'; ask has() first")
        }
        return value
    }

    private func has(_ base: Value, _ field: Value) throws(GuardError) -> Value {
        guard case .map(let members) = base else { throw GuardError.noOverload("has", base) }
        return .bool(members[field] != nil)
    }

    private mutating func map(_ members: [(key: Expression, value: Expression)]) throws(GuardError) -> Value {
        var result: [Value: Value] = [:]
        for member in members {
            let key = try evaluate(member.key)
            switch key {
            case .bool, .int, .string: break
            default: throw GuardError.noOverload("a key of a map", key)
            }
            guard result.updateValue(try evaluate(member.value), forKey: key) == nil else {
                throw GuardError(code: .invalidArgument, message: "a map has a key twice")
            }
        }
        return .map(result)
    }

    /// `&&` and `||`: a deciding operand absorbs the error of the other, on whichever side it stands.
    private mutating func logical(
        _ left: Expression, _ right: Expression, deciding: Bool, name: String
    ) throws(GuardError) -> Value {
        let first = outcome(of: left, name)
        if case .success(deciding) = first { return .bool(deciding) }
        let second = outcome(of: right, name)
        if case .success(deciding) = second { return .bool(deciding) }
        if case .failure(let error) = first { throw error }
        if case .failure(let error) = second { throw error }
        return .bool(!deciding)
    }

    private mutating func outcome(of expression: Expression, _ name: String) -> Result<Bool, GuardError> {
        do throws(GuardError) {
            let value = try evaluate(expression)
            guard case .bool(let holds) = value else { return .failure(.noOverload(name, value)) }
            return .success(holds)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Comprehensions

    private mutating func evaluate(_ comprehension: Expression.Comprehension) throws(GuardError) -> Value {
        let elements = try elements(of: try evaluate(comprehension.range), comprehension.kind)
        switch comprehension.kind {
        case .all: return try quantify(comprehension, elements, deciding: false)
        case .exists: return try quantify(comprehension, elements, deciding: true)
        case .existsOne:
            var found = 0
            for element in elements where try condition(comprehension.body, comprehension, element) { found += 1 }
            return .bool(found == 1)
        case .filter:
            var kept: [Value] = []
            for element in elements where try condition(comprehension.body, comprehension, element) { kept.append(element) }
            return .list(kept)
        case .map:
            var values: [Value] = []
            for element in elements {
                if let test = comprehension.condition, try !condition(test, comprehension, element) { continue }
                locals[comprehension.local] = element
                values.append(try evaluate(comprehension.body))
            }
            return .list(values)
        }
    }

    private func elements(of range: Value, _ kind: Expression.Comprehension.Kind) throws(GuardError) -> [Value] {
        switch range {
        case .list(let values): return values
        case .map(let members): return members.keys.sorted { Value.compare($0, $1) == .less }
        default: throw GuardError.noOverload(kind.rawValue, range)
        }
    }

    /// One deciding element decides, whatever errors others had; else the first error stands.
    private mutating func quantify(
        _ comprehension: Expression.Comprehension, _ elements: [Value], deciding: Bool
    ) throws(GuardError) -> Value {
        var failure: GuardError?
        for element in elements {
            try count()
            locals[comprehension.local] = element
            switch outcome(of: comprehension.body, comprehension.kind.rawValue) {
            case .success(deciding): return .bool(deciding)
            case .success: continue
            case .failure(let error):
                if error.code == .costExceeded { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }

    private mutating func condition(
        _ expression: Expression, _ comprehension: Expression.Comprehension, _ element: Value
    ) throws(GuardError) -> Bool {
        try count()
        locals[comprehension.local] = element
        return try outcome(of: expression, comprehension.kind.rawValue).get()
    }
}
