// SPDX-License-Identifier: EUPL-1.2

/// Something that holds in every possible course of every possible case, in one of Dwyer's patterns
/// (Dwyer, Avrunin, Corbett: Patterns in Property Specifications for Finite-State Verification, 1999).
///
/// A property speaks of steps. A step is one event that was accepted and the state after it, when everything that follows
/// without an event has been done; states that are only passed through within a step are not seen. In an expression
///
/// - `active('…')` and `facts` are those after the step, `report` is the report that the case was started with;
/// - `event` is the name of what was sent, or `due.STATE.N` for a term that passed; `sender` is the role that sent it, empty for
///   a term;
/// - `data` is the data of the event, of which only the fields that were sent are there: ask `event == '…'` or `has()` first;
/// - the start of the case is a step too: `event` and `sender` are empty, `data` has nothing.
///
/// Events that are refused are no steps, for they change nothing. An expression that has no value breaks its property.
public struct Property: Sendable {
    public enum Pattern: Sendable {
        /// Holds at every step.
        case always(Guard)
        /// Holds at no step.
        case never(Guard)
        /// No step of `then` without one of `first` before it or in the same step.
        case precedes(first: Guard, then: Guard)
        /// After every step of `from` comes one of `to`, the same step included, provided that what is awaited does come: every
        /// question is answered at some time and every term that may move the case passes. Nobody is bound to send anything else.
        case leadsTo(from: Guard, to: Guard)
        /// Holds at some step of some course.
        case reachable(Guard)
        /// No event that states of `by` react to changes what is active in `those`.
        case unaffected(Separation)
    }

    /// Two parts of a chart that keep to themselves.
    public struct Separation: Sendable {
        /// The states whose events are meant, with all below them.
        public let by: [Int]
        /// The states, with all below them, that do not react.
        public let those: [Int]
        /// Events, from outside or raised, that may connect the two.
        public let exceptEvents: Set<String>
        /// States whose entering, by the same step, excuses a change: where both parts end together.
        public let exceptStates: [Int]
    }

    public let id: String
    /// The rule in words.
    public let says: String
    /// The name under `sources` on which the rule rests.
    public let source: String?
    public let pattern: Pattern
    public let position: SourcePosition

    /// The expressions that the pattern is made of.
    var expressions: [Guard] {
        switch pattern {
        case .always(let expression), .never(let expression), .reachable(let expression): [expression]
        case .precedes(let first, let second), .leadsTo(let first, let second): [first, second]
        case .unaffected: []
        }
    }
}
