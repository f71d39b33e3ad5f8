// SPDX-License-Identifier: EUPL-1.2

/// Puts questions in the place of those parts of conditions that read what an open slice cuts away.
struct QuestionMaker {
    private let cone: Cone
    private let chart: Regions
    private let firstFact: Int
    private var parts: [[Surroundings.Part]] = []
    private var conjunctions: Set<Int> = []
    private var asking: [[String: StateSet]] = []
    private var events: [Set<String>] = []
    /// The questions of conditions that were met before, by their texts.
    private var known: [String: (condition: Guard, questions: Range<Int>)] = [:]

    init(along cone: Cone, _ chart: Regions, firstFact: Int) {
        self.cone = cone
        self.chart = chart
        self.firstFact = firstFact
    }

    var questions: [Surroundings.Question] {
        parts.indices.map {
            Surroundings.Question(
                fact: firstFact + $0, parts: parts[$0], isConjunction: conjunctions.contains($0), asking: asking[$0], events: events[$0])
        }
    }

    mutating func condition(_ condition: Guard, of state: Int, on event: String?) -> Guard {
        let (opened, questions) = open(condition)
        for question in questions { asking[question][event ?? "", default: StateSet()].insert(state) }
        return opened
    }

    mutating func condition(_ condition: Guard, ofEvent event: String) -> Guard {
        let (opened, questions) = open(condition)
        for question in questions { events[question].insert(event) }
        return opened
    }

    private mutating func open(_ condition: Guard) -> (Guard, Range<Int>) {
        guard readsOutside(condition.expression) else { return (condition, 0..<0) }
        if let known = known[condition.source] { return known }
        let first = parts.count
        let opened = condition.part(open(condition.expression))
        let result = (opened, first..<parts.count)
        known[condition.source] = result
        return result
    }

    private mutating func open(_ expression: Expression) -> Expression {
        guard readsOutside(expression) else { return expression }
        switch expression {
        case .and: return open(expression.conjuncts, isConjunction: true)
        case .or: return open(expression.disjuncts, isConjunction: false)
        case .unary(.not, let operand): return .unary(.not, open(operand))
        case .conditional(let condition, let whenTrue, let whenFalse):
            return .conditional(open(condition), open(whenTrue), open(whenFalse))
        default: return question([expression])
        }
    }

    /// Of the parts of a conjunction or a disjunction those about nothing but the outside become one question.
    private mutating func open(_ parts: [Expression], isConjunction: Bool) -> Expression {
        let asked = parts.filter(isOutside)
        var kept = parts.filter { !isOutside($0) }.map { open($0) }
        if !asked.isEmpty {
            if isConjunction { conjunctions.insert(self.parts.count) }
            kept.append(question(asked))
        }
        return kept.dropFirst().reduce(kept[0]) { isConjunction ? .and($0, $1) : .or($0, $1) }
    }

    private mutating func question(_ asked: [Expression]) -> Expression {
        parts.append(asked.map { Surroundings.Part(expression: $0, subject: subject(of: $0)) })
        asking.append([:])
        events.append([])
        return .fact(firstFact + parts.count - 1)
    }

    private func subject(of expression: Expression) -> Surroundings.Subject {
        var subject = Surroundings.Subject()
        for source in expression.reads where isOutside(source) {
            switch source {
            case .active(let state): subject.regions.insert(chart[state])
            case .fact(let fact): subject.facts.insert(fact)
            default: break
            }
        }
        return subject
    }

    private func isOutside(_ source: ExpressionSource) -> Bool {
        switch source {
        case .active(let state): !cone.regions.contains(chart[state])
        case .fact(let fact): !cone.facts.contains(fact)
        default: false
        }
    }

    private func readsOutside(_ expression: Expression) -> Bool { expression.reads.contains(where: isOutside) }

    private func isOutside(_ expression: Expression) -> Bool {
        let reads = expression.reads
        return !reads.isEmpty && reads.allSatisfy(isOutside)
    }
}

extension Expression {
    var disjuncts: [Expression] {
        if case .or(let left, let right) = self { left.disjuncts + right.disjuncts } else { [self] }
    }

    var conjuncts: [Expression] {
        if case .and(let left, let right) = self { left.conjuncts + right.conjuncts } else { [self] }
    }
}
