// SPDX-License-Identifier: EUPL-1.2

import Values

/// How a drawing says in a few words when a transition is taken and what it does.
struct TransitionWords {
    let definition: Definition

    /// Longest text on a line before it is cut off; the full one is told in the tooltip.
    static let lineMax = 44

    /// What has to happen: an event, a term that passes, the end of the states below, or nothing.
    func trigger(_ transition: Transition, of state: State) -> String {
        guard let event = transition.event else { return "at once" }
        if event == state.doneEvent { return "when done" }
        if let due = state.due.first(where: { $0.event == event }) { return "after \(term(due))" }
        return event
    }

    func term(_ due: DueDeclaration) -> String {
        let anchor = words(for: due.anchor).map { " from \($0)" } ?? ""
        return "\(due.term)\(due.isStatutory ? " (Atw)" : "")\(anchor)"
    }

    private func words(for anchor: DueDeclaration.Anchor) -> String? {
        switch anchor {
        case .entry: nil
        case .reportReceived: "the report"
        case .event(let name): name
        case .first(let anchors): anchors.compactMap { words(for: $0) ?? "its start" }.joined(separator: ", else ")
        }
    }

    func condition(_ transition: Transition) -> String? {
        transition.condition.map { TransitionWords.oneLine($0.source).shortened(to: TransitionWords.lineMax) }
    }

    func actions(_ actions: [Action]) -> [String] {
        actions.map { action in
            switch action {
            case .raise(let event): "raise \(event)"
            case .set(let fact, let value): "\(definition.facts[fact].name) := \(TransitionWords.oneLine(value.source))"
            case .escalate(let to): "escalate to \(to)"
            case .remind(let to): "remind \(to)"
            case .note(let code): "note \(code)"
            case .notify(let role, let what): "tell \(role): \(what)"
            case .alarm(let code): "ALARM \(code)"
            }
        }
    }

    /// Everything about the transition in full, for a tooltip.
    func full(_ transition: Transition, of state: State) -> String {
        var lines = [trigger(transition, of: state)]
        if let condition = transition.condition { lines.append("if \(TransitionWords.oneLine(condition.source))") }
        lines += actions(transition.actions)
        if !transition.targets.isEmpty {
            lines.append("→ " + transition.targets.map { definition.states[$0].path }.joined(separator: ", "))
        }
        if let rule = transition.rule { lines.append("source: \(definition.sources[rule] ?? rule)") }
        return lines.joined(separator: "\n")
    }

    /// A guard that was written over several lines on one.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension State {
    /// What people call the state.
    var label: String { title ?? name }
}
