// SPDX-License-Identifier: EUPL-1.2

import Values

/// What the guards of one state's transitions on one event say, over everything that they read.
///
/// Facts, data and states that are finite are gone through exhaustively; numbers, texts and lists at the constants that the guards
/// name and beside them. Data are such as the event's requirements let pass, and facts such as they are after the event has set them.
struct GuardTable: Sendable {
    /// What happened at one combination of values.
    struct Outcome: Hashable, Sendable {
        /// Transitions whose guards hold, by bits.
        var holds: UInt64 = 0
        /// Transitions that would be asked and have no answer, or that would be taken and cannot set what they set.
        var fails: UInt64 = 0
    }

    let state: Int
    /// Nil for eventless transitions.
    let event: String?
    /// The state's own transitions on the event, in order.
    let transitions: [Transition]
    /// Those of the states around it, which get the event when none of its own takes it.
    let inherited: [Transition]

    private(set) var axes: [GuardAxis] = []
    /// Each outcome with the first combination that had it.
    private(set) var outcomes: [Outcome: [Int]] = [:]
    /// Per axis and choice: the transitions that held at some combination with it; nil where no combination was possible.
    private(set) var held: [[UInt64?]] = []
    private(set) var isTooLarge = false
    /// Whether a guard reads the clock, which cannot be gone through.
    private var readsClock = false

    /// Combinations that are tried. More would take longer than an author waits.
    static let combinationsMax = 20_000
    /// Transitions of one state on one event: as many as an outcome has bits.
    private static let transitionsMax = 64

    /// Whether the axes hold all that there can be, so that what was not found is not there.
    var isExact: Bool { !isTooLarge && !readsClock && axes.allSatisfy(\.isExact) }

    static func all(of definition: Definition, graph: TransitionGraph) -> [GuardTable] {
        definition.states.flatMap { state -> [GuardTable] in
            var events: [String?] = []
            for transition in state.transitions where !events.contains(transition.event) { events.append(transition.event) }
            return events.map { GuardTable(state: state, event: $0, definition: definition, graph: graph) }
        }
    }

    private init(state: State, event: String?, definition: Definition, graph: TransitionGraph) {
        self.state = state.index
        self.event = event
        transitions = state.transitions.filter { $0.event == event }
        inherited = graph.line(from: state.index).dropFirst().flatMap { definition.states[$0].transitions }.filter { $0.event == event }
        let builder = GuardTableBuilder(
            definition: definition, graph: graph, state: state.index, event: event, transitions: transitions + inherited,
            ownCount: transitions.count)
        guard builder.isWorthwhile else { return }
        readsClock = builder.readsClock
        guard transitions.count + inherited.count <= GuardTable.transitionsMax, let axes = builder.axes() else {
            isTooLarge = true
            return
        }
        self.axes = axes
        held = axes.map { Array(repeating: nil, count: $0.choices.count) }
        var choice = Array(repeating: 0, count: axes.count)
        repeat {
            guard let outcome = builder.outcome(of: axes, at: choice) else { continue }
            if outcomes[outcome] == nil { outcomes[outcome] = choice }
            for (axis, chosen) in choice.enumerated() { held[axis][chosen] = (held[axis][chosen] ?? 0) | outcome.holds }
        } while axes.advance(&choice)
    }

    /// A combination in words.
    func words(_ choice: [Int], in definition: Definition) -> String {
        let parts = zip(axes, choice).compactMap { $0.description(of: $0.choices[$1], in: definition) }
        return parts.isEmpty ? "always" : "when \(parts.joined(separator: ", "))"
    }

    /// The first combination, in the order of the axes, whose outcome fits.
    func witness(where fits: (Outcome) -> Bool) -> [Int]? {
        outcomes.filter { fits($0.key) }.map(\.value).min { $0.lexicographicallyPrecedes($1) }
    }
}
