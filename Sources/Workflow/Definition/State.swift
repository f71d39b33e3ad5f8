// SPDX-License-Identifier: EUPL-1.2

/// One state of the chart. States are numbered in document order; the root is number 0.
public struct State: Sendable {
    public enum Kind: Hashable, Sendable {
        case atomic
        case compound
        case parallel
        case final
        case history(deep: Bool)

        var isHistory: Bool {
            if case .history = self { true } else { false }
        }
    }

    public let index: Int
    /// The name among its siblings.
    public let name: String
    /// Names from the root, joined by dots; empty for the root.
    public let path: String
    public internal(set) var kind: Kind
    public let parent: Int?
    /// In document order, history states included.
    public internal(set) var children: [Int]
    /// All states below this one.
    public let descendants: StateSet
    public let depth: Int
    public let title: String?
    public let source: String?
    public let position: SourcePosition

    /// The states that entering this one without a more precise target leads to. Empty for all but compound states; for a history
    /// state, where it leads when nothing is remembered.
    public internal(set) var initial: [Int] = []
    public internal(set) var entry: [Action] = []
    public internal(set) var exit: [Action] = []
    /// Eventless ones and those on events, in document order.
    public internal(set) var transitions: [Transition] = []
    public internal(set) var task: Int?
    public internal(set) var due: [DueDeclaration] = []
    public internal(set) var outcome: String?

    /// The event that is raised when this state is done.
    public var doneEvent: String { "done.state.\(path)" }

    public var isAtomic: Bool {
        switch kind {
        case .atomic, .final: true
        case .compound, .parallel, .history: false
        }
    }

    public var isHistory: Bool { kind.isHistory }
}

/// A way out of a state, or something that happens in it.
public struct Transition: Sendable {
    /// Nil for an eventless transition.
    public let event: String?
    public internal(set) var condition: Guard?
    /// Empty for a transition that stays where it is.
    public internal(set) var targets: [Int]
    /// Does not leave its source state where the targets lie inside it.
    public let isInternal: Bool
    public internal(set) var actions: [Action]
    /// The lane for the questions that this transition opens.
    public let lane: Lane?
    /// The rule it rests on.
    public let rule: String?
    public let position: SourcePosition
}

/// All that a workflow can do besides moving. Nothing else runs.
public enum Action: Sendable {
    case raise(String)
    case set(fact: Int, value: Guard)
    case escalate(to: String)
    case remind(to: String)
    case note(String)
    case notify(role: String, what: String)
    case alarm(String)
}

/// A term that runs while its state is active.
public struct DueDeclaration: Sendable {
    /// Where the term starts.
    public indirect enum Anchor: Hashable, Sendable {
        case entry
        case reportReceived
        /// The last time that the event was accepted, or raised.
        case event(String)
        /// The first of these that has happened.
        case first([Anchor])

        /// Events whose instant it asks for.
        var events: [String] {
            switch self {
            case .entry, .reportReceived: []
            case .event(let name): [name]
            case .first(let anchors): anchors.flatMap(\.events)
            }
        }
    }

    /// Why time may move the case. Nil: it may not, the term only reminds and escalates.
    public enum Licence: Hashable, Sendable {
        /// The law itself lets the matter lapse.
        case byLaw
        /// The case goes on without the missing answer, and says so.
        case gap
    }

    public internal(set) var term: Term
    public let isStatutory: Bool
    public let anchor: Anchor
    public let licence: Licence?
    /// The event as which the passed term reaches the chart.
    public let event: String
    public let rule: String?
    public let position: SourcePosition
}
