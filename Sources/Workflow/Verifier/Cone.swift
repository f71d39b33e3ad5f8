// SPDX-License-Identifier: EUPL-1.2

/// The cone of influence of some states, facts and events: everything that can make a difference to them.
///
/// What lies outside the cone can be cut away. The argument: let a case run, and look only at the regions and facts of the cone.
/// By the rules below no guard, requirement, value, raised event, entering or leaving inside the cone depends on anything outside
/// it, and within a macrostep the microsteps of other regions leave those of the cone in their order: eventless transitions inside
/// are taken until none is left before the next internal event, with or without microsteps elsewhere between them. So what is seen
/// of the case is a run of the slice, with steps in which nothing happens. Three things outside could only take runs away, never
/// add one: a closed case, which a slice without some region of the root never reaches; a step that fails because of a fault
/// outside; and a refused event. The slice therefore shows every course that the workflow has, and a property that holds in it
/// holds. A course of the slice that breaks a property is played again in the whole workflow before it is believed.
///
/// An open cone does not follow three kinds of influence: what a condition asks about states and facts, events that are raised in answer
/// to something from outside the case, and the acceptance of events. What lies outside may then do there what it likes (see
/// ``Surroundings``), also what the workflow whole cannot do: the slice has every course of the workflow, and more. A course that breaks
/// a property is again played in the whole; where it cannot be, the region or fact that stood in its way is taken into the cone.
struct Cone: Hashable {
    private(set) var regions: Set<Int> = [0]
    private(set) var facts: Set<Int> = []
    /// Events of which it matters that they are accepted, even where nothing moves.
    private(set) var events: Set<String> = []
    /// Whether some influences are left to the surroundings.
    let isOpen: Bool

    /// The cone of the given parts.
    init(of seed: Seed, in definition: Definition, _ chart: Regions, isOpen: Bool = false) {
        self.isOpen = isOpen
        facts = seed.facts
        events = seed.events
        for state in seed.states { regions.insert(chart[state]) }
        if seed.isEverything { regions = Set(chart.all) }
        var before: Cone
        repeat {
            before = self
            grow(definition, chart)
        } while self != before
    }

    /// What a cone grows from.
    struct Seed: Equatable {
        var facts: Set<Int> = []
        var states: Set<Int> = []
        var events: Set<String> = []
        var isEverything = false

        /// All that a property can see.
        init(_ property: Property, in definition: Definition) {
            for expression in property.expressions { add(expression, definition) }
            if case .unaffected(let separation) = property.pattern {
                states.formUnion(separation.by + separation.those + separation.exceptStates)
                // The parts themselves, with every region inside them.
                for state in separation.by + separation.those { states.formUnion(definition.states[state].descendants) }
            }
        }

        /// The workflow whole.
        init(everythingIn definition: Definition) {
            isEverything = true
            facts = Set(definition.sites().flatMap(\.factsRead))
        }

        mutating func formUnion(_ other: Seed) {
            facts.formUnion(other.facts)
            states.formUnion(other.states)
            events.formUnion(other.events)
            isEverything = isEverything || other.isEverything
        }

        mutating func formUnion(_ subject: Surroundings.Subject) {
            states.formUnion(subject.regions)
            facts.formUnion(subject.facts)
        }

        private mutating func add(_ expression: Guard, _ definition: Definition) {
            for source in expression.reads {
                switch source {
                case .fact(let fact): facts.insert(fact)
                case .active(let state): states.insert(state)
                case .event: events.formUnion(expression.expression.namedEvents ?? Set(definition.events.keys))
                case .data(let name):
                    events.formUnion(definition.events.values.filter { $0.fields.contains { $0.name == name } }.map(\.name))
                case .sender, .whole(.data), .whole(.sender): events.formUnion(definition.events.keys)
                case .report, .now, .local, .whole: break
                }
            }
            // A term is named by its state.
            for name in events where name.hasPrefix("due.") {
                if let state = definition.states.first(where: { $0.due.contains { $0.event == name } }) { states.insert(state.index) }
            }
        }
    }

    /// Whether two cones that both hold the whole chart keep the same facts and terms in a state.
    func keepsAsMuch(as other: Cone) -> Bool {
        func terms(_ cone: Cone) -> Set<String> { cone.events.filter { $0.hasPrefix("due.") } }
        return facts == other.facts && terms(self) == terms(other)
    }

    // MARK: The rules

    private mutating func grow(_ definition: Definition, _ chart: Regions) {
        var triggers = events
        for state in definition.states {
            for transition in state.transitions {
                if let domain = definition.staticDomain(of: transition, from: state.index) {
                    // Whoever can leave or enter a region of the cone belongs to it.
                    let reaches = regions.contains { definition.states[domain].descendants.contains($0) }
                    if reaches { regions.insert(chart[state.index]) }
                }
                guard regions.contains(chart[state.index]) else { continue }
                if let condition = transition.condition { add(condition, definition, chart, isCondition: true) }
                if transition.event == nil, let condition = transition.condition { addEventsAtHand(condition, definition) }
                if let event = transition.event { triggers.insert(event) }
                addPreempting(transition, of: state, definition, chart)
            }
        }
        for region in regions { if let parent = definition.states[region].parent { regions.insert(chart[parent]) } }
        addWriters(definition, chart)
        addAcceptance(of: triggers, definition, chart)
        addRaisers(of: triggers, definition, chart)
    }

    /// A nested region that reacts to the same event goes before a transition of a state around it.
    private mutating func addPreempting(_ transition: Transition, of state: State, _ definition: Definition, _ chart: Regions) {
        for index in state.descendants where chart[index] != chart[state.index] {
            if definition.states[index].transitions.contains(where: { $0.event == transition.event }) { regions.insert(chart[index]) }
        }
    }

    /// Whoever can change a fact of the cone, and whatever the new value is made of.
    private mutating func addWriters(_ definition: Definition, _ chart: Regions) {
        for site in definition.sites() {
            guard case .set(let fact) = site.use, facts.contains(fact) else { continue }
            add(site.expression, definition, chart, isCondition: false)
            switch site.place {
            case .event(let name): events.insert(name)
            case .state(let state): regions.insert(chart[state])
            case .task, .property: break
            }
        }
    }

    /// The conditions of the events that move the cone, and all who await those whose very acceptance matters.
    private mutating func addAcceptance(of triggers: Set<String>, _ definition: Definition, _ chart: Regions) {
        for name in triggers {
            for requirement in definition.events[name]?.requirements ?? [] {
                add(requirement.that, definition, chart, isCondition: true)
            }
        }
        guard !isOpen else { return }
        for name in events {
            for state in definition.chart.listening[name] ?? StateSet() { regions.insert(chart[state]) }
        }
    }

    private mutating func addRaisers(of triggers: Set<String>, _ definition: Definition, _ chart: Regions) {
        for site in definition.raiseSites() where triggers.contains(site.event) {
            if !isOpen || !site.isDirect { regions.insert(chart[site.state]) }
        }
        for state in definition.states {
            // Whoever can be heard to be done, with every region that has a say in it.
            if triggers.contains(state.doneEvent) {
                for index in state.descendants { regions.insert(chart[index]) }
            }
        }
    }

    private mutating func add(_ expression: Guard, _ definition: Definition, _ chart: Regions, isCondition: Bool) {
        for source in expression.reads {
            switch source {
            case .fact(let fact): if !isOpen || !isCondition { facts.insert(fact) }
            case .active(let state): if !isOpen || !isCondition { regions.insert(chart[state]) }
            default: break
            }
        }
    }

    /// An eventless transition sees the event that is at hand, whoever has awaited it.
    private mutating func addEventsAtHand(_ condition: Guard, _ definition: Definition) {
        let readsEvent = condition.reads.contains(where: \.isOfMessage)
        if readsEvent { events.formUnion(condition.expression.namedEvents ?? Set(definition.events.keys)) }
    }
}

extension Expression {
    /// The names with which `event` is compared; nil where it is used in another way too.
    var namedEvents: Set<String>? {
        var names: Set<String> = []
        var comparisons = 0
        for case .binary(let function, let first, let second) in parts where [.equal, .notEqual, .isIn].contains(function) {
            for (left, right) in [(first, second), (second, first)] {
                guard case .variable(.event) = left else { continue }
                switch right {
                case .literal(.string(let name)): names.insert(name)
                case .list(let elements):
                    for case .literal(.string(let name)) in elements { names.insert(name) }
                    if elements.contains(where: { if case .literal = $0 { false } else { true } }) { return nil }
                default: return nil
                }
                comparisons += 1
            }
        }
        let uses = parts.filter { if case .variable(.event) = $0 { true } else { false } }.count
        return uses == comparisons ? names : nil
    }
}
