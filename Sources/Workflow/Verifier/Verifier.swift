// SPDX-License-Identifier: EUPL-1.2

/// Proves the properties of a workflow, or shows the shortest course that breaks them.
///
/// Every reachable state is explored: at any moment every awaited event can come from every role that may send it with every
/// combination of data that the workflow can tell apart, every running term can pass, and the case can start on every report. The
/// steps are those of the interpreter that runs cases; nothing about them is modelled a second time. It is a function of the
/// definition and the bounds alone.
///
/// Regions that run side by side multiply, so a declared property is looked at in a slice that holds the regions it names and lets
/// their surroundings do what they like. Where that shows a course which the workflow whole has not, the region that stood in its way
/// is taken in, and so on: abstraction that a counterexample refines (Clarke, Grumberg, Jha, Lu, Veith, 2000).
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

    /// Told of every exploration that is done, in words, for whoever waits.
    public var progress: (@Sendable (String) -> Void)?

    let chart: Regions

    public init(_ definition: Definition) {
        self.definition = definition
        chart = Regions(definition.states)
    }

    /// All that can be asked for: the declared properties, then those that mean something in every workflow of this kind.
    public var propertyIDs: [String] {
        definition.properties.map(\.id) + GeneralProperty.applicable(to: definition).map(\.rawValue)
    }

    public func verify() async -> VerificationReport {
        var work = Work()
        var results: [String: VerificationReport.Result] = [:]
        for proof in await prove(definition.properties.filter { isAsked($0.id) }, &work) {
            results[proof.property.id] = VerificationReport.Result(
                id: proof.property.id, says: proof.property.says,
                source: proof.property.source.map { ($0, definition.sources[$0] ?? "") }, verdict: proof.verdict, states: proof.states,
                steps: proof.steps, regions: proof.regions)
        }
        let general = GeneralProperty.applicable(to: definition).filter { isAsked($0.rawValue) }
        if !general.isEmpty {
            for result in await prove(general, &work) { results[result.id] = result }
        }
        return VerificationReport(
            workflow: definition.name, version: definition.version, results: propertyIDs.compactMap { results[$0] },
            states: work.states, steps: work.steps)
    }

    private func isAsked(_ id: String) -> Bool { only?.contains(id) ?? true }

    // MARK: Declared properties

    /// What has been done so far in one verification.
    struct Work {
        private(set) var states = 0
        private(set) var steps = 0
        private var whole: WholeWorkflow?

        mutating func count(_ graph: StateGraph) {
            states += graph.states.count
            steps += graph.edgeCount
        }

        /// The workflow whole, made when it is first needed.
        fileprivate mutating func whole(_ make: () -> WholeWorkflow) -> WholeWorkflow {
            let whole = whole ?? make()
            self.whole = whole
            return whole
        }
    }

    /// What became of one property, and over which exploration.
    struct Proof {
        let property: Property
        let verdict: VerificationReport.Verdict
        let states: Int
        let steps: Int
        let regions: [String]?
    }

    /// A property with what its slice grows from.
    private struct Question {
        let property: Property
        var seed: Cone.Seed
        var isOpen: Bool
    }

    /// Proves properties in slices that grow until they are large enough. A property of several parts holds where each part does.
    func prove(_ properties: [Property], _ work: inout Work) async -> [Proof] {
        var proofs: [Proof] = []
        var open = properties.flatMap(\.parts).map { property in
            var question = Question(property: property, seed: Cone.Seed(property, in: definition), isOpen: isSlicing)
            if !isSlicing { question.seed.formUnion(Cone.Seed(everythingIn: definition)) }
            return question
        }
        while !open.isEmpty {
            var wider: [Question] = []
            for (cone, questions) in groups(open) {
                let graph = await explore(cone, questions.map(\.property))
                work.count(graph)
                let findings = await questions.map(\.property).map(atOnce: width) { PropertyCheck(graph: graph).check($0) }
                for (question, finding) in zip(questions, findings) {
                    switch judge(finding, graph, &work) {
                    case .settled(let verdict): proofs.append(proof(of: question.property, verdict, graph))
                    case .tooNarrow(let subject): wider.append(widened(question, by: subject, beyond: cone))
                    }
                }
            }
            open = wider
        }
        return properties.compactMap { property in
            let parts = proofs.filter { $0.property.id == property.id }
            return parts.first { !$0.verdict.isHolding } ?? parts.max { $0.states < $1.states }
        }
    }

    /// Properties with the same cone share one exploration.
    private func groups(_ questions: [Question]) -> [(cone: Cone, questions: [Question])] {
        var groups: [(cone: Cone, questions: [Question])] = []
        for question in questions {
            let cone = Cone(of: question.seed, in: definition, chart, isOpen: question.isOpen)
            if let index = groups.firstIndex(where: { $0.cone == cone }) {
                groups[index].questions.append(question)
            } else {
                groups.append((cone, [question]))
            }
        }
        return groups
    }

    private func widened(_ question: Question, by subject: Surroundings.Subject, beyond cone: Cone) -> Question {
        var question = question
        if cone.isOpen, !subject.isKept(by: cone) {
            question.seed.formUnion(subject)
        } else if cone.isOpen {
            question.isOpen = false
        } else {
            question.seed.formUnion(Cone.Seed(everythingIn: definition))
        }
        return question
    }

    private func proof(of property: Property, _ verdict: VerificationReport.Verdict, _ graph: StateGraph) -> Proof {
        let regions = graph.slice.cone.regions.sorted().map { definition.states[$0].path }.filter { !$0.isEmpty }
        return Proof(
            property: property, verdict: verdict, states: graph.states.count, steps: graph.edgeCount,
            regions: graph.slice.isWhole ? nil : regions)
    }

    // MARK: Judging

    /// Beyond this size a slice is not made larger where a course can be completed otherwise.
    private static let refinedStatesMax = 20_000

    enum Judgement {
        case settled(VerificationReport.Verdict)
        /// The slice shows what the workflow whole has not; this would show the difference, where it is known.
        case tooNarrow(Surroundings.Subject)
    }

    /// What a finding over a slice says about the workflow.
    ///
    /// A slice shows every course of the workflow and perhaps more. That something never happens in it is therefore final; that
    /// something does is believed where it can be played in the workflow whole.
    func judge(_ finding: Finding, _ graph: StateGraph, _ work: inout Work) -> Judgement {
        switch finding {
        case .violated(let course):
            guard let obstacle = Confrontation(graph: graph, whole: definition).obstacle(to: course) else {
                return .settled(.violated(story(course)))
            }
            if graph.slice.isWhole { return .settled(.inconclusive(["the course that was found cannot be played again"])) }
            // A larger slice shows the shortest course, as long as it can be looked at.
            if graph.states.count > Verifier.refinedStatesMax,
                let around = Detour(graph: graph, whole: work.whole(whole)).course(along: course)
            {
                return .settled(.violated(story(Course(stimuli: around, states: [], remark: course.remark))))
            }
            return .tooNarrow(obstacle.subject)
        case .shown(let course):
            if let doubt = doubt(graph) { return doubt }
            guard !graph.slice.isWhole, let obstacle = Confrontation(graph: graph, whole: definition).obstacle(to: course) else {
                return .settled(.holds)
            }
            let isShown = Detour(graph: graph, whole: work.whole(whole)).course(along: course) != nil
            return isShown ? .settled(.holds) : .tooNarrow(obstacle.subject)
        case .holds: return doubt(graph) ?? .settled(.holds)
        case .vacuous(let reason): return doubt(graph) ?? .settled(.vacuous(reason))
        case .missing(let reason): return doubt(graph) ?? .settled(.missing(reason))
        }
    }

    private func story(_ course: Course) -> Story {
        Story(course, endingIn: Replay(course, in: definition).states.last, in: definition)
    }

    private func doubt(_ graph: StateGraph) -> Judgement? {
        guard !graph.doubts.isEmpty else { return nil }
        // What is too large does not become smaller by looking at more of it.
        let isFinal = graph.slice.isWhole || graph.doubts.contains(Explorer.tooLarge(bounds))
        return isFinal ? .settled(.inconclusive(graph.doubts.sorted())) : .tooNarrow(Surroundings.Subject())
    }

    // MARK: Exploring

    func explore(_ cone: Cone, _ properties: [Property], _ general: [GeneralProperty] = []) async -> StateGraph {
        let slice = Slice(of: definition, along: cone, chart)
        let stimuli = StimulusList(for: slice, properties: properties)
        let layout = layout(of: slice, stimuli, properties)
        let explorer = Explorer(bounds: bounds, width: width)
        let graph =
            if only == nil || properties.isEmpty && general.isEmpty {
                await explorer.explore(slice, stimuli: stimuli, layout: layout)
            } else {
                await explorer.explore(slice, stimuli: stimuli, layout: layout) { isAllBroken(properties, general, $0) }
            }
        progress?(words(graph, for: properties))
        return graph
    }

    private func words(_ graph: StateGraph, for properties: [Property]) -> String {
        let cone = graph.slice.cone
        let regions = cone.regions.sorted().map { definition.states[$0].path }.filter { !$0.isEmpty }.joined(separator: " ")
        let facts = cone.facts.sorted().map { definition.facts[$0].name }.joined(separator: " ")
        let size = "\(graph.states.count) states, \(graph.edgeCount) steps"
        return "\(size); for \(properties.map(\.id).joined(separator: " ")); regions \(regions); facts \(facts)"
    }

    private func layout(of slice: Slice, _ stimuli: StimulusList, _ properties: [Property]) -> StateLayout {
        StateLayout(slice: slice, sites: slice.definition.sites(properties: properties)) { site in
            guard let event = site.event else { return site.expression.reads.contains { $0.isOfMessage } ? nil : [.map([:])] }
            return stimuli.all.filter { $0.event == event }.map(\.data)
        }
    }

    private func whole() -> WholeWorkflow {
        let slice = Slice(of: definition, along: Cone(of: Cone.Seed(everythingIn: definition), in: definition, chart), chart)
        let stimuli = StimulusList(for: slice, properties: [])
        return WholeWorkflow(slice: slice, stimuli: stimuli, layout: layout(of: slice, stimuli, []))
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
