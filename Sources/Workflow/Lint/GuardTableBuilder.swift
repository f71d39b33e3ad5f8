// SPDX-License-Identifier: EUPL-1.2

import Values

/// Works out what there is to combine for a ``GuardTable``, and what happens at one combination.
struct GuardTableBuilder {
    let definition: Definition
    let graph: TransitionGraph
    let state: Int
    /// The event's name; empty for eventless transitions, as guards see it.
    let event: String
    private let declaration: EventDeclaration?
    /// The state's own transitions, then the inherited ones.
    let transitions: [Transition]
    let ownCount: Int
    private let reads: GuardReads
    /// Facts whose value before the event matters.
    private let facts: [Int]
    private let requirements: [EventDeclaration.Requirement]
    private let assignments: [EventDeclaration.Assignment]

    init(definition: Definition, graph: TransitionGraph, state: Int, event: String?, transitions: [Transition], ownCount: Int) {
        self.definition = definition
        self.graph = graph
        self.state = state
        self.event = event ?? ""
        declaration = event.flatMap { definition.events[$0] }
        self.transitions = transitions
        self.ownCount = ownCount
        var reads = GuardReads(transitions.compactMap(\.condition) + transitions.prefix(ownCount).flatMap(GuardTableBuilder.expressions))
        // What the event sets is read as it is afterwards; what it was before matters only where something else reads it.
        assignments = (declaration?.assignments ?? []).filter { [facts = reads.facts] in facts.contains($0.fact) }
        var before = GuardReads(assignments.map(\.value))
        reads.formUnion(before)
        // A requirement matters where it restricts something that is read, and so does one that restricts what the first restricts.
        var requirements: [EventDeclaration.Requirement] = []
        var open = declaration?.requirements ?? []
        while let index = open.firstIndex(where: { GuardReads($0.that).sharesAnything(with: reads) }) {
            before.formUnion(GuardReads(open[index].that))
            reads.formUnion(before)
            requirements.append(open.remove(at: index))
        }
        self.requirements = requirements
        self.reads = reads
        facts = reads.facts.subtracting(assignments.map(\.fact)).union(before.facts).sorted()
    }

    private static func expressions(_ transition: Transition) -> [Guard] {
        transition.actions.compactMap { if case .set(_, let value) = $0 { value } else { nil } }
    }

    /// Whether there is anything to find out: a guard or an expression that reads something whose parts can be told.
    var isWorthwhile: Bool {
        let hasReports = !definition.report.isEmpty || reads.report.isSubset(of: ["receivedAt"])
        let hasExpressions = transitions.contains { $0.condition != nil || !GuardTableBuilder.expressions($0).isEmpty }
        return hasExpressions && !reads.isOpaque && hasReports
    }

    // MARK: Axes

    /// Nil where there is more to combine than can be tried.
    func axes() -> [GuardAxis]? {
        let atoms = atoms
        var axes = facts.map { GuardAxis(fact: $0, definition.facts[$0], atoms) }
        axes += (declaration?.fields ?? []).filter { reads.data.contains($0.name) }.map { GuardAxis(data: $0, atoms) }
        axes += definition.report.filter { reads.report.contains($0.name) }.map { GuardAxis(report: $0, atoms) }
        if reads.readsSender { axes.append(GuardAxis(senderOf: declaration, reads)) }
        if !reads.states.isEmpty {
            guard let states = StateCombinations(of: reads.states, while: state, in: definition, graph).axis else { return nil }
            axes.append(states)
        }
        return axes.combinations(upTo: GuardTable.combinationsMax) <= GuardTable.combinationsMax ? axes : nil
    }

    /// The smallest conditions, each with the constants that what it reads is held against. What the event sets hands the constants of a
    /// fact on to what the fact is made of.
    private var atoms: [GuardReads] {
        let expressions =
            transitions.compactMap(\.condition) + transitions.prefix(ownCount).flatMap(GuardTableBuilder.expressions)
            + requirements.map(\.that)
        let atoms = expressions.flatMap { GuardReads.atoms(of: $0) }
        return atoms
            + assignments.map { assignment in
                GuardReads(union: [GuardReads(assignment.value)] + atoms.filter { $0.facts.contains(assignment.fact) })
            }
    }

    /// Whether the moment of the step matters, which is no axis.
    var readsClock: Bool { reads.readsNow || reads.report.contains("receivedAt") }

    // MARK: One combination

    /// Nil where the event's requirements refuse the combination, or where what it sets has no value.
    func outcome(of axes: [GuardAxis], at choice: [Int]) -> GuardTable.Outcome? {
        var scope = scope(of: axes, at: choice)
        for requirement in requirements {
            guard let holds = try? requirement.that.holds(scope), holds else { return nil }
        }
        for assignment in assignments {
            guard let value = try? assignment.value.evaluate(scope) else { return nil }
            scope.facts[assignment.fact] = definition.facts[assignment.fact].type.normalised(value)
        }
        return outcome(in: scope)
    }

    private func outcome(in scope: GuardScope) -> GuardTable.Outcome {
        var outcome = GuardTable.Outcome()
        for (number, transition) in transitions.enumerated() {
            let isAsked = outcome.holds == 0 && number < ownCount
            do {
                guard try transition.condition?.holds(scope) ?? true else { continue }
                if isAsked, !canAct(transition, in: scope) { outcome.fails |= 1 << UInt64(number) }
                outcome.holds |= 1 << UInt64(number)
            } catch {
                if isAsked { outcome.fails |= 1 << UInt64(number) }
            }
        }
        return outcome
    }

    private func canAct(_ transition: Transition, in scope: GuardScope) -> Bool {
        var scope = scope
        for action in transition.actions {
            guard case .set(let fact, let expression) = action else { continue }
            guard let value = try? expression.evaluate(scope), definition.facts[fact].canHold(value) else { return false }
            scope.facts[fact] = definition.facts[fact].type.normalised(value)
        }
        return true
    }

    private func scope(of axes: [GuardAxis], at choice: [Int]) -> GuardScope {
        var scope = GuardScope(
            facts: definition.facts.map(\.initial), event: event, now: GuardAxis.now,
            activeStates: StateSet(graph.line(from: state)))
        scope.take(axes: axes, choice: choice)
        return scope
    }
}

extension FactDeclaration {
    /// Whether a case may give the fact this value.
    func canHold(_ value: Value) -> Bool { value == .null || type.holds(value) }
}
