// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

/// The verifier against plain simulation, over workflows that nobody has thought of.
///
/// `KETENROUTE_VERIFIER_SEED` is the first seed, `KETENROUTE_VERIFIER_WORKFLOWS` how many workflows are made, and
/// `KETENROUTE_VERIFIER_RUNS` how many runs each gets.
@Suite("The verifier over random workflows")
struct RandomWorkflowTests {
    private static func number(_ name: String, _ otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment["KETENROUTE_VERIFIER_\(name)"].flatMap(UInt64.init) ?? otherwise
    }

    static let seeds = Array(number("SEED", 101)..<number("SEED", 101) + number("WORKFLOWS", 2))
    static let statesMax = Int(number("STATES", 6_000))

    private func graph(_ definition: Definition) async -> StateGraph {
        var verifier = Verifier(definition)
        verifier.bounds.statesMax = Self.statesMax
        let cone = Cone(of: Cone.Seed(everythingIn: definition), in: definition, Regions(definition.states))
        return await verifier.explore(cone, [])
    }

    @Test("whatever a random run reaches the verifier calls reachable", arguments: seeds)
    func reachable(seed: UInt64) async throws {
        var workflow = RandomWorkflow(seed: seed)
        let definition = try Definition.load(workflow.text(), file: "random-\(seed).yaml")
        let graph = await graph(definition)
        // A workflow beyond the bound shows nothing either way.
        guard graph.doubts.isEmpty else { return print("seed \(seed): \(graph.doubts.sorted().joined(separator: "; "))") }
        var found = StateArena(wordCount: graph.layout.wordCount)
        for state in 0..<graph.states.count { _ = found.insert(Array(graph.states[state]), at: 0) }
        var layout = graph.layout
        var run = RandomRun(definition: definition, seed: seed)
        for _ in 0..<Self.number("RUNS", 40) {
            for state in run.states() {
                var words: [UInt64] = []
                let isKnown = layout.learn(state) && layout.pack(state, onto: &words)
                let isFound = isKnown && !found.insert(words, at: 0).isNew
                try #require(isFound, "seed \(seed): \(definition.activePaths(state)) is reached and was not found")
            }
        }
    }

    @Test("slicing changes no verdict, and every counterexample plays again", arguments: seeds)
    func slicing(seed: UInt64) async throws {
        var workflow = RandomWorkflow(seed: seed)
        let text = workflow.text()
        let properties = """
              - { id: A, says: a, always: "!active('a.s3') || facts.flag" }
              - { id: B, says: b, never: "active('b.group') && facts.kind == 'r'" }
              - { id: C, says: c, precedes: { first: "active('a.s1')", then: "active('a.s2')" } }
              - { id: D, says: d, leadsTo: { from: "active('c.s3')", to: "!active('c.s3')" } }
              - { id: E, says: e, reachable: "active('c.end')" }
              - { id: F, says: f, unaffected: { by: [a], those: [b] } }
              - { id: G, says: g, never: "event == 'e3' && active('a.end')" }

            """
        let sliced = try await VerifierTests.verify(properties, in: text) { $0.bounds.statesMax = Self.statesMax }
        let whole = try await VerifierTests.verify(properties, in: text) {
            $0.bounds.statesMax = Self.statesMax
            $0.isSlicing = false
        }
        for (one, other) in zip(sliced.results, whole.results) where other.verdict.name != "inconclusive" {
            #expect(one.verdict.name == other.verdict.name, "seed \(seed): \(one.id)")
        }
        for story in (sliced.results + whole.results).compactMap(\.verdict.story)
        where story.remark?.hasPrefix("guard-failed") != true
            && story.remark?.hasPrefix("step-endless") != true && story.remark?.hasPrefix("fact-type") != true
        {
            try VerifierTests.replay(story, text)
        }
    }
}

/// A course of a case in which whatever happens is chosen by chance, also what the verifier would not choose.
private struct RandomRun {
    let definition: Definition
    var random: SplitMix64

    init(definition: Definition, seed: UInt64) {
        self.definition = definition
        random = SplitMix64(seed: seed &* 31)
    }

    mutating func states() -> [CaseState] {
        let report = ReportFacts(receivedAt: .verification, fields: ["first": .bool(.random(using: &random))])
        guard var state = try? definition.start(report: report, now: .verification).state else { return [] }
        var states = [state]
        for _ in 0..<40 where !state.isClosed {
            guard let next = try? definition.step(state, event(in: state), now: .verification).state else { continue }
            state = next
            states.append(state)
        }
        return states
    }

    private mutating func event(in state: CaseState) -> Event {
        if let term = state.deadlines.randomElement(using: &random), Int.random(in: 0..<6, using: &random) == 0 {
            return .deadline(term.number)
        }
        var data: [String: JSON] = ["d": Bool.random(using: &random) ? "p" : "q"]
        if Bool.random(using: &random) { data["n"] = .integer(Int64.random(in: -2...9, using: &random)) }
        return .message(
            Event.Message(
                name: "e\(Int.random(in: 0..<8, using: &random))", sender: Bool.random(using: &random) ? "u" : "v", data: .object(data)))
    }
}
