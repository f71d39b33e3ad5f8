// SPDX-License-Identifier: EUPL-1.2

/// Which expressions surely have a value that is not null, whatever the case and the message are. An expression that is not known to
/// have one may yet have one always; only exploring shows that.
struct FaultFreedom {
    private let definition: Definition
    /// Facts that begin with a value and are only ever given values.
    private var known: Set<Int>

    init(_ definition: Definition) {
        self.definition = definition
        known = Set(definition.facts.indices.filter { definition.facts[$0].initial != .null })
        let sites = definition.sites()
        var before: Set<Int>
        repeat {
            before = known
            for site in sites {
                if case .set(let fact) = site.use, !hasValue(site) { known.remove(fact) }
            }
        } while known != before
    }

    func hasValue(_ site: Site) -> Bool {
        let fields = site.event.flatMap { definition.events[$0]?.fields } ?? []
        return hasValue(site.expression.expression, required: Set(fields.filter(\.isRequired).map(\.name)))
    }

    private func hasValue(_ expression: Expression, required: Set<String>) -> Bool {
        switch expression {
        case .literal(let value): return value != .null
        case .active, .has, .variable(.event), .variable(.sender): return true
        case .fact(let fact): return known.contains(fact)
        case .select(.variable(.data), .string(let name)): return required.contains(name)
        case .select(.variable(.report), .string(let name)):
            return definition.report.contains { $0.name == name && $0.isRequired }
        case .list, .unary(.not, _), .unary(.size, _), .and, .or, .conditional:
            return expression.children.allSatisfy { hasValue($0, required: required) }
        case .binary(let function, let left, let right):
            let isSafe = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn].contains(function)
            guard isSafe || function == .add && isList(left) && isList(right) else { return false }
            return hasValue(left, required: required) && hasValue(right, required: required)
        default: return false
        }
    }

    private func isList(_ expression: Expression) -> Bool {
        switch expression {
        case .list: return true
        case .fact(let fact):
            switch definition.facts[fact].type {
            case .set, .list: return true
            default: return false
            }
        default: return false
        }
    }
}
