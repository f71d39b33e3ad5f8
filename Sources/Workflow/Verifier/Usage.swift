// SPDX-License-Identifier: EUPL-1.2

/// How the expressions of a workflow use one value that has no finite domain: with which constants they compare it.
///
/// Comparisons with constants tell apart only finitely many kinds of values, so one value of each kind stands for all. A use that
/// is no such comparison is a doubt: with it, values might be told apart that no representative stands for.
struct Usage {
    private(set) var literals: Set<Value> = []
    /// What the sizes of a list are compared with.
    private(set) var sizes: Set<Int64> = []
    /// How many questions are asked about elements of a list; each may need an element of its own as an answer.
    private(set) var elementQuestions = 0
    /// Facts that take the value over.
    private(set) var flowsTo: Set<Int> = []
    /// Uses that representatives do not cover, in the words of the workflow.
    private(set) var doubts: Set<String> = []

    /// The uses of a field or fact, followed through the facts that take its value over.
    init(of subject: ExpressionSource, in sites: [Site], event: String?) {
        for site in sites where site.expression.reads.contains(subject) && (event == nil || site.event == event || site.event == nil) {
            read(site.expression, as: site.use, subject)
        }
        var followed: Set<Int> = []
        while let fact = flowsTo.subtracting(followed).first {
            followed.insert(fact)
            for site in sites where site.expression.reads.contains(.fact(fact)) { read(site.expression, as: site.use, .fact(fact)) }
        }
    }

    private mutating func read(_ expression: Guard, as use: Site.Use, _ subject: ExpressionSource) {
        var reader = Reader(source: expression.source, usage: self)
        let takesOver: Int? = if case .set(let fact) = use { fact } else { nil }
        // What leaves the case as it is needs no telling apart.
        if use == .output, Reader.isSubject(expression.expression, subject) { return }
        reader.read(expression.expression, subject, takenOverBy: takesOver)
        self = reader.usage
    }

    /// Walks one expression.
    private struct Reader {
        let source: String
        var usage: Usage

        static func isSubject(_ expression: Expression, _ subject: ExpressionSource) -> Bool {
            switch (expression, subject) {
            case (.fact(let slot), .fact(let fact)): slot == fact
            case (.local(let slot), .local(let local)): slot == local
            case (.select(.variable(.data), .string(let name)), .data(let field)): name == field
            case (.select(.variable(.report), .string(let name)), .report(let field)): name == field
            default: false
            }
        }

        mutating func read(_ expression: Expression, _ subject: ExpressionSource, takenOverBy fact: Int? = nil) {
            guard expression.reads.contains(subject) else { return }
            if Reader.isSubject(expression, subject) {
                if let fact { usage.flowsTo.insert(fact) } else { doubt() }
                return
            }
            switch expression {
            case .has: return
            case .conditional(let condition, let whenTrue, let whenFalse):
                read(condition, subject)
                read(whenTrue, subject, takenOverBy: fact)
                read(whenFalse, subject, takenOverBy: fact)
            case .and(let left, let right), .or(let left, let right):
                read(left, subject)
                read(right, subject)
            case .unary(.not, let operand): read(operand, subject)
            case .binary(let function, let left, let right):
                if !compare(function, left, right, subject) { readAll([left, right], subject) }
            case .comprehension(let comprehension): read(comprehension, subject)
            default: readAll(expression.children, subject)
            }
        }

        private mutating func readAll(_ expressions: [Expression], _ subject: ExpressionSource) {
            for expression in expressions { read(expression, subject) }
        }

        /// - Returns: false where this is no comparison of the subject with constants.
        private mutating func compare(
            _ function: GuardFunction, _ left: Expression, _ right: Expression, _ subject: ExpressionSource
        ) -> Bool {
            switch function {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
                for (this, other) in [(left, right), (right, left)] {
                    guard case .literal(let value) = other else { continue }
                    if Reader.isSubject(this, subject) {
                        usage.literals.insert(value)
                        // Texts in order fall between constants in more ways than one representative shows.
                        if case .string = value, function != .equal, function != .notEqual { doubt() }
                        return true
                    }
                    if case .unary(.size, let list) = this, Reader.isSubject(list, subject), case .int(let size) = value {
                        usage.sizes.insert(size)
                        return true
                    }
                }
                return false
            case .isIn:
                if Reader.isSubject(left, subject), let values = right.literals {
                    usage.literals.formUnion(values)
                    return true
                }
                if Reader.isSubject(right, subject), case .literal(let value) = left {
                    usage.literals.insert(value)
                    usage.elementQuestions += 1
                    return true
                }
                return false
            default: return false
            }
        }

        private mutating func read(_ comprehension: Expression.Comprehension, _ subject: ExpressionSource) {
            let isQuestion = [.all, .exists, .existsOne].contains(comprehension.kind)
            let asksOnlyElements = comprehension.body.reads.isSubset(of: [.local(comprehension.local)])
            guard isQuestion, asksOnlyElements, Reader.isSubject(comprehension.range, subject) else { return doubt() }
            usage.elementQuestions += comprehension.kind == .existsOne ? 2 : 1
            read(comprehension.body, .local(comprehension.local))
        }

        private mutating func doubt() { usage.doubts.insert(source) }
    }
}

extension Expression {
    /// The values of a list that is written out.
    fileprivate var literals: [Value]? {
        guard case .list(let elements) = self else { return nil }
        var values: [Value] = []
        for element in elements {
            guard case .literal(let value) = element else { return nil }
            values.append(value)
        }
        return values
    }
}
