// SPDX-License-Identifier: EUPL-1.2

/// An expression where it stands in a workflow: what it is used for and when it is evaluated.
struct Site {
    enum Use: Equatable {
        /// Its value chooses between courses: guards, requirements, properties.
        case condition
        /// Its value becomes that of a fact.
        case set(fact: Int)
        /// Its value leaves the case; here it matters only that there is one.
        case output
    }

    enum Place: Equatable {
        case event(String)
        /// In a transition, an entry or an exit of this state.
        case state(Int)
        case task(Int)
        case property(String)
    }

    let expression: Guard
    let use: Use
    let place: Place
    /// The event whose data it may read; nil where there is none, or, in a property, where it may be any.
    let event: String?
    /// Whether it is evaluated only when the case starts.
    var isOnlyAtStart = false

    var factsRead: [Int] {
        expression.reads.compactMap { if case .fact(let fact) = $0 { fact } else { nil } }
    }
}

extension Definition {
    /// Every expression of the workflow that a step can evaluate, with those of the given properties.
    func sites(properties: [Property] = []) -> [Site] {
        var sites: [Site] = []
        for event in events.values.sorted(by: { $0.name < $1.name }) {
            sites += event.requirements.map {
                Site(expression: $0.that, use: .condition, place: .event(event.name), event: event.name)
            }
            sites += event.assignments.map {
                Site(expression: $0.value, use: .set(fact: $0.fact), place: .event(event.name), event: event.name)
            }
        }
        for state in states {
            for transition in state.transitions {
                if let condition = transition.condition {
                    sites.append(Site(expression: condition, use: .condition, place: .state(state.index), event: transition.event))
                }
                sites += self.sites(of: transition.actions, in: state.index, event: transition.event)
            }
            // Nothing enters the root again.
            sites += self.sites(of: state.entry, in: state.index, event: nil, isOnlyAtStart: state.index == 0)
            sites += self.sites(of: state.exit, in: state.index, event: nil)
        }
        for (index, task) in tasks.enumerated() {
            if let organisation = task.organisation {
                sites.append(Site(expression: organisation, use: .output, place: .task(index), event: nil))
            }
        }
        if let when {
            sites.append(Site(expression: when, use: .condition, place: .property("when"), event: nil, isOnlyAtStart: true))
        }
        if let sight = safetySight {
            // Whether there is a holder is asked of every open case.
            let isKnown = Expression.binary(.notEqual, .fact(sight), .literal(.null))
            let question = Guard(source: "safetySight", type: .bool, expression: isKnown, localCount: 0)
            sites.append(Site(expression: question, use: .condition, place: .property(GeneralProperty.safetySight.rawValue), event: nil))
        }
        for property in properties {
            let asked = property.expressions + (property.premise.map { [$0] } ?? [])
            sites += asked.map { Site(expression: $0, use: .condition, place: .property(property.id), event: nil) }
        }
        return sites
    }

    private func sites(of actions: [Action], in state: Int, event: String?, isOnlyAtStart: Bool = false) -> [Site] {
        actions.compactMap { action in
            guard case .set(let fact, let value) = action else { return nil }
            return Site(
                expression: value, use: .set(fact: fact), place: .state(state), event: event, isOnlyAtStart: isOnlyAtStart)
        }
    }
}
