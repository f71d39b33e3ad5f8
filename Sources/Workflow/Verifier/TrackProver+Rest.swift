// SPDX-License-Identifier: EUPL-1.2

import Values

/// Rest: the situations of a track in which it waits for nothing by itself. A case is asleep where all its tracks are at rest, so that is
/// where a case without a wake-up can be. A case that is not asleep can be led to where each track is at rest or at its end.
extension TrackProver {
    /// What is active in a track.
    typealias Situations = Set<StateSet>

    /// Combinations of situations that are looked at.
    private static let combinationsMax = 500_000

    /// Every combination of tracks at rest is closed, or moves at once, or cannot be.
    mutating func wakeUp() async -> VerificationReport.Verdict? {
        guard let rests = await situations(where: { _, isAsleep in isAsleep }) else { return nil }
        return await areClosed(rests) ? .holds : nil
    }

    /// Each track in turn can be brought to rest or to its end by answers and terms that disturb none of those before it; and where all
    /// are there the case is closed.
    mutating func noDeadEnd() async -> VerificationReport.Verdict? {
        guard let ends = await situations(where: { isDone, isAsleep in isDone || isAsleep }), await areClosed(ends) else { return nil }
        var ending = StateSet([0])
        for situation in ends.values.joined() { ending.formUnion(situation) }
        guard tracks.allSatisfy({ staysThere($0, ending) }) else { return nil }
        var led: [Int] = []
        var seeds = Dictionary(uniqueKeysWithValues: tracks.map { ($0, seed([$0])) })
        while led.count < tracks.count {
            let guarded = led.map(content(of:)).reduce(StateSet()) { $0.union($1) }
            var next: Int?
            var isWidened = false
            for track in tracks where next == nil && !led.contains(track) {
                let graph = await graph(of: seeds[track] ?? seed([track]))
                guard graph.doubts.isEmpty else { return nil }
                let isLed = { (active: StateSet) in
                    led.allSatisfy {
                        !graph.slice.cone.regions.contains($0) || (ends[$0] ?? []).contains(active.intersection(content(of: $0)))
                    }
                }
                let others = Undisturbed(definition, moving: content(of: track), guarded: guarded, ending: ending)
                guard let stuck = stuck(track, graph, ends[track] ?? [], others, wherever: isLed) else {
                    next = track
                    continue
                }
                // Where the surroundings have led the track to what the workflow whole cannot, a larger slice shows it.
                let subject = Confrontation(graph: graph, whole: definition).obstacle(to: graph.course(to: stuck))?.subject
                guard let subject, !subject.isKept(by: graph.slice.cone) else { continue }
                seeds[track]?.formUnion(subject)
                isWidened = true
            }
            if let next {
                led.append(next)
            } else if !isWidened {
                let left = tracks.filter { !led.contains($0) }.map { definition.states[$0].path }
                verifier.progress?("no way to an end that leaves others alone: \(left.joined(separator: " "))")
                return nil
            }
        }
        return .holds
    }

    /// Whether every combination of situations is a closed case, or moves at once, or cannot be.
    private mutating func areClosed(_ situations: [Int: Situations]) async -> Bool {
        var product = 1
        for track in tracks {
            let (count, overflows) = product.multipliedReportingOverflow(by: situations[track]?.count ?? 0)
            guard !overflows, count <= TrackProver.combinationsMax else { return false }
            product = count
        }
        var open: [StateSet] = [StateSet([0])]
        for track in tracks { open = open.flatMap { known in (situations[track] ?? []).map { known.union($0) } } }
        open.removeAll { active in tracks.allSatisfy { definition.isDone($0, in: active) } || definition.movesAtOnce(active) }
        for (number, first) in tracks.enumerated() {
            for second in tracks.dropFirst(number + 1) where !open.isEmpty {
                guard let together = await self.situations(of: [first, second]) else { return false }
                let states = content(of: first).union(content(of: second))
                open.removeAll { !together.contains($0.intersection(states)) }
            }
        }
        return open.isEmpty
    }

    // MARK: Situations

    private func content(of track: Int) -> StateSet {
        var content = definition.states[track].descendants
        content.insert(track)
        return content
    }

    /// What can be active in some tracks together; nil where that is not known.
    private mutating func situations(of tracks: [Int]) async -> Situations? {
        let graph = await graph(of: seed(tracks))
        guard graph.doubts.isEmpty else { return nil }
        let states = tracks.map(content(of:)).reduce(StateSet()) { $0.union($1) }
        return Set((0..<graph.states.count).map { graph.caseState($0).configuration.intersection(states) })
    }

    /// The situations of each track of which it is asked whether they are one of its ends, and whether the track is asleep in them.
    private mutating func situations(where matches: (_ isDone: Bool, _ isAsleep: Bool) -> Bool) async -> [Int: Situations]? {
        var situations: [Int: Situations] = [:]
        for track in tracks {
            let graph = await graph(of: seed([track]))
            guard graph.doubts.isEmpty else { return nil }
            let content = content(of: track)
            situations[track] = []
            for number in 0..<graph.states.count {
                let situation = graph.caseState(number).configuration.intersection(content)
                if situations[track]?.contains(situation) ?? false { continue }
                let isDone = definition.isDone(track, in: situation)
                if matches(isDone, isAsleep(number, situation, graph, content)) { situations[track]?.insert(situation) }
            }
        }
        return situations
    }

    /// Whether the track has no question open and no term running, and no message is sure to move it. Danger can be told at any time, so it
    /// is nothing that a track could wait for.
    private func isAsleep(_ number: Int, _ situation: StateSet, _ graph: StateGraph, _ content: StateSet) -> Bool {
        let state = graph.caseState(number)
        guard !state.assignments.contains(where: { content.contains($0.state) }) else { return false }
        guard !state.deadlines.contains(where: { content.contains($0.state) }) else { return false }
        return !graph.mustStep(from: number) { _, edge in
            !edge.label.alarms && graph.caseState(edge.target).configuration.intersection(content) != situation
        }
    }

    // MARK: Coming to an end

    /// Whether a track that is at its end stays at an end whatever other tracks do: its eventless transitions lead to ends.
    private func staysThere(_ track: Int, _ ending: StateSet) -> Bool {
        let content = content(of: track)
        return definition.states.filter { content.contains($0.index) && ending.contains($0.index) }.allSatisfy { state in
            state.transitions.filter { $0.event == nil }.flatMap(\.targets).allSatisfy {
                ending.contains($0) && definition.states[$0].isAtomic
            }
        }
    }

    /// Goes backwards from the ends over steps that are sure and that disturb nobody.
    ///
    /// - Returns: a state of those that match from which no end is reached.
    private func stuck(_ track: Int, _ graph: StateGraph, _ ends: Situations, _ others: Undisturbed, wherever matches: (StateSet) -> Bool)
        -> Int?
    {
        let content = content(of: track)
        var sources: [[Int]] = Array(repeating: [], count: graph.states.count)
        for number in 0..<graph.states.count {
            for edge in graph.edges(of: number).map({ graph[$0] })
            where edge.target != number && graph.isSure(edge, from: number) && others.areLeftAlone(by: edge, from: number, graph) {
                sources[edge.target].append(number)
            }
        }
        var canEnd = (0..<graph.states.count).map { ends.contains(graph.caseState($0).configuration.intersection(content)) }
        var queue = canEnd.indices.filter { canEnd[$0] }
        while let state = queue.popLast() {
            for source in sources[state] where !canEnd[source] {
                canEnd[source] = true
                queue.append(source)
            }
        }
        return canEnd.indices.first { !canEnd[$0] && matches(graph.caseState($0).configuration) }
    }
}

/// Tracks that are at their ends and have to stay there while another moves.
private struct Undisturbed {
    private let definition: Definition
    private let moving: StateSet
    private let guarded: StateSet
    private let ending: StateSet
    /// What a track can raise without anything from outside but what it is told.
    private let answers: [(heard: Set<String>, raised: Set<String>)]

    init(_ definition: Definition, moving: StateSet, guarded: StateSet, ending: StateSet) {
        self.definition = definition
        self.moving = moving
        self.guarded = guarded
        self.ending = ending
        let sites = definition.raiseSites().filter { !$0.isDirect }
        answers = definition.states[0].children.map { track in
            let content = definition.states[track].descendants.union(StateSet([track]))
            return (
                Set(content.flatMap { definition.states[$0].transitions.compactMap(\.event) }),
                Set(sites.filter { content.contains($0.state) }.map(\.event))
            )
        }
    }

    /// Whether a step, with all that it may set off in other tracks, reaches none of them.
    func areLeftAlone(by edge: StateGraph.Edge, from number: Int, _ graph: StateGraph) -> Bool {
        let event = graph.stimuli.all[edge.label.stimulus].event
        if isHeard(event, by: guarded.intersection(ending)) { return false }
        guard let step = graph.replays(of: edge, from: number).first else { return false }
        let before = graph.caseState(number).configuration
        let after = step.state.configuration
        guard before.intersection(guarded) == after.intersection(guarded) else { return false }
        var actions = step.taken.flatMap { graph.slice.definition.states[$0.state].transitions[$0.transition].actions }
        actions += after.subtracting(before).flatMap { definition.states[$0].entry }
        actions += before.subtracting(after).flatMap { definition.states[$0].exit }
        var raised = Set(actions.compactMap(\.raised))
        raised.formUnion(definition.raiseSites().filter { $0.cause == event && !moving.contains($0.state) }.map(\.event))
        return !setOff(by: raised).contains { isHeard($0, by: guarded) }
    }

    /// What is raised with everything that may be raised in answer to it.
    private func setOff(by raised: Set<String>) -> Set<String> {
        var all = raised
        var before: Set<String>
        repeat {
            before = all
            for answer in answers where !answer.heard.isDisjoint(with: all) { all.formUnion(answer.raised) }
        } while all != before
        return all
    }

    private func isHeard(_ event: String, by states: StateSet) -> Bool {
        definition.chart.listening[event]?.intersects(states) ?? false
    }
}

extension Definition {
    /// Whether an eventless transition of the active states is sure to be taken, whatever the facts are.
    fileprivate func movesAtOnce(_ active: StateSet) -> Bool {
        let scope = GuardScope(now: .verification, activeStates: active)
        func isSure(_ condition: Guard) -> Bool {
            condition.expression.truth(in: scope) { if case .active = $0 { true } else { false } } ?? false
        }
        return active.contains { state in
            states[state].transitions.contains { transition in
                transition.event == nil && transition.condition.map { isSure($0) } ?? true
            }
        }
    }
}
