// SPDX-License-Identifier: EUPL-1.2

/// What expressions read, and the constants that they hold it against.
struct GuardReads {
    private(set) var facts: Set<Int> = []
    /// Fields of the event's data.
    private(set) var data: Set<String> = []
    private(set) var report: Set<String> = []
    private(set) var states: Set<Int> = []
    private(set) var readsSender = false
    private(set) var readsNow = false
    /// Whether something is read as a whole, such as all of `data`, so that the parts cannot be told.
    private(set) var isOpaque = false

    private(set) var integers: Set<Int64> = []
    private(set) var texts: Set<String> = []
    /// Texts that the sender, and the event's name, are compared with.
    private(set) var senders: Set<String> = []
    private(set) var events: Set<String> = []

    init(_ guards: some Swift.Sequence<Guard>) { for expression in guards { add(expression.expression) } }

    init(_ expression: Guard) { self.init([expression]) }

    init(union parts: [GuardReads]) {
        self.init([])
        for part in parts { formUnion(part) }
    }

    /// What each smallest condition of an expression reads: the operands of `&&`, `||`, `!` and `?:`.
    static func atoms(of expression: Guard) -> [GuardReads] { atoms(of: expression.expression) }

    private static func atoms(of expression: Expression) -> [GuardReads] {
        switch expression {
        case .and(let left, let right), .or(let left, let right): return atoms(of: left) + atoms(of: right)
        case .unary(.not, let operand): return atoms(of: operand)
        case .conditional(let condition, let whenTrue, let whenFalse): return [condition, whenTrue, whenFalse].flatMap(atoms)
        default:
            var reads = GuardReads([])
            reads.add(expression)
            return [reads]
        }
    }

    func sharesAnything(with other: GuardReads) -> Bool {
        !facts.isDisjoint(with: other.facts) || !data.isDisjoint(with: other.data) || !report.isDisjoint(with: other.report)
            || readsSender && other.readsSender
    }

    mutating func formUnion(_ other: GuardReads) {
        facts.formUnion(other.facts)
        data.formUnion(other.data)
        report.formUnion(other.report)
        states.formUnion(other.states)
        readsSender = readsSender || other.readsSender
        readsNow = readsNow || other.readsNow
        isOpaque = isOpaque || other.isOpaque
        integers.formUnion(other.integers)
        texts.formUnion(other.texts)
        senders.formUnion(other.senders)
        events.formUnion(other.events)
    }

    private mutating func add(_ expression: Expression) {
        switch expression {
        case .literal(let value): add(constant: value)
        case .fact(let slot): facts.insert(slot)
        case .variable(let variable): add(variable)
        case .local, .unresolved: break
        case .active(let state): states.insert(state)
        case .select(.variable(.data), let field), .has(.variable(.data), let field): data.insert(field.text ?? "")
        case .select(.variable(.report), let field), .has(.variable(.report), let field): report.insert(field.text ?? "")
        case .select(let base, _), .has(let base, _): add(base)
        case .list(let elements): for element in elements { add(element) }
        case .map(let members):
            for member in members {
                add(member.key)
                add(member.value)
            }
        case .and(let left, let right), .or(let left, let right):
            add(left)
            add(right)
        case .conditional(let condition, let whenTrue, let whenFalse):
            add(condition)
            add(whenTrue)
            add(whenFalse)
        case .unary(_, let operand): add(operand)
        case .binary(let function, let left, let right):
            addComparison(function, [left, right])
            add(left)
            add(right)
        case .comprehension(let comprehension):
            add(comprehension.range)
            if let condition = comprehension.condition { add(condition) }
            add(comprehension.body)
        }
    }

    private mutating func add(_ variable: Expression.Variable) {
        switch variable {
        case .sender: readsSender = true
        case .now: readsNow = true
        case .event: break
        case .facts, .data, .report: isOpaque = true
        }
    }

    private mutating func add(constant: Value) {
        switch constant {
        case .int(let value): integers.insert(value)
        case .string(let value): texts.insert(value)
        case .list(let values): for value in values { add(constant: value) }
        default: break
        }
    }

    private mutating func addComparison(_ function: GuardFunction, _ arguments: [Expression]) {
        guard [.equal, .notEqual, .isIn].contains(function), arguments.count == 2 else { return }
        for (this, other) in [(arguments[0], arguments[1]), (arguments[1], arguments[0])] {
            guard case .variable(let variable) = this else { continue }
            var constants = GuardReads([])
            constants.add(other)
            if variable == .sender { senders.formUnion(constants.texts) }
            if variable == .event { events.formUnion(constants.texts) }
        }
    }
}
