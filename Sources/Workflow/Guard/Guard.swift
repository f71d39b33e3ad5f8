// SPDX-License-Identifier: EUPL-1.2

/// A compiled expression of the guard language, a subset of CEL (github.com/google/cel-spec).
public struct Guard: Sendable {
    public let source: String
    /// The type of its value as far as it is known beforehand.
    public let type: GuardType
    let expression: Expression
    /// Slots for the variables of its macros.
    let localCount: Int

    /// Reads, resolves and type-checks an expression.
    ///
    /// - Parameter expected: the type that its place asks for; nil where any will do.
    /// - Throws: the first thing that is wrong, with its offset.
    public static func compile(
        _ source: String, in environment: GuardEnvironment, expecting expected: GuardType? = nil
    ) throws(GuardCompileError) -> Guard {
        var parser = try GuardParser(source)
        let syntax = try parser.parse()
        var checker = GuardChecker(environment: environment)
        let (expression, type) = try checker.check(syntax)
        if let expected, environment.isStrict, !type.isComparable(with: expected) {
            throw GuardCompileError(
                code: .type, offset: 0, message: "this is a \(type.description) where a \(expected.description) should stand")
        }
        return Guard(source: source, type: type, expression: expression, localCount: checker.localCount)
    }

    public func evaluate(_ scope: GuardScope) throws(GuardError) -> Value {
        var evaluator = GuardEvaluator(scope: scope)
        return try evaluator.evaluate(self)
    }

    /// The value of a condition. A value that is no bool is an error, never false.
    public func holds(_ scope: GuardScope) throws(GuardError) -> Bool {
        var evaluator = GuardEvaluator(scope: scope)
        return try evaluator.holds(self)
    }
}

/// An expression with every name resolved.
indirect enum Expression: Sendable {
    case literal(Value)
    /// A name that means nothing. Where nothing is declared that is found out at run time, and a deciding operand may absorb it.
    case unresolved(GuardError)
    case fact(Int)
    case variable(Variable)
    case local(Int)
    case active(Int)
    case select(Expression, field: Value)
    case has(Expression, field: Value)
    case list([Expression])
    case map([(key: Expression, value: Expression)])
    case and(Expression, Expression)
    case or(Expression, Expression)
    case conditional(Expression, Expression, Expression)
    case unary(GuardFunction, Expression)
    case binary(GuardFunction, Expression, Expression)
    case comprehension(Comprehension)

    enum Variable: String, Sendable {
        case facts, data, report, event, sender, now
    }

    struct Comprehension: Sendable {
        enum Kind: String, Sendable {
            case all, exists
            case existsOne = "exists_one"
            case map, filter
        }

        let kind: Kind
        let range: Expression
        let local: Int
        let condition: Expression?
        let body: Expression
    }
}

/// Everything that takes values and gives a value, by CEL's names.
enum GuardFunction: String, Sendable, CaseIterable {
    case not = "!", negate = "-_", equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">"
    case greaterOrEqual = ">=", isIn = "in", add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
    case index = "[]"
    case size, startsWith, endsWith, contains, matches
    case int, double, string, bool, type, dyn, timestamp, duration
    case getFullYear, getMonth, getDayOfMonth, getDate, getDayOfWeek, getDayOfYear, getHours, getMinutes, getSeconds
    case getMilliseconds

    /// Functions that are called by name, and how: `f(x)` or `x.f()`, and with how many arguments in all.
    static let named: [String: (global: ClosedRange<Int>?, member: ClosedRange<Int>?)] = {
        var table: [String: (global: ClosedRange<Int>?, member: ClosedRange<Int>?)] = [
            "size": (1...1, 1...1), "matches": (2...2, 2...2),
            "startsWith": (nil, 2...2), "endsWith": (nil, 2...2), "contains": (nil, 2...2),
        ]
        for conversion in [int, double, string, bool, type, dyn, timestamp, duration] { table[conversion.rawValue] = (1...1, nil) }
        for accessor in accessors { table[accessor.rawValue] = (nil, 1...2) }
        return table
    }()

    /// Parts of a moment or a duration.
    private static let accessors: Set<GuardFunction> = [
        getFullYear, getMonth, getDayOfMonth, getDate, getDayOfWeek, getDayOfYear, getHours, getMinutes, getSeconds, getMilliseconds,
    ]

    var isAccessor: Bool { GuardFunction.accessors.contains(self) }
}
