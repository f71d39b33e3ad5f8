// SPDX-License-Identifier: EUPL-1.2

/// Which codes the expressions that set a fact can give it.
struct SettableValues {
    private let definition: Definition
    /// Expressions by the fact that they set, each with the fields of the event at hand.
    private var expressions: [Int: [(Guard, [FieldDeclaration])]] = [:]

    init(_ definition: Definition) {
        self.definition = definition
        for event in definition.events.values {
            for assignment in event.assignments { expressions[assignment.fact, default: []].append((assignment.value, event.fields)) }
        }
        for state in definition.states {
            add(state.entry + state.exit, fields: [])
            for transition in state.transitions {
                add(transition.actions, fields: transition.event.flatMap { definition.events[$0]?.fields } ?? [])
            }
        }
    }

    private mutating func add(_ actions: [Action], fields: [FieldDeclaration]) {
        for case .set(let fact, let value) in actions { expressions[fact, default: []].append((value, fields)) }
    }

    /// Nil where that cannot be told.
    func values(of fact: Int) -> Set<String>? {
        var found: Set<String> = []
        for (expression, fields) in expressions[fact] ?? [] {
            guard let values = values(of: expression.expression, for: fact, fields) else { return nil }
            found.formUnion(values)
        }
        return found
    }

    private func values(of expression: Expression, for fact: Int, _ fields: [FieldDeclaration]) -> Set<String>? {
        switch expression {
        case .literal(.string(let text)): return [text]
        case .literal: return []
        case .fact(fact): return []
        case .fact(let other): return codes(definition.facts[other].type)
        case .select(.variable(.data), let field): return codes(named: field, in: fields)
        case .select(.variable(.report), let field): return codes(named: field, in: definition.report)
        case .list(let elements): return union(elements, for: fact, fields)
        case .conditional(_, let whenTrue, let whenFalse): return union([whenTrue, whenFalse], for: fact, fields)
        case .binary(.add, let left, let right): return union([left, right], for: fact, fields)
        case .comprehension(let comprehension) where comprehension.kind == .filter:
            return values(of: comprehension.range, for: fact, fields)
        default: return nil
        }
    }

    private func union(_ parts: [Expression], for fact: Int, _ fields: [FieldDeclaration]) -> Set<String>? {
        var found: Set<String> = []
        for part in parts {
            guard let values = values(of: part, for: fact, fields) else { return nil }
            found.formUnion(values)
        }
        return found
    }

    private func codes(named name: Value, in fields: [FieldDeclaration]) -> Set<String>? {
        fields.first { .string($0.name) == name }.flatMap { codes($0.type) }
    }

    private func codes(_ type: DataType) -> Set<String>? {
        switch type {
        case .enumeration(let values), .set(let values): Set(values)
        case .list(let element): codes(element)
        default: nil
        }
    }
}
