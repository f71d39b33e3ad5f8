// SPDX-License-Identifier: EUPL-1.2

/// Checks a declared property over a graph that shows all it can see.
struct PropertyCheck {
    let graph: StateGraph

    func check(_ property: Property) -> Finding {
        switch property.pattern {
        case .always(let expression): always(expression)
        case .never(let expression): never(expression)
        case .precedes(let first, let then): precedes(first, then)
        case .leadsTo(let from, let to): Response(graph: graph, from: from, to: to).check()
        case .reachable(let expression): reachable(expression)
        case .unaffected(let separation): unaffected(separation)
        }
    }

    // MARK: At every step, at no step, at some step

    private func always(_ expression: Guard) -> Finding {
        var predicate = StepPredicate(expression, over: graph)
        if let step = graph.firstStep(where: { predicate.outcome($1.label, into: $1.target) != .yes }) {
            let hasValue = predicate.outcome(step.edge.label, into: step.edge.target) == .no
            return .violated(graph.course(step, remark: hasValue ? nil : PropertyCheck.noValue))
        }
        guard let premise = expression.premiseOfAlways else { return .holds }
        var excuse = StepPredicate(premise, over: graph)
        let happens = graph.firstStep { excuse.outcome($1.label, into: $1.target) == .no }
        return shown(happens, orElse: "the case that it speaks of never arises: all before the last '||' holds at every step")
    }

    private func never(_ expression: Guard) -> Finding {
        var predicate = StepPredicate(expression, over: graph)
        if let step = graph.firstStep(where: { predicate.outcome($1.label, into: $1.target) != .no }) {
            let hasValue = predicate.outcome(step.edge.label, into: step.edge.target) == .yes
            return .violated(graph.course(step, remark: hasValue ? nil : PropertyCheck.noValue))
        }
        guard let situation = expression.situationOfNever else { return .holds }
        var predicateOfSituation = StepPredicate(situation, over: graph)
        let happens = graph.firstStep { predicateOfSituation.holds($1) }
        return shown(happens, orElse: "the case that it speaks of never arises: all before the last '&&' holds at no step")
    }

    private func shown(_ step: (from: Int?, edge: StateGraph.Edge)?, orElse reason: String) -> Finding {
        step.map { .shown(graph.course($0)) } ?? .vacuous(reason)
    }

    static let noValue = "the expression has no value at this step"

    private func reachable(_ expression: Guard) -> Finding {
        var predicate = StepPredicate(expression, over: graph)
        return graph.firstStep { predicate.holds($1) }.map { .shown(graph.course($0)) } ?? .missing("no course comes to such a step")
    }

    // MARK: Order

    /// Looks at all courses up to the first step of `first`.
    private func precedes(_ first: Guard, _ then: Guard) -> Finding {
        var opens = StepPredicate(first, over: graph)
        var needs = StepPredicate(then, over: graph)
        let unsaid = graph.firstStep { _, edge in
            opens.outcome(edge.label, into: edge.target) == .none || needs.outcome(edge.label, into: edge.target) == .none
        }
        if let unsaid { return .violated(graph.course(unsaid, remark: PropertyCheck.noValue)) }
        guard let needed = graph.firstStep(where: { needs.holds($1) }) else {
            return .vacuous("what should be preceded never happens: no step of 'then'")
        }
        var search = PathSearch(graph: graph)
        while let step = search.next() {
            if opens.holds(step.edge) { continue }
            if needs.holds(step.edge) { return .violated(search.course(step)) }
            search.follow(step)
        }
        return .shown(graph.course(needed))
    }

    // MARK: Separation

    private func unaffected(_ separation: Property.Separation) -> Finding {
        let definition = graph.slice.definition
        let by = StateSet(separation.by.flatMap { [$0] + Array(definition.states[$0].descendants) })
        let those = StateSet(separation.those.flatMap { [$0] + Array(definition.states[$0].descendants) })
        let mask = separation.those.map(graph.layout.mask(of:)).reduce(graph.layout.mask(of: [])) { zip($0, $1).map { $0 | $1 } }
        let heard = Set(by.flatMap { definition.states[$0].transitions.compactMap(\.event) })
        var reaction: (from: Int?, edge: StateGraph.Edge)?
        let broken = graph.firstStep { from, edge in
            guard let from, heard.contains(graph.stimuli.all[edge.label.stimulus].event) else { return false }
            let before = graph.states[from]
            let after = graph.states[edge.target]
            let changes = zip(zip(before, after), mask).contains { ($0.0 ^ $0.1) & $1 != 0 }
            guard changes || reaction == nil else { return false }
            let event = graph.stimuli.all[edge.label.stimulus].event
            let reacting = graph.replays(of: edge, from: from).filter { step in
                step.taken.contains {
                    by.contains($0.state) && definition.states[$0.state].transitions[$0.transition].event == event
                }
            }
            if !reacting.isEmpty, reaction == nil { reaction = (from, edge) }
            return changes
                && reacting.contains { !isExcused($0, event, separation, those, before: graph.caseState(from)) }
        }
        if let broken { return .violated(graph.course(broken)) }
        return shown(reaction, orElse: "the states under 'by' react to no event")
    }

    private func isExcused(
        _ step: Step, _ event: String, _ separation: Property.Separation, _ those: StateSet, before: CaseState
    ) -> Bool {
        if separation.exceptEvents.contains(event) { return true }
        let definition = graph.slice.definition
        let isBridge = step.taken.contains { taken in
            let transition = definition.states[taken.state].transitions[taken.transition]
            return those.contains(taken.state) && transition.event.map(separation.exceptEvents.contains) ?? false
        }
        let ends = separation.exceptStates.contains { step.state.configuration.contains($0) && !before.configuration.contains($0) }
        return isBridge || ends
    }
}

extension StateGraph {
    /// The steps over an edge once more, with all that happened in them; one in a closed slice.
    func replays(of edge: Edge, from number: Int?) -> [Step] { outcomes(over: edge, from: number).compactMap { try? $0.result.get() } }

    /// All that a stimulus can come to in a state and that leads where the edge leads.
    func outcomes(over edge: Edge, from number: Int?) -> [Outcome] {
        slice.outcomes(of: stimuli.all[edge.label.stimulus], in: number.map(caseState)).filter { outcome in
            var words: [UInt64] = []
            guard case .success(let step) = outcome.result, layout.pack(step.state, onto: &words) else { return false }
            return words[...] == states[edge.target]
        }
    }
}

// MARK: Premises

extension Property {
    /// Properties that hold together where this one does, and can be looked at one by one.
    var parts: [Property] {
        guard case .unaffected(let separation) = pattern else { return [self] }
        return separation.those.map { state in
            let part = Separation(
                by: separation.by, those: [state], exceptEvents: separation.exceptEvents, exceptStates: separation.exceptStates)
            return Property(id: id, says: says, source: source, pattern: .unaffected(part), position: position)
        }
    }

    /// What a property speaks of, where that can be told from what it says of it. It is asked whether that ever happens.
    var premise: Guard? {
        switch pattern {
        case .always(let expression): expression.premiseOfAlways
        case .never(let expression): expression.situationOfNever
        case .precedes, .leadsTo, .reachable, .unaffected: nil
        }
    }
}

extension Guard {
    fileprivate var premiseOfAlways: Guard? { expression.premiseOfAlways.map(part) }
    fileprivate var situationOfNever: Guard? { expression.situationOfNever.map(part) }
}

extension Expression {
    /// All but the last part of a disjunction: where this holds, the conclusion is not asked for.
    fileprivate var premiseOfAlways: Expression? {
        if case .conditional(let condition, _, .literal(.bool(true))) = self { return .unary(.not, condition) }
        let alternatives = disjuncts.dropLast()
        return alternatives.dropFirst().reduce(alternatives.first) { left, right in left.map { .or($0, right) } }
    }

    /// All but the last part of a conjunction: the situation in which the last must not hold.
    fileprivate var situationOfNever: Expression? {
        let conditions = conjuncts.dropLast()
        return conditions.dropFirst().reduce(conditions.first) { left, right in left.map { .and($0, right) } }
    }
}
