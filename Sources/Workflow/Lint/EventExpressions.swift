// SPDX-License-Identifier: EUPL-1.2

/// Goes through an event's requirements and what it sets, as a step does, over everything that they read.
struct EventExpressions {
    let member: Document.Member
    let subject: LintSubject

    init(_ member: Document.Member, _ subject: LintSubject) {
        self.member = member
        self.subject = subject
    }

    var remarks: [LintRule.Remark] {
        guard let event = subject.definition.events[member.key] else { return [] }
        let reads = GuardReads(event.requirements.map(\.that) + event.assignments.map(\.value))
        guard !reads.isOpaque else { return [] }
        guard let axes = axes(event, reads) else {
            return [LintRule.Remark(member.position, "what is required and set here reads too much to be tried; write it simpler")]
        }
        var found: [SourcePosition: String] = [:]
        var choice = Array(repeating: 0, count: axes.count)
        repeat {
            guard let place = failure(event, axes: axes, choice: choice), found[place] == nil else { continue }
            let parts = zip(axes, choice).compactMap { $0.description(of: $0.choices[$1], in: subject.definition) }
            found[place] = "this has no value, or one that does not fit, when \(parts.joined(separator: ", ")); ask has() first"
        } while axes.advance(&choice)
        return found.map { LintRule.Remark($0.key, $0.value) }
    }

    /// Nil where there is more to combine than can be tried.
    private func axes(_ event: EventDeclaration, _ reads: GuardReads) -> [GuardAxis]? {
        let definition = subject.definition
        let atoms = (event.requirements.map(\.that) + event.assignments.map(\.value)).flatMap { GuardReads.atoms(of: $0) }
        var axes = reads.facts.sorted().map { GuardAxis(fact: $0, definition.facts[$0], atoms) }
        axes += event.fields.filter { reads.data.contains($0.name) }.map { GuardAxis(data: $0, atoms) }
        axes += definition.report.filter { reads.report.contains($0.name) }.map { GuardAxis(report: $0, atoms) }
        if reads.readsSender { axes.append(GuardAxis(senderOf: event, reads)) }
        if !reads.states.isEmpty {
            guard let states = StateCombinations(of: reads.states, while: 0, in: definition, subject.graph).axis else { return nil }
            axes.append(states)
        }
        return axes.combinations(upTo: GuardTable.combinationsMax) <= GuardTable.combinationsMax ? axes : nil
    }

    /// The place of the first expression that has no value; nil where the event is taken or refused.
    private func failure(_ event: EventDeclaration, axes: [GuardAxis], choice: [Int]) -> SourcePosition? {
        var scope = GuardScope(facts: subject.definition.facts.map(\.initial), event: event.name, now: GuardAxis.now)
        scope.take(axes: axes, choice: choice)
        for (number, requirement) in event.requirements.enumerated() {
            do {
                guard try requirement.that.holds(scope) else { return nil }
            } catch {
                return member.value["require"]?.elements[number].position
            }
        }
        for assignment in event.assignments {
            let fact = subject.definition.facts[assignment.fact]
            guard let value = try? assignment.value.evaluate(scope), fact.canHold(value) else {
                return member.value["sets"]?.members?.first { $0.key == fact.name }?.position
            }
            scope.facts[assignment.fact] = fact.type.normalised(value)
        }
        return nil
    }
}
