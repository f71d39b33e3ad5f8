// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("What holds in every workflow")
struct GeneralPropertyTests {
    static let sound = """
        workflow: sound
        version: 1
        facts:
          danger: { type: boolean }
          sight: { type: enum, values: [police, centre], initial: police }
          count: { type: integer }
        safetySight: sight
        report: { grave: { type: boolean, required: true } }
        joined: added
        events:
          added: { from: [police], data: { grave: { type: boolean, required: true } } }
          judged: { from: [centre], data: { bad: { type: boolean, required: true } }, sets: { sight: "'centre'" } }
          alarmed: { from: [police] }
          calmed: { from: [police] }
        tasks:
          judge: { to: centre, answers: [judged] }
          act: { to: police, lane: acute, answers: [calmed] }
        type: parallel
        on: { added: {} }
        states:
          main:
            initial: judging
            states:
              judging: { task: judge, on: { judged: [{ guard: data.bad, target: bad }, { target: good }] } }
              good: { type: final, outcome: GOOD }
              bad: { type: final, outcome: BAD }
          acute:
            initial: calm
            states:
              calm:
                always: { guard: "active('main.good') || active('main.bad')", target: over }
                on: { alarmed: { target: act, lane: acute } }
              act: { task: act, on: { calmed: calm } }
              over: { type: final }

        """

    @Test("a sound workflow has all of them")
    func sound() async throws {
        let report = try await VerifierTests.verify("", in: Self.sound)
        #expect(report.isProof, "\(report.results)")
        #expect(report.results.map(\.id) == GeneralProperty.allCases.map(\.rawValue))
    }

    @Test(
        "a spoiled one loses the one that was spoiled, with the shortest story",
        arguments: [
            ("act: { task: act, on: { calmed: calm } }", "act: { task: act }", "no-dead-end", ["alarmed"]),
            ("{ guard: data.bad, target: bad }", "{ guard: \"data.bad && facts.danger\", target: bad }", "outcomes-reachable", nil),
            ("sight: \"'centre'\"", "sight: \"null\"", "safety-sight", ["alarmed", "judged"]),
            ("{ alarmed: { target: act, lane: acute } }", "{ alarmed: { target: over, lane: acute } }", "acute-at-once", ["alarmed"]),
            (
                "{ alarmed: { target: act, lane: acute } }", "{ alarmed: { guard: facts.danger, target: act, lane: acute } }",
                "acute-everywhere", []
            ),
            ("on: { added: {} }", "on: {}", "joined-everywhere", []),
            ("{ guard: data.bad, target: bad }", "{ guard: \"10 / facts.count > 1 && data.bad\", target: bad }", "no-fault", ["judged"]),
            ("over: { type: final }", "over: { always: { guard: \"true\", target: calm } }", "no-endless-step", ["judged"]),
            (
                "act: { task: act, on: { calmed: calm } }", "act: { always: { guard: facts.danger, target: calm } }", "acute-at-once",
                ["alarmed"]
            ),
        ] as [(String, String, String, [String]?)])
    func spoiled(what: String, with: String, id: String, events: [String]?) async throws {
        #expect(Self.sound.contains(what))
        let report = try await VerifierTests.verify("", in: Self.sound.replacing(what, with: with))
        let result = try #require(report.results.first { $0.id == id })
        #expect(result.verdict.name == "violated")
        if let events { #expect(result.verdict.story?.steps.dropFirst().map { $0.event ?? "" } == events) }
    }

    @Test("an open case that waits for nothing has no wake-up, though danger could still be told")
    func wakeUp() async throws {
        let text = Self.sound.replacing("good: { type: final, outcome: GOOD }", with: "good: {}")
            .replacing("active('main.good') ||", with: "")
        let report = try await VerifierTests.verify("", in: text)
        let story = try #require(report.results.first { $0.id == "wake-up" }?.verdict.story)
        #expect(story.steps.dropFirst().map { $0.event ?? "" } == ["judged"])
    }
}
