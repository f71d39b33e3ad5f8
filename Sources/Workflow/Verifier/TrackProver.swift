// SPDX-License-Identifier: EUPL-1.2

import Values

/// Proves what holds in every workflow without looking at all tracks of a large one at once. A track is a region of the root.
///
/// Each track is explored by itself, with surroundings that do what they like; a track that is in the way is taken in where the
/// surroundings do what they cannot. What is proved so holds; where a proof does not come off, nothing is said.
struct TrackProver {
    let verifier: Verifier
    let tracks: [Int]
    private(set) var work: Verifier.Work
    private var graphs: [Cone: StateGraph] = [:]

    var definition: Definition { verifier.definition }

    /// Nil for a workflow of one track.
    init?(_ verifier: Verifier, _ work: Verifier.Work) {
        let root = verifier.definition.states[0]
        let tracks = root.children.filter { !verifier.definition.states[$0].isHistory }
        guard root.kind == .parallel, tracks.count > 1 else { return nil }
        self.verifier = verifier
        self.tracks = tracks
        self.work = work
    }

    /// Whether the tracks together may have more states than are looked at at once.
    mutating func isLarge() async -> Bool {
        var product = 1
        for track in tracks {
            let graph = await graph(of: seed([track]))
            if !graph.doubts.isEmpty { return true }
            product *= max(1, graph.states.count)
            if product > verifier.bounds.wholeStatesMax { return true }
        }
        return false
    }

    /// - Returns: nil where no proof is found.
    mutating func prove(_ property: GeneralProperty) async -> VerificationReport.Verdict? {
        switch property {
        case .noFault: await noFailure { $0.code != .endless }
        case .noEndlessStep: await noFailure { $0.code == .endless }
        case .noDeadEnd: await noDeadEnd()
        case .wakeUp: await wakeUp()
        case .outcomesReachable: await outcomes()
        case .safetySight: await safetySight()
        case .acuteEverywhere: await acuteEverywhere()
        case .joinedEverywhere: await joinedEverywhere()
        case .acuteAtOnce:
            await everywhere(in: seed(acuteTracks)) { graph in
                graph.firstStep { $1.label.isSilent }
                    .map { graph.course($0, remark: "the acute lane is entered, and nobody is asked or alarmed in this step") }
            }
        }
    }

    // MARK: Slices

    func seed(_ tracks: [Int]) -> Cone.Seed { Cone.Seed(tracks: tracks, in: definition) }

    mutating func graph(of seed: Cone.Seed) async -> StateGraph {
        let cone = Cone(of: seed, in: definition, verifier.chart, isOpen: true)
        if let known = graphs[cone] { return known }
        let graph = await verifier.explore(cone, [])
        work.count(graph)
        graphs[cone] = graph
        return graph
    }

    /// Looks for a course that breaks a property, in a slice that grows as long as it shows what the workflow whole has not.
    mutating func everywhere(
        in seed: Cone.Seed, _ find: (StateGraph) -> Course?
    ) async -> VerificationReport.Verdict? {
        var seed = seed
        while true {
            let graph = await graph(of: seed)
            guard graph.doubts.isEmpty else { return nil }
            guard let course = find(graph) else { return .holds }
            guard let obstacle = Confrontation(graph: graph, whole: definition).obstacle(to: course) else {
                return .violated(Story(course, endingIn: Replay(course, in: definition).states.last, in: definition))
            }
            guard !obstacle.subject.isKept(by: graph.slice.cone) else { return nil }
            seed.formUnion(obstacle.subject)
        }
    }

    mutating func prove(_ properties: [Property]) async -> [Verifier.Proof] { await verifier.prove(properties, &work) }

    // MARK: Faults

    /// An expression can be without a value only because of the facts that it reads, and where it stands; so each that might be is looked
    /// at with these. Only the tracks can go round for ever, and what goes through several of them is kept together by their cones.
    private mutating func noFailure(where matches: (Fault) -> Bool) async -> VerificationReport.Verdict? {
        var seeds: [Cone.Seed] = []
        let freedom = FaultFreedom(definition)
        for site in definition.sites() where !freedom.hasValue(site) {
            let seed = Cone.Seed(of: site, in: definition)
            if !seeds.contains(seed) { seeds.append(seed) }
        }
        for seed in tracks.map({ seed([$0]) }) + seeds {
            let verdict = await everywhere(in: seed) { graph in
                guard let failure = graph.failures.first(where: { matches($0.fault) }) else { return nil }
                var course = failure.state.map(graph.course(to:)) ?? .none
                course.append(graph.stimuli.all[failure.stimulus], leadingTo: nil)
                course.remark = "\(failure.fault)"
                return course
            }
            guard case .holds = verdict else { return verdict }
        }
        return .holds
    }

    // MARK: Outcomes and safety sight

    private mutating func outcomes() async -> VerificationReport.Verdict? {
        let ends = definition.states.filter { $0.outcome != nil }
        let properties = ends.map { Property(general: "outcome \($0.index)", .reachable(.active([$0.index]))) }
        var missing: [String] = []
        for (proof, end) in zip(await inOrder(properties), ends) {
            switch proof {
            case .holds: break
            case .missing: missing.append("\(end.outcome ?? "") (\(end.path))")
            default: return nil
            }
        }
        return missing.isEmpty ? .holds : .missing("never reached: " + missing.joined(separator: ", "))
    }

    private mutating func safetySight() async -> VerificationReport.Verdict? {
        guard let sight = definition.safetySight else { return .holds }
        let isKnown = Expression.binary(.notEqual, .fact(sight), .literal(.null))
        let property = Property(general: "sight", .always(Guard(source: "", type: .bool, expression: isKnown, localCount: 0)))
        guard case .holds = await inOrder([property]).first else { return nil }
        return .holds
    }

    private mutating func inOrder(_ properties: [Property]) async -> [VerificationReport.Verdict] {
        let proofs = Dictionary(await prove(properties).map { ($0.property.id, $0.verdict) }) { first, _ in first }
        return properties.map { proofs[$0.id] ?? .inconclusive([]) }
    }

    // MARK: Acute danger

    private var acuteTracks: [Int] {
        tracks.filter { track in definition.states[track].descendants.contains { definition.states[$0].isOfTheAcuteLane } }
    }

    /// In every state of the acute tracks some event raises the alarm, whatever the surroundings do, or it is out.
    private mutating func acuteEverywhere() async -> VerificationReport.Verdict? {
        let alarmed = definition.statesOfTheAcuteLane
        let remark = "here acute danger cannot be told: no event that raises the alarm is awaited"
        return await untilClosed(acuteTracks, orElse: remark) { graph, number in
            graph.caseState(number).configuration.intersects(alarmed) || graph.mustStep(from: number) { $1.label.alarms }
        }
    }

    /// One track that awaits it in all its states is enough.
    private mutating func joinedEverywhere() async -> VerificationReport.Verdict? {
        guard let joined = definition.joined, let listening = definition.chart.listening[joined] else { return nil }
        for track in tracks where listening.intersects(definition.states[track].descendants.union(StateSet([track]))) {
            let remark = "here a further report about the same household is not taken: no state awaits '\(joined)'"
            let verdict = await untilClosed([track], orElse: remark) { graph, number in
                graph.caseState(number).configuration.intersects(listening)
            }
            if case .holds = verdict { return .holds }
        }
        return nil
    }

    /// Whether something holds in every state of some tracks; unless these tracks are at their end, and then every other track is too, so
    /// that the case is closed.
    private mutating func untilClosed(
        _ kept: [Int], orElse remark: String, _ holds: (StateGraph, Int) -> Bool
    ) async -> VerificationReport.Verdict? {
        var isSomewhereDone = false
        let verdict = await everywhere(in: seed(kept)) { [definition] graph in
            for number in 0..<graph.states.count where !holds(graph, number) {
                let active = graph.caseState(number).configuration
                if kept.allSatisfy({ definition.isDone($0, in: active) }) {
                    isSomewhereDone = true
                    continue
                }
                var course = graph.course(to: number)
                course.remark = remark
                return course
            }
            return nil
        }
        guard case .holds = verdict, isSomewhereDone else { return verdict }
        let properties = tracks.filter { !kept.contains($0) }.map { other in
            let together = kept.map(definition.done).reduce(Expression.unary(.not, definition.done(other))) { .and($1, $0) }
            return Property(
                general: "done \(other)", .never(Guard(source: "", type: .bool, expression: together, localCount: 0)))
        }
        let isClosed = await inOrder(properties).allSatisfy { verdict in
            switch verdict {
            case .holds, .vacuous: true
            default: false
            }
        }
        return isClosed ? .holds : nil
    }
}

extension StateGraph {
    /// Whether a step comes to the same whatever the surroundings do.
    func isSure(_ edge: Edge, from number: Int) -> Bool {
        if case .elsewhere = stimuli.all[edge.label.stimulus].kind { return false }
        guard edge.label.isOpen else { return true }
        let event = stimuli.all[edge.label.stimulus].event
        if slice.surroundings.decideOn(event, in: caseState(number).configuration) { return false }
        let outcomes = slice.outcomes(of: stimuli.all[edge.label.stimulus], in: caseState(number))
        return outcomes.count == self.outcomes(over: edge, from: number).count
    }

    /// Whether some message or term leads, whatever the surroundings do, over steps of the given kind only.
    func mustStep(from number: Int, where matches: (_ from: CaseState, Edge) -> Bool) -> Bool {
        let state = caseState(number)
        var candidates: Set<Int> = []
        var excluded: Set<Int> = []
        for edge in edges(of: number).map({ self[$0] }) {
            if case .elsewhere = stimuli.all[edge.label.stimulus].kind { continue }
            if matches(state, edge) { candidates.insert(edge.label.stimulus) } else { excluded.insert(edge.label.stimulus) }
        }
        return candidates.subtracting(excluded).contains { stimulus in
            slice.outcomes(of: stimuli.all[stimulus], in: state).allSatisfy { (try? $0.result.get()) != nil }
        }
    }
}

extension Cone.Seed {
    /// The given tracks with everything in them.
    init(tracks: [Int], in definition: Definition) {
        states = Set(tracks.flatMap { [$0] + Array(definition.states[$0].descendants) })
    }

    /// Where an expression stands, with the facts that it reads or sets.
    init(of site: Site, in definition: Definition) {
        facts = Set(site.factsRead)
        if case .set(let fact) = site.use { facts.insert(fact) }
        switch site.place {
        case .event(let name): events = [name]
        case .state(let state): states = [state]
        case .task(let task): states = Set(definition.states.filter { $0.task == task }.map(\.index))
        case .property: break
        }
    }
}

extension Property {
    /// A property that is asked on behalf of a general one.
    init(general id: String, _ pattern: Pattern) {
        self.init(id: id, says: "", source: nil, pattern: pattern, position: SourcePosition(line: 0, column: 0))
    }
}

extension Guard {
    static func active(_ states: [Int]) -> Guard {
        let parts = states.map { Expression.active($0) }
        let all = parts.dropFirst().reduce(parts.first ?? .literal(.bool(true))) { .and($0, $1) }
        return Guard(source: "", type: .bool, expression: all, localCount: 0)
    }
}

extension Definition {
    /// Whether a track is in one of its final states.
    func isDone(_ track: Int, in active: StateSet) -> Bool {
        states[track].children.contains { states[$0].kind == .final && active.contains($0) }
    }

    func done(_ track: Int) -> Expression {
        let ends = states[track].children.filter { states[$0].kind == .final }.map { Expression.active($0) }
        return ends.dropFirst().reduce(ends.first ?? .literal(.bool(false))) { .or($0, $1) }
    }

    /// Where the transitions of the acute lane lead, and where an acute question is out.
    var statesOfTheAcuteLane: StateSet {
        var alarmed = StateSet(states.filter { $0.task.map { tasks[$0].lane == .acute } ?? false }.map(\.index))
        for transition in states.flatMap(\.transitions) where transition.lane == .acute {
            for target in transition.targets { alarmed.insert(target) }
        }
        return alarmed
    }
}

extension State {
    fileprivate var isOfTheAcuteLane: Bool { transitions.contains { $0.lane == .acute } }
}
