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

    /// An event that transitions outside raise.
    struct Word: Sendable {
        let event: String
        let sites: [(cause: String, region: Int)]
        /// Causes that happen to the slice under their own names.
        var named: Set<String> = []

        /// How often it can be raised in a macrostep: each transition is taken at most once, by the event from outside.
        func count(causedBy cause: String?) -> Int {
            sites.count { site in cause.map { $0 == site.cause } ?? !named.contains(site.cause) }
        }
    }

    var questions: [Question] = []
    var words: [Word] = []
    /// Events that are accepted because a region outside may await them, with these regions.
    var listeners: [String: Set<Int>] = [:]

    var isEmpty: Bool { questions.isEmpty && words.isEmpty && listeners.isEmpty }
}

extension Definition {
    /// Where an event is raised.
    struct RaiseSite {
        let event: String
        let state: Int
        /// The event or term that the transition waits for; nil for eventless transitions, entries and exits.
        let cause: String?
        /// Whether it is raised by the very thing that comes from outside, so at most once in a macrostep.
        let isDirect: Bool
    }

    func raiseSites() -> [RaiseSite] {
        var sites: [RaiseSite] = []
        let raised = Set(states.flatMap { $0.entry + $0.exit + $0.transitions.flatMap(\.actions) }.compactMap(\.raised))
        for state in states {
            for event in (state.entry + state.exit).compactMap(\.raised) {
                sites.append(RaiseSite(event: event, state: state.index, cause: nil, isDirect: false))
            }
            for transition in state.transitions {
                for event in transition.actions.compactMap(\.raised) {
                    let cause = transition.event
                    let isDirect = cause.map { !raised.contains($0) && !$0.hasPrefix("done.state.") } ?? false
                    sites.append(RaiseSite(event: event, state: state.index, cause: cause, isDirect: isDirect))
                }
            }
        }
        return sites
    }
}

extension Action {
    var raised: String? { if case .raise(let event) = self { event } else { nil } }
}
