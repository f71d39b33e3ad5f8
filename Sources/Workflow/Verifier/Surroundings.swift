// SPDX-License-Identifier: EUPL-1.2

/// What is left of the regions that were cut away: all by which those that are kept can notice them.
///
/// - A condition inside can ask about a state or a fact outside. Both answers are tried, anew in every move, for what is outside may have
///   changed in between.
/// - Something outside can raise an event. It is heard at any moment at which its causes can happen.
/// - Something outside can await an event, so that it is accepted, and its facts are taken over, where nothing inside awaits it.
struct Surroundings: Sendable {
    /// A part of a condition that reads what was cut away. In the slice a fact stands for it.
    struct Question: Sendable {
        let fact: Int
        /// What the question is made of: all of it must hold, or some of it.
        let parts: [Part]
        let isConjunction: Bool
        /// The states whose transitions ask, by event; eventless ones under the empty name.
        let asking: [String: StateSet]
        /// The events whose conditions ask.
        let events: Set<String>
    }

    struct Part: Sendable {
        let expression: Expression
        let subject: Subject
    }

    /// Regions and facts that something is about.
    struct Subject: Sendable {
        var regions: Set<Int> = []
        var facts: Set<Int> = []

        func isKept(by cone: Cone) -> Bool { regions.isSubset(of: cone.regions) && facts.isSubset(of: cone.facts) }
    }

    /// Where something outside raises an event.
    struct WordSite: Sendable {
        let region: Int
        /// The event or term that its transition waits for.
        let cause: String
        /// The guard of its transition.
        let condition: Guard?
    }

    /// An event that transitions outside raise.
    struct Word: Sendable {
        let event: String
        let sites: [WordSite]
        /// Causes that happen to the slice under their own names.
        var named: Set<String> = []

        /// How often it can be raised in a macrostep: each transition is taken at most once, by the event from outside, and not where the
        /// message alone tells that its guard does not hold.
        func count(causedBy stimulus: Stimulus) -> Int {
            if case .elsewhere = stimulus.kind { return sites.count { !named.contains($0.cause) } }
            let scope = GuardScope(data: stimulus.data, event: stimulus.event, sender: stimulus.sender, now: .verification)
            return sites.count { site in
                site.cause == stimulus.event && site.condition?.expression.truth(in: scope, reading: \.isOfMessage) ?? true
            }
        }
    }

    struct Listener: Sendable {
        /// The regions outside that may await the event.
        let regions: Set<Int>
        /// The states inside that await it.
        let inside: StateSet
    }

    var questions: [Question] = []
    var words: [Word] = []
    /// Events that are accepted because a region outside may await them.
    var listeners: [String: Listener] = [:]

    /// Whether it is for the surroundings alone that an event is accepted.
    func decideOn(_ event: String, in configuration: StateSet) -> Bool {
        listeners[event].map { !$0.inside.intersects(configuration) } ?? false
    }

    var isEmpty: Bool { questions.isEmpty && words.isEmpty && listeners.isEmpty }
}

extension Definition {
    /// Where an event is raised.
    struct RaiseSite {
        let event: String
        let state: Int
        /// The event or term that the transition waits for; nil for eventless transitions, entries and exits.
        let cause: String?
        let condition: Guard?
        /// Whether it is raised by the very thing that comes from outside, so at most once in a macrostep.
        let isDirect: Bool
    }

    func raiseSites() -> [RaiseSite] {
        var sites: [RaiseSite] = []
        let raised = Set(states.flatMap { $0.entry + $0.exit + $0.transitions.flatMap(\.actions) }.compactMap(\.raised))
        for state in states {
            for event in (state.entry + state.exit).compactMap(\.raised) {
                sites.append(RaiseSite(event: event, state: state.index, cause: nil, condition: nil, isDirect: false))
            }
            for transition in state.transitions {
                for event in transition.actions.compactMap(\.raised) {
                    let cause = transition.event
                    let isDirect = cause.map { !raised.contains($0) && !$0.hasPrefix("done.state.") } ?? false
                    sites.append(
                        RaiseSite(event: event, state: state.index, cause: cause, condition: transition.condition, isDirect: isDirect))
                }
            }
        }
        return sites
    }
}

extension Surroundings {
    /// The guards outside that the messages of a slice have to be told apart for.
    var sites: [Site] {
        words.flatMap(\.sites).compactMap { site in
            site.condition.map { Site(expression: $0, use: .condition, place: .state(site.region), event: site.cause) }
        }
    }
}

extension Expression {
    /// Its value as far as it follows from what is known; nil where it does not, or has none.
    func truth(in scope: GuardScope, reading isKnown: (ExpressionSource) -> Bool) -> Bool? {
        if reads.allSatisfy(isKnown) {
            guard case .bool(let value) = Guard(source: "", type: .bool, expression: self, localCount: localCount).outcome(in: scope)
            else { return nil }
            return value
        }
        switch self {
        case .unary(.not, let operand): return operand.truth(in: scope, reading: isKnown).map { !$0 }
        case .and(let left, let right):
            let values = [left.truth(in: scope, reading: isKnown), right.truth(in: scope, reading: isKnown)]
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .or(let left, let right):
            let values = [left.truth(in: scope, reading: isKnown), right.truth(in: scope, reading: isKnown)]
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        default: return nil
        }
    }

    /// Slots for the variables of its macros.
    private var localCount: Int {
        (parts.compactMap { if case .comprehension(let comprehension) = $0 { comprehension.local + 1 } else { nil } }.max() ?? 0)
    }
}

extension Action {
    var raised: String? { if case .raise(let event) = self { event } else { nil } }
}
