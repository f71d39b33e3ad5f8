// SPDX-License-Identifier: EUPL-1.2

/// A state in words, for comparing it with another.
struct StateDescription {
    /// What a state has one of, by name.
    var attributes: [(what: String, value: String)] = []
    /// Its ways out and its terms, in document order.
    var rules: [Rule] = []

    struct Rule: Equatable {
        /// What sets it off; rules with the same heading are tried one after another.
        let heading: String
        let parts: [Part]

        struct Part: Equatable {
            let what: String
            let value: String
        }

        var inWords: String { parts.map { "\($0.what) \($0.value)" }.joined(separator: ", ") }

        subscript(what: String) -> String? { parts.first { $0.what == what }?.value }
    }

    /// - Parameter name: what a state is called, by its number; lets states that were renamed count as the same.
    init(_ state: State, in definition: Definition, name: (Int) -> String) {
        let words = TransitionWords(definition: definition)
        func attribute(_ what: String, _ value: String?) { if let value { attributes.append((what, value)) } }
        attribute("type", state.kind.name)
        attribute("title", state.title)
        attribute("source", state.source)
        attribute("task", state.task.map { definition.tasks[$0].name })
        attribute("outcome", state.outcome)
        attribute("initial", state.initial.isEmpty ? nil : state.initial.map(name).joined(separator: ", "))
        attribute("entry", StateDescription.list(words.actions(state.entry)))
        attribute("exit", StateDescription.list(words.actions(state.exit)))
        for transition in state.transitions { rules.append(Rule(transition, of: state, words: words, name: name)) }
    }

    private static func list(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: "; ") }

    /// What makes a state recognisable when its name has changed: what it asks, when it ends, what can happen in it.
    var signature: String {
        let own = attributes.filter { ["type", "title", "task", "outcome"].contains($0.what) }.map { "\($0.what)=\($0.value)" }
        return (own + rules.map { "\($0.heading)?\($0["guard"] ?? "")" }).joined(separator: "\n")
    }

    /// Whether the signature says more than that there is a state.
    var isTelling: Bool { attributes.contains { ["title", "task", "outcome"].contains($0.what) } || !rules.isEmpty }
}

extension StateDescription.Rule {
    init(_ transition: Transition, of state: State, words: TransitionWords, name: (Int) -> String) {
        var parts: [Part] = []
        func part(_ what: String, _ value: String?) { if let value, !value.isEmpty { parts.append(Part(what: what, value: value)) } }
        let due = state.due.first { $0.event == transition.event }
        if let due {
            part("in", words.term(due))
            part("licence", due.licence.map { $0 == .byLaw ? "by law" : "over a gap" })
        }
        part("guard", transition.condition.map { TransitionWords.oneLine($0.source) })
        part("target", transition.targets.map(name).joined(separator: ", "))
        part("internal", transition.isInternal ? "true" : nil)
        part("actions", words.actions(transition.actions).joined(separator: "; "))
        part("lane", transition.lane?.rawValue)
        part("source", transition.rule)
        self.parts = parts
        heading =
            due != nil ? "term" : transition.event.map { $0 == state.doneEvent ? "rule when done" : "rule on \($0)" } ?? "rule at once"
    }
}

extension State.Kind {
    /// The word that a definition has for it under `type`.
    var name: String {
        switch self {
        case .atomic: "atomic"
        case .compound: "compound"
        case .parallel: "parallel"
        case .final: "final"
        case .history(let isDeep): isDeep ? "deep history" : "shallow history"
        }
    }
}
