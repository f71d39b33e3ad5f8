// SPDX-License-Identifier: EUPL-1.2

extension LintRule {
    /// What carries law, and where its source may stand:
    ///
    /// - a term, a task, a requirement and a property: at themselves;
    /// - an event that sets facts: at itself;
    /// - a transition on an event from outside: at itself, its event or its state;
    /// - another transition, and what a state sets or raises on entry and exit: there too, or at any state around it.
    ///
    /// A transition that goes nowhere and only reminds, escalates, notes, notifies or alarms carries no law. The root sets facts from
    /// the report only and has no source.
    static let ruleWithoutSource = LintRule("rule-without-source", "a rule that does not say on what it rests") { subject in
        declared(in: subject)
            + subject.definition.states.flatMap { state in
                [subject.remarkOnOwnActions(of: state)].compactMap { $0 } + terms(of: state) + transitions(of: state, in: subject)
            }
    }

    private static func declared(in subject: LintSubject) -> [Remark] {
        var remarks: [Remark] = []
        for task in subject.text.declarations("tasks") where task.value["source"] == nil {
            remarks.append(Remark(task.position, "say under 'source' why '\(task.key)' may be asked"))
        }
        for event in subject.text.declarations("events") {
            if event.value["sets"] != nil, event.value["source"] == nil {
                remarks.append(Remark(event.position, "'\(event.key)' sets facts; say under 'source' on what that rests"))
            }
            for requirement in event.value["require"]?.elements ?? [] where requirement["source"] == nil {
                remarks.append(Remark(requirement.position, "say under 'source' which law refuses '\(event.key)' here"))
            }
        }
        for property in subject.text.root["properties"]?.elements ?? [] where property["source"] == nil {
            remarks.append(Remark(property.position, "say under 'source' on what this property rests"))
        }
        return remarks
    }

    private static func terms(of state: State) -> [Remark] {
        state.due.filter { $0.rule == nil }.map {
            Remark($0.position, "say under 'source' who set this term: a law, a protocol, or the operator of the chain")
        }
    }

    private static func transitions(of state: State, in subject: LintSubject) -> [Remark] {
        let definition = subject.definition
        let terms = Set(state.due.map(\.event))
        return state.transitions.compactMap { transition in
            guard transition.rule == nil, transition.movesOrTells, !terms.contains(transition.event ?? "") else { return nil }
            if let name = transition.event, let event = definition.events[name], !event.isInternal {
                let isCovered = state.source != nil || subject.text.declaration("events", name)?.value["source"] != nil
                return isCovered
                    ? nil : Remark(transition.position, "say under 'source' on what this rests, here, at '\(name)' or at '\(state.path)'")
            }
            let line = subject.graph.line(from: state.index)
            return line.contains { definition.states[$0].source != nil }
                ? nil : Remark(transition.position, "say under 'source' on what this rests, here or at a state around it")
        }
    }
}

extension LintSubject {
    /// What a state does by itself on entry and exit.
    fileprivate func remarkOnOwnActions(of state: State) -> LintRule.Remark? {
        guard state.index != 0, (state.entry + state.exit).contains(where: \.changesTheCase),
            !graph.line(from: state.index).contains(where: { definition.states[$0].source != nil })
        else { return nil }
        return LintRule.Remark(place(of: state), "'\(state.path)' sets or raises something; say under 'source' on what that rests")
    }
}

extension Transition {
    fileprivate var movesOrTells: Bool { !targets.isEmpty || actions.contains(where: \.changesTheCase) }
}

extension Action {
    /// Whether rules can go by it later.
    var changesTheCase: Bool {
        switch self {
        case .set, .raise: true
        case .escalate, .remind, .note, .notify, .alarm: false
        }
    }
}
