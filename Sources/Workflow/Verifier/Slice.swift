// SPDX-License-Identifier: EUPL-1.2

import Values

/// A workflow cut down to a cone of influence. It is a definition like any other, so that it is run by the interpreter that runs
/// cases; states and facts keep their numbers, so that expressions mean in it what they meant.
///
/// - A region outside the cone is an atomic state in which nothing happens and which is never done.
/// - A fact outside the cone is never set.
/// - All terms are one hour, for time is nothing but the order of events here; a term that only reminds and escalates does not move
///   the case and is left out.
/// - In an open slice a fact stands for every question about what was cut away, and the root awaits, without moving, what a region
///   outside may accept.
struct Slice {
    let definition: Definition
    let cone: Cone
    /// Whether nothing is cut away that anything in the slice could notice.
    let isWhole: Bool
    /// What is left of the regions that were cut away; nothing where the cone is closed.
    let surroundings: Surroundings

    init(of whole: Definition, along cone: Cone, _ chart: Regions) {
        self.cone = cone
        let keepsAll = chart.all.allSatisfy(cone.regions.contains)
        let keepsFact: (Int) -> Bool = { keepsAll && !cone.isOpen || cone.facts.contains($0) }
        var states = whole.states
        for index in states.indices {
            if !cone.regions.contains(chart[index]) { states[index].isolate() }
            states[index].forgetSetting(keepsFact)
            for number in states[index].transitions.indices {
                states[index].transitions[number].targets = states[index].transitions[number].targets.map {
                    Slice.visible($0, whole, cone, chart)
                }
            }
        }
        for index in states.indices { states[index].simplifyTerms(naming: cone.events) }
        var parts = whole.parts
        parts.calendar = nil
        parts.events = parts.events.mapValues { event in
            var event = event
            event.assignments.removeAll { !keepsFact($0.fact) }
            return event
        }
        let surroundings = cone.isOpen ? Slice.open(&parts, &states, whole, cone, chart) : Surroundings()
        self.surroundings = surroundings
        isWhole = keepsAll && surroundings.isEmpty
        definition = Definition(parts, states: states)
    }

    /// Puts questions into the conditions, and has the root await what may be awaited outside.
    private static func open(
        _ parts: inout Definition.Parts, _ states: inout [State], _ whole: Definition, _ cone: Cone, _ chart: Regions
    ) -> Surroundings {
        var maker = QuestionMaker(along: cone, chart, firstFact: parts.facts.count)
        for index in states.indices {
            for number in states[index].transitions.indices {
                let transition = states[index].transitions[number]
                guard let condition = transition.condition else { continue }
                states[index].transitions[number].condition = maker.condition(condition, of: index, on: transition.event)
            }
        }
        for (name, event) in parts.events {
            for (number, requirement) in event.requirements.enumerated() {
                parts.events[name]?.requirements[number].that = maker.condition(requirement.that, ofEvent: name)
            }
        }
        var surroundings = Surroundings(questions: maker.questions)
        for question in surroundings.questions {
            let fact = FactDeclaration(
                name: "\u{0}\(question.fact)", type: .boolean, initial: .bool(false), position: states[0].position)
            parts.facts.append(fact)
        }
        let heard = Set(states.flatMap { $0.transitions.compactMap(\.event) })
        surroundings.addWords(of: whole, cone, chart, heard: heard)
        surroundings.addListeners(of: whole, cone, chart, states)
        for event in surroundings.listeners.keys.sorted() { states[0].transitions.append(.waiting(for: event, at: states[0].position)) }
        return surroundings
    }

    /// A state outside the cone is represented by the outermost region around it that is cut away.
    private static func visible(_ state: Int, _ whole: Definition, _ cone: Cone, _ chart: Regions) -> Int {
        var visible = state
        var next: Int? = chart[state]
        while let region = next {
            if !cone.regions.contains(region) { visible = region }
            next = whole.states[region].parent.map { chart[$0] }
            if region == 0 { break }
        }
        return visible
    }
}

extension State {
    /// Leaves a state in which nothing happens.
    fileprivate mutating func isolate() {
        kind = .atomic
        children = []
        initial = []
        entry = []
        exit = []
        transitions = []
        due = []
        task = nil
        outcome = nil
    }

    fileprivate mutating func forgetSetting(_ keeps: (Int) -> Bool) {
        func isKept(_ action: Action) -> Bool { if case .set(let fact, _) = action { keeps(fact) } else { true } }
        entry = entry.filter(isKept)
        exit = exit.filter(isKept)
        for number in transitions.indices { transitions[number].actions = transitions[number].actions.filter(isKept) }
    }

    fileprivate mutating func simplifyTerms(naming events: Set<String>) {
        due = due.filter { term in
            events.contains(term.event) || transitions.contains { $0.event == term.event && $0.movesTheCase }
        }
        guard let hour = Term(count: 1, unit: .hours) else { return }
        for number in due.indices { due[number].term = hour }
    }
}

extension Surroundings {
    fileprivate mutating func addWords(of whole: Definition, _ cone: Cone, _ chart: Regions, heard: Set<String>) {
        let stimuli = heard.union(cone.events)
        var sites: [String: [WordSite]] = [:]
        for site in whole.raiseSites() where heard.contains(site.event) && !cone.regions.contains(chart[site.state]) {
            guard let cause = site.cause else { continue }
            sites[site.event, default: []].append(WordSite(region: chart[site.state], cause: cause, condition: site.condition))
        }
        words = sites.sorted { $0.key < $1.key }.map { event, sites in
            Word(event: event, sites: sites, named: Set(sites.map(\.cause)).intersection(stimuli))
        }
    }

    /// Only events that the slice can notice the acceptance of.
    fileprivate mutating func addListeners(of whole: Definition, _ cone: Cone, _ chart: Regions, _ states: [State]) {
        let noticed = cone.events.union(words.flatMap(\.named))
        for name in noticed where whole.events[name]?.isInternal == false {
            let outside = (whole.chart.listening[name] ?? StateSet()).map { chart[$0] }.filter { !cone.regions.contains($0) }
            let inside = states.filter { $0.transitions.contains { $0.event == name } }.map(\.index)
            if !outside.isEmpty { listeners[name] = Listener(regions: Set(outside), inside: StateSet(inside)) }
        }
    }
}

extension Transition {
    fileprivate static func waiting(for event: String, at position: SourcePosition) -> Transition {
        Transition(
            event: event, condition: nil, targets: [], isInternal: false, actions: [], lane: nil, rule: nil, position: position)
    }

    /// Whether taking it can make a difference to anything but what is told to people. One with a guard counts, for a guard can fail.
    var movesTheCase: Bool {
        guard targets.isEmpty, condition == nil else { return true }
        return actions.contains { action in
            switch action {
            case .raise, .set: true
            case .escalate, .remind, .note, .notify, .alarm: false
            }
        }
    }
}

extension Definition {
    var parts: Parts {
        Parts(
            name: name, version: version, title: title, validFrom: validFrom, municipalities: municipalities, calendar: calendar,
            calendarName: calendarName, sources: sources, facts: facts, report: report, declaresReport: !report.isEmpty, events: events,
            tasks: tasks, safetySight: safetySight, danger: danger, joined: joined, when: when, properties: properties)
    }
}
