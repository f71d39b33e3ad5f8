// SPDX-License-Identifier: EUPL-1.2

/// Proves the properties of a workflow, or shows the shortest course that breaks them.
///
/// Every reachable state is explored: at any moment every awaited event can come from every role that may send it with every
/// combination of data that the workflow can tell apart, every running term can pass, and the case can start on every report. The
/// steps are those of the interpreter that runs cases; nothing about them is modelled a second time. It is a function of the
/// definition and the bounds alone.
public struct Verifier: Sendable {
    public let definition: Definition
    public var bounds = VerificationBounds()
    /// Tasks that explore, or check properties, at the same time; the result is the same for any number.
    public var width = 2
    /// Whether what cannot influence a property is cut away before it is checked.
    public var isSlicing = true

    /// The properties that are asked for, declared or general; nil asks for all. Where all that are asked for turn out to be broken the
    /// exploration ends there.
    public var only: Set<String>?

    private let chart: Regions

    public init(_ definition: Definition) {
        self.definition = definition
        chart = Regions(definition.states)
    }

    /// All that can be asked for: the declared properties, then those that mean something in every workflow of this kind.
    public var propertyIDs: [String] {
        definition.properties.map(\.id) + GeneralProperty.applicable(to: definition).map(\.rawValue)
    }

    public func verify() async -> VerificationReport {
        var run = Run(definition: definition, width: width)
        var whole: [Property] = []
        for group in groups() {
            guard isWorthCutting(group.cone) else {
                whole += group.properties
                continue
            }
            let graph = await explore(group.cone, group.properties)
            // What the slice cannot settle is looked at in the workflow whole.
            whole += await run.check(group.properties, over: graph)
        }
        let general = GeneralProperty.applicable(to: definition).filter { isAsked($0.rawValue) }
        if !whole.isEmpty || !general.isEmpty { await verifyWhole(whole, general, &run) }
        return run.report()
    }

    private func isAsked(_ id: String) -> Bool { only?.contains(id) ?? true }

    /// A slice that keeps most of the chart has most of its states too; the workflow whole is explored anyway and shows as much.
    private func isWorthCutting(_ cone: Cone) -> Bool {
        let kept = definition.states.filter { cone.regions.contains(chart[$0.index]) }.count
        return 4 * kept <= 3 * definition.states.count
    }

    /// Looks at the workflow whole, once for what no fact has to be kept for but those that guards read, and once more for each set of
    /// facts and terms that properties ask about besides: what is kept together multiplies, what is kept apart adds up.
    private func verifyWhole(_ properties: [Property], _ general: [GeneralProperty], _ run: inout Run) async {
        let everything = Cone(of: Cone.Seed(everythingIn: definition), in: definition, chart)
        var groups: [(cone: Cone, properties: [Property])] = [(everything, [])]
        for property in properties {
            var seed = Cone.Seed(everythingIn: definition)
            seed.formUnion(Cone.Seed(property, in: definition))
            let cone = Cone(of: seed, in: definition, chart)
            if let index = groups.firstIndex(where: { $0.cone.keepsAsMuch(as: cone) }) {
                groups[index].properties.append(property)
            } else {
                groups.append((cone, [property]))
            }
        }
        for (number, group) in groups.enumerated() {
            let general = number == 0 ? general : []
            guard !group.properties.isEmpty || !general.isEmpty else { continue }
            let graph = await explore(group.cone, group.properties, general)
            await run.settle(group.properties, general, over: graph)
        }
    }

    /// Properties with the same cone share one exploration.
    private func groups() -> [(cone: Cone, properties: [Property])] {
        var groups: [(cone: Cone, properties: [Property])] = []
        for property in definition.properties where isAsked(property.id) {
            var seed = Cone.Seed(property, in: definition)
            if !isSlicing { seed.isEverything = true }
            let cone = Cone(of: seed, in: definition, chart)
            if let index = groups.firstIndex(where: { $0.cone == cone }) {
                groups[index].properties.append(property)
            } else {
                groups.append((cone, [property]))
            }
        }
        return groups
    }

    func explore(_ cone: Cone, _ properties: [Property], _ general: [GeneralProperty] = []) async -> StateGraph {
        let slice = Slice(of: definition, along: cone, chart)
        let stimuli = StimulusList(for: slice, properties: properties)
        let layout = StateLayout(slice: slice, sites: slice.definition.sites(properties: properties)) { site in
            guard let event = site.event else { return site.expression.reads.contains { $0.isOfMessage } ? nil : [.map([:])] }
            return stimuli.all.filter { $0.event == event }.map(\.data)
        }
        let explorer = Explorer(bounds: bounds, width: width)
        guard only != nil else { return await explorer.explore(slice, stimuli: stimuli, layout: layout) }
        return await explorer.explore(slice, stimuli: stimuli, layout: layout) { isAllBroken(properties, general, $0) }
    }

    /// A course that breaks a property does so whatever else there is to be found. That something cannot be reached, or comes to its
    /// end no more, is known only when everything is found.
    private func isAllBroken(_ properties: [Property], _ general: [GeneralProperty], _ graph: StateGraph) -> Bool {
        func isBroken(_ finding: Finding) -> Bool { if case .violated = finding { true } else { false } }
        let isKnownEarly = properties.allSatisfy { property in
            switch property.pattern {
            case .always, .never, .precedes, .unaffected: true
            case .leadsTo, .reachable: false
            }
        }
        guard isKnownEarly, general.allSatisfy({ [.noFault, .noEndlessStep, .safetySight, .acuteAtOnce].contains($0) }) else {
            return false
        }
        return properties.allSatisfy { isBroken(PropertyCheck(graph: graph).check($0)) }
            && general.allSatisfy { isBroken($0.check(graph)) }
    }
}

/// The results of one verification as they come in.
private struct Run {
    let definition: Definition
    let width: Int
    var verdicts: [String: VerificationReport.Result] = [:]
    var states = 0
    var steps = 0

    /// Checks properties over a slice.
    ///
    /// - Returns: those that it does not settle, because a bound was hit, values could not be told apart, or the course it found is
    ///   none of the workflow whole.
    mutating func check(_ properties: [Property], over graph: StateGraph) async -> [Property] {
        count(graph)
        guard graph.doubts.isEmpty else { return properties }
        var open: [Property] = []
        let findings = await properties.map(atOnce: width) { PropertyCheck(graph: graph).check($0) }
        for (property, finding) in zip(properties, findings) {
            if case .violated(let course) = finding, !Replay(course, in: definition).confirms(property, course) {
                open.append(property)
            } else {
                record(property, verdict(finding, graph), graph)
            }
        }
        return open
    }

    /// Checks properties over the workflow whole, and what holds in every workflow.
    mutating func settle(_ properties: [Property], _ general: [GeneralProperty], over graph: StateGraph) async {
        count(graph)
        let findings = await properties.map(atOnce: width) { PropertyCheck(graph: graph).check($0) }
        for (property, finding) in zip(properties, findings) {
            if case .violated(let course) = finding, !Replay(course, in: definition).confirms(property, course) {
                record(property, .inconclusive(["the course that was found cannot be played again"]), graph)
            } else {
                record(property, verdict(finding, graph), graph)
            }
        }
        let generalFindings = await general.map(atOnce: width) { $0.check(graph) }
        for (general, finding) in zip(general, generalFindings) {
            verdicts[general.rawValue] = VerificationReport.Result(
                id: general.rawValue, says: general.says, source: nil, verdict: verdict(finding, graph),
                states: graph.states.count, steps: graph.edgeCount, regions: nil)
        }
    }

    /// A course is a course, whatever else is doubtful; that there is none is proved only where nothing is.
    private func verdict(_ finding: Finding, _ graph: StateGraph) -> VerificationReport.Verdict {
        if case .violated(let course) = finding {
            return .violated(Story(course, endingIn: Replay(course, in: definition).states.last, in: definition))
        }
        guard graph.doubts.isEmpty else { return .inconclusive(graph.doubts.sorted()) }
        switch finding {
        case .vacuous(let reason): return .vacuous(reason)
        case .missing(let reason): return .missing(reason)
        case .holds, .violated: return .holds
        }
    }

    private mutating func record(_ property: Property, _ verdict: VerificationReport.Verdict, _ graph: StateGraph) {
        let regions =
            graph.slice.isWhole ? nil : graph.slice.cone.regions.sorted().map { definition.states[$0].path }.filter { !$0.isEmpty }
        verdicts[property.id] = VerificationReport.Result(
            id: property.id, says: property.says, source: property.source.map { ($0, definition.sources[$0] ?? "") }, verdict: verdict,
            states: graph.states.count, steps: graph.edgeCount, regions: regions)
    }

    private mutating func count(_ graph: StateGraph) {
        states += graph.states.count
        steps += graph.edgeCount
    }

    func report() -> VerificationReport {
        let ids = definition.properties.map(\.id) + GeneralProperty.allCases.map(\.rawValue)
        return VerificationReport(
            workflow: definition.name, version: definition.version, results: ids.compactMap { verdicts[$0] }, states: states, steps: steps)
    }
}
