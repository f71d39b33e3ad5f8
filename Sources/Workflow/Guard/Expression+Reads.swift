// SPDX-License-Identifier: EUPL-1.2

/// Something outside an expression that its value can depend on.
enum ExpressionSource: Hashable, Sendable {
    case fact(Int)
    case active(Int)
    case data(field: String)
    case report(field: String)
    case event
    case sender
    case now
    /// A variable of a macro that stands around the expression.
    case local(Int)
    /// A name used whole, so that no field can be told from another.
    case whole(Expression.Variable)
}

extension Expression {
    /// The parts that are evaluated to evaluate this one; a field of `data` or `report` counts as one part.
    var children: [Expression] {
        switch self {
        case .literal, .unresolved, .fact, .variable, .local, .active: []
        case .select(.variable, _), .has(.variable, _): []
        case .select(let base, _), .has(let base, _): [base]
        case .list(let elements): elements
        case .map(let members): members.flatMap { [$0.key, $0.value] }
        case .and(let left, let right), .or(let left, let right): [left, right]
        case .conditional(let condition, let whenTrue, let whenFalse): [condition, whenTrue, whenFalse]
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .comprehension(let comprehension):
            [comprehension.range, comprehension.body] + (comprehension.condition.map { [$0] } ?? [])
        }
    }

    /// Everything that the value depends on.
    var reads: Set<ExpressionSource> {
        switch self {
        case .fact(let slot): return [.fact(slot)]
        case .local(let slot): return [.local(slot)]
        case .active(let state): return [.active(state)]
        case .variable(let variable): return [ExpressionSource(variable)]
        case .select(.variable(let variable), let field), .has(.variable(let variable), let field):
            return [ExpressionSource(variable, field: field)]
        default:
            var reads: Set<ExpressionSource> = []
            for child in children { reads.formUnion(child.reads) }
            if case .comprehension(let comprehension) = self { reads.remove(.local(comprehension.local)) }
            return reads
        }
    }

    /// The largest parts that read something, and nothing but what is `allowed`.
    ///
    /// Whatever the expression makes of the allowed sources it makes of the values of these parts.
    func largestParts(reading allowed: (ExpressionSource) -> Bool) -> [Expression] {
        let reads = reads
        if !reads.isEmpty, reads.allSatisfy(allowed) { return [self] }
        return children.flatMap { $0.largestParts(reading: allowed) }
    }

    /// All parts, this one first.
    var parts: [Expression] { [self] + children.flatMap(\.parts) }
}

extension ExpressionSource {
    fileprivate init(_ variable: Expression.Variable) {
        switch variable {
        case .event: self = .event
        case .sender: self = .sender
        case .now: self = .now
        case .facts, .data, .report: self = .whole(variable)
        }
    }

    fileprivate init(_ variable: Expression.Variable, field: Value) {
        switch (variable, field) {
        case (.data, .string(let name)): self = .data(field: name)
        case (.report, .string(let name)): self = .report(field: name)
        default: self = .init(variable)
        }
    }
}

extension Guard {
    var reads: Set<ExpressionSource> { expression.reads }

    /// A part of this guard as a guard of its own.
    func part(_ expression: Expression) -> Guard {
        Guard(source: source, type: .dyn, expression: expression, localCount: localCount)
    }
}
