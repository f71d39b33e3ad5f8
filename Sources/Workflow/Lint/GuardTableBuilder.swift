// SPDX-License-Identifier: EUPL-1.2

import Values

/// Works out what there is to combine for a ``GuardTable``, and what happens at one combination.
struct GuardTableBuilder {
    let definition: Definition
    let graph: StateGraph
    let state: Int
    let event: EventDeclaration?
    /// The state's own transitions, then the inherited ones.
    let transitions: [Transition]
    let ownCount: Int
    private let reads: GuardReads
    /// Facts whose value before the event matters.
    private let facts: [Int]
    private let requirements: [EventDeclaration.Requirement]
    private let assignments: [EventDeclaration.Assignment]

    init(
        definition: Definition, graph: StateGraph, state: Int, event: EventDeclaration?, transitions: [Transition], ownCount: Int
    ) {
        self.definition = definition
        self.graph = graph
        self.state = state
        self.event = event
        self.transitions = transitions
        self.ownCount = ownCount
        var reads = GuardReads(transitions.compactMap(\.condition) + transitions.prefix(ownCount).flatMap(GuardTableBuilder.expressions))
        // What the event sets is read as it is afterwards; what it was before matters only where something else reads it.
        assignments = (event?.assignments ?? []).filter { [facts = reads.facts] in facts.contains($0.fact) }
        var before = GuardReads(assignments.map(\.value))
        reads.formUnion(before)
        // A requirement matters where it restricts something that is read, and so does one that restricts what the first restricts.
        var requirements: [EventDeclaration.Requirement] = []
        var open = event?.requirements ?? []
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

    /// Nil where guards ask for more states than can be combined.
    func axes() -> [GuardAxis]? {
        var axes = facts.map { GuardAxis(fact: $0, definition.facts[$0], reads) }
        for field in event?.fields ?? [] where reads.data.contains(field.name) {
            axes.append(GuardAxis(.data(field.name), field: field, reads))
        }
        for field in definition.report where reads.report.contains(field.name) {
            axes.append(GuardAxis(.report(field.name), field: field, reads))
        }
        if reads.readsSender { axes.append(senders()) }
        if !reads.states.isEmpty {
            guard reads.states.count <= GuardTableBuilder.statesMax else { return nil }
            axes.append(GuardAxis(.states, configurations().map { .active($0) }, isExact: true))
        }
        return axes.combinations(upTo: GuardTable.combinationsMax) <= GuardTable.combinationsMax ? axes : nil
    }

    private func senders() -> GuardAxis {
        guard let from = event?.from else {
            return GuardAxis(.sender, ([""] + reads.senders.sorted()).map { .value(.string($0)) }, isExact: false)
        }
        return GuardAxis(.sender, from.map { .value(.string($0)) }, isExact: true)
    }

    /// Largest number of states that guards may ask for together.
    static let statesMax = 14

    /// The sets of the states asked for that can be active together while this state is.
    private func configurations() -> [StateSet] {
        let asked = reads.states.sorted()
        let own = graph.line(from: state)
        let regions = regions(of: asked)
        return (0..<(1 << asked.count)).compactMap { bits in
            let chosen = asked.indices.filter { bits & (1 << $0) != 0 }.map { asked[$0] }
            return isConsistent(chosen, of: asked, own: own, regions: regions) ? StateSet(chosen) : nil
        }
    }

    private func isConsistent(_ chosen: [Int], of asked: [Int], own: [Int], regions: [Int]) -> Bool {
        let active = chosen + own
        for first in chosen {
            guard active.allSatisfy({ graph.canBeActiveTogether(first, $0) }) else { return false }
            // What is active brings the states around it along.
            guard graph.line(from: first).allSatisfy({ !asked.contains($0) || chosen.contains($0) }) else { return false }
        }
        guard own.allSatisfy({ !asked.contains($0) || chosen.contains($0) }) else { return false }
        return regions.allSatisfy { region in
            let isActive = isAlwaysActive(region) || active.contains { $0 == region || definition.states[region].descendants.contains($0) }
            return !isActive || definition.states[region].children.contains(where: chosen.contains)
        }
    }

    /// Compound states of which every child is asked for: one child is active while they are.
    private func regions(of asked: [Int]) -> [Int] {
        definition.states.filter { state in
            state.kind == .compound && state.children.allSatisfy { asked.contains($0) || definition.states[$0].isHistory }
        }.map(\.index)
    }

    private func isAlwaysActive(_ index: Int) -> Bool {
        graph.line(from: index).dropFirst().allSatisfy { definition.states[$0].kind == .parallel } || index == 0
    }

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
            facts: definition.facts.map(\.initial), event: event?.name ?? "", now: GuardAxis.now,
            activeStates: StateSet(graph.line(from: state)))
        scope.take(axes: axes, choice: choice)
        return scope
    }
}

extension FactDeclaration {
    /// Whether a case may give the fact this value.
    func canHold(_ value: Value) -> Bool { value == .null || type.holds(value) }
}
