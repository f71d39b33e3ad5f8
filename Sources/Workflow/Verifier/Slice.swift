// SPDX-License-Identifier: EUPL-1.2

import Values

/// A workflow cut down to a cone of influence. It is a definition like any other, so that it is run by the interpreter that runs
/// cases; states and facts keep their numbers, so that expressions mean in it what they meant.
///
/// - A region outside the cone is an atomic state in which nothing happens and which is never done.
/// - A fact outside the cone is never set.
/// - All terms are one hour, for time is nothing but the order of events here; a term that only reminds and escalates does not move
///   the case and is left out.
struct Slice {
    let definition: Definition
    let cone: Cone
    /// Whether the cone is the workflow whole.
    let isWhole: Bool

    init(of whole: Definition, along cone: Cone, _ chart: Regions) {
        self.cone = cone
        isWhole = chart.all.allSatisfy(cone.regions.contains)
        let keepsFact: (Int) -> Bool = { [isWhole] in isWhole || cone.facts.contains($0) }
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
        definition = Definition(parts, states: states)
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

extension Transition {
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
