// SPDX-License-Identifier: EUPL-1.2

/// What the rules look at: the definition, its text, and what was worked out about both once for all rules.
struct LintSubject: Sendable {
    let definition: Definition
    let text: WorkflowText
    let context: LintContext
    let digest: String?
    let graph: TransitionGraph
    let tables: [GuardTable]
    /// Every expression of the definition.
    let guards: [GuardPlace]

    struct GuardPlace: Sendable {
        let expression: Guard
        let position: SourcePosition
        /// The fact that the expression gives its value; nil for a condition.
        var setsFact: Int?
    }

    init(definition: Definition, text: WorkflowText, context: LintContext, digest: String?) {
        self.definition = definition
        self.text = text
        self.context = context
        self.digest = digest
        graph = TransitionGraph(definition)
        tables = GuardTable.all(of: definition, graph: graph)
        guards = LintSubject.guards(of: definition, text)
    }

    private static func guards(of definition: Definition, _ text: WorkflowText) -> [GuardPlace] {
        var places: [GuardPlace] = []
        if let when = definition.when, let place = text.root["when"] {
            places.append(GuardPlace(expression: when, position: place.position))
        }
        for member in text.declarations("events") {
            guard let event = definition.events[member.key] else { continue }
            for (requirement, document) in zip(event.requirements, member.value["require"]?.elements ?? []) {
                places.append(GuardPlace(expression: requirement.that, position: document.position))
            }
            for (assignment, set) in zip(event.assignments, member.value["sets"]?.members ?? []) {
                places.append(GuardPlace(expression: assignment.value, position: set.position, setsFact: assignment.fact))
            }
        }
        for task in definition.tasks {
            if let organisation = task.organisation { places.append(GuardPlace(expression: organisation, position: task.position)) }
        }
        for state in definition.states {
            places += sets(state.entry + state.exit, at: text.states[state.index].position)
            for transition in state.transitions {
                if let condition = transition.condition { places.append(GuardPlace(expression: condition, position: transition.position)) }
                places += sets(transition.actions, at: transition.position)
            }
        }
        return places
    }

    private static func sets(_ actions: [Action], at position: SourcePosition) -> [GuardPlace] {
        actions.compactMap { action in
            guard case .set(let fact, let value) = action else { return nil }
            return GuardPlace(expression: value, position: position, setsFact: fact)
        }
    }
}
