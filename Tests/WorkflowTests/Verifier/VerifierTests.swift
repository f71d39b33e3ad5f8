// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("The verifier")
struct VerifierTests {
    /// A question, its answer, and a track beside it that has nothing to do with it.
    static let order = """
        workflow: order
        version: 1
        facts:
          outcome: { type: enum, values: [none, good, bad], initial: none }
          tries: { type: integer }
        events:
          asked: { from: [desk] }
          answered: { from: [lab, desk], data: { result: { type: enum, values: [good, bad], required: true } }, sets: { outcome: data.result } }
          retried: { from: [desk], require: [{ that: "facts.tries < 2", else: too-often }] }
          shipped: { from: [desk] }
          lost: { from: [desk] }
        tasks:
          test: { to: lab, answers: [answered] }
        type: parallel
        states:
          main:
            initial: idle
            states:
              idle: { on: { asked: waiting } }
              waiting:
                task: test
                due: { in: 2 hours, gap: true, target: idle }
                on:
                  answered: [{ guard: "data.result == 'good'", target: done }, { target: failed }]
              failed: { on: { retried: { target: waiting, actions: [{ set: { tries: facts.tries + 1 } }] }, lost: stuck } }
              stuck: { on: { shipped: done } }
              done: { type: final }
          side:
            initial: packed
            states:
              packed: { on: { shipped: sent } }
              sent: { on: { lost: packed, shipped: gone } }
              gone: { type: final }

        """

    static func verify(_ properties: String, in text: String = order, _ change: (inout Verifier) -> Void = { _ in }) async throws
        -> VerificationReport
    {
        let text = properties.isEmpty ? text : text + "properties:\n" + properties
        var verifier = Verifier(try Definition.load(text, file: "test.yaml"))
        change(&verifier)
        return await verifier.verify()
    }

    static func property(_ pattern: String) -> String { "  - { id: P, says: It is so., \(pattern) }\n" }

    @Test(
        "a property that holds is proved, one that does not is refuted by the shortest story",
        arguments: [
            ("always: \"!active('main.failed') || facts.outcome == 'bad'\"", nil),
            ("always: \"!active('main.failed') || facts.outcome == 'good'\"", ["asked", "answered"]),
            ("always: \"facts.tries <= 2\"", nil),
            ("always: \"facts.tries <= 1\"", ["asked", "answered", "retried", "answered", "retried"]),
            ("never: \"active('main.stuck') && facts.outcome == 'good'\"", nil),
            ("never: \"event == 'answered' && sender == 'desk'\"", ["asked", "answered"]),
            ("precedes: { first: \"event == 'asked'\", then: \"active('main.failed')\" }", nil),
            ("precedes: { first: \"event == 'retried'\", then: \"active('main.stuck')\" }", ["asked", "answered", "lost"]),
            ("leadsTo: { from: \"event == 'asked'\", to: \"!active('main.waiting')\" }", nil),
            ("leadsTo: { from: \"event == 'asked'\", to: \"active('main.done')\" }", ["asked"]),
            ("leadsTo: { from: \"active('main.idle')\", to: \"active('main.waiting')\" }", []),
            ("reachable: \"active('main.done') && facts.tries == 2\"", nil),
            ("unaffected: { by: [main.waiting], those: [side] }", nil),
            ("unaffected: { by: [side], those: [main] }", ["asked", "answered", "lost", "shipped"]),
            ("unaffected: { by: [side], those: [main], except: [shipped, lost] }", nil),
        ] as [(String, [String]?)])
    func patterns(pattern: String, expected: [String]?) async throws {
        let report = try await Self.verify(Self.property(pattern))
        let result = try #require(report.results.first { $0.id == "P" })
        guard let expected else {
            #expect(result.verdict.name == "holds", "\(result.verdict)")
            return
        }
        let story = try #require(result.verdict.story, "\(result.verdict)")
        #expect(story.steps.dropFirst().map { $0.event ?? "" } == expected)
        // Without slicing the same is found.
        let whole = try await Self.verify(Self.property(pattern)) { $0.isSlicing = false }
        #expect(whole.results.first { $0.id == "P" }?.verdict.story?.steps.count == story.steps.count)
    }

    @Test("something that is never reached is missing")
    func missing() async throws {
        let report = try await Self.verify(Self.property("reachable: \"facts.tries == 3\""))
        guard case .missing = report.results.first?.verdict else { return #expect(Bool(false), "\(report.results)") }
        #expect(!report.isProof)
    }

    @Test(
        "a property that speaks of nothing is vacuous, and that is a failure",
        arguments: [
            "always: \"!(active('main.failed') && facts.outcome == 'good') || facts.tries == 1\"",
            "never: \"active('main.failed') && facts.outcome == 'good' && facts.tries == 1\"",
            "precedes: { first: \"event == 'asked'\", then: \"facts.tries == 7\" }",
            "leadsTo: { from: \"facts.tries == 7\", to: \"active('main.done')\" }",
            "unaffected: { by: [main.done], those: [side] }",
        ])
    func vacuous(pattern: String) async throws {
        let report = try await Self.verify(Self.property(pattern))
        #expect(report.results.first?.verdict.name == "vacuous", "\(report.results.first?.verdict as Any)")
        #expect(!report.isProof)
    }

    @Test("an expression without a value breaks its property")
    func noValue() async throws {
        let report = try await Self.verify(Self.property("always: \"data.result != 'bad'\""))
        #expect(report.results.first?.verdict.story?.remark == "the expression has no value at this step")
    }

    @Test("a bound that is hit proves nothing")
    func bound() async throws {
        let report = try await Self.verify(Self.property("always: \"facts.tries <= 2\"")) { $0.bounds.statesMax = 5 }
        #expect(report.results.first?.verdict.name == "inconclusive")
        #expect(!report.isProof)
        // What is found before the bound is found.
        let broken = try await Self.verify(Self.property("never: \"active('main.waiting')\"")) { $0.bounds.statesMax = 5 }
        #expect(broken.results.first?.verdict.name == "violated")
    }

    @Test(
        "values that representatives do not cover prove nothing",
        arguments: [
            ("{ n: { type: integer, required: true } }", "data.n % 2 == 0"),
            ("{ n: { type: list, of: integer, required: true } }", "data.n.map(x, x * 2) == [2]"),
            ("{ n: { type: code, required: true } }", "data.n.startsWith('ab')"),
            ("{ n: { type: integer, required: true } }", "now < timestamp('2030-01-01T00:00:00Z')"),
        ])
    func doubts(fields: String, condition: String) async throws {
        let text = """
            workflow: doubtful
            version: 1
            events: { go: { from: [desk], data: \(fields) } }
            initial: a
            states:
              a: { on: { go: { guard: "\(condition)", target: b } } }
              b: { type: final }

            """
        let report = try await Self.verify(Self.property("always: \"active('a') || active('b')\""), in: text)
        #expect(report.results.first?.verdict.name == "inconclusive")
    }

    @Test("whole numbers are told apart at the constants that they are compared with, wherever they are taken over")
    func integers() async throws {
        let text = """
            workflow: numbers
            version: 1
            facts: { years: { type: integer } }
            events:
              charged: { from: [police], data: { years: { type: integer, required: true } }, sets: { years: data.years } }
              settled: { from: [om], data: { codes: { type: list, of: integer } }, require: [{ that: "has(data.codes) && (1 in data.codes) && data.codes.exists(c, c > 19)", else: x }] }
            initial: a
            states:
              a: { on: { charged: { target: b } } }
              b: { on: { settled: [{ guard: "facts.years <= 6", target: light }, { guard: "facts.years == 12", target: heavy }] } }
              light: { type: final, outcome: LIGHT }
              heavy: { type: final, outcome: HEAVY }

            """
        let report = try await Self.verify(
            Self.property("always: \"event != 'settled' || data.codes.size() >= 2\""), in: text)
        #expect(report.results.allSatisfy { ["no-dead-end", "wake-up"].contains($0.id) || $0.verdict.isHolding }, "\(report.results)")
        // Seven years lead nowhere.
        let story = try #require(report.results.first { $0.id == "no-dead-end" }?.verdict.story)
        #expect(story.steps.count == 2)
    }

    @Test("every story plays again in the simulator")
    func replays() async throws {
        let patterns = [
            "always: \"facts.tries <= 1\"", "never: \"event == 'answered' && sender == 'desk'\"",
            "leadsTo: { from: \"event == 'asked'\", to: \"active('main.done')\" }",
        ]
        for pattern in patterns {
            let report = try await Self.verify(Self.property(pattern))
            let story = try #require(report.results.first?.verdict.story)
            try Self.replay(story, Self.order)
        }
    }

    /// Plays a story in a simulation and compares where it ends.
    static func replay(_ story: Story, _ text: String) throws {
        var simulation = Simulation(definition: try Definition.load(text, file: "test.yaml"), now: .verification)
        let start = try #require(story.steps.first)
        _ = try simulation.start(report: ReportFacts(receivedAt: .verification, fields: start.data))
        for step in story.steps.dropFirst() {
            let line = simulation.send(try #require(step.event), from: step.sender, data: step.data)
            #expect(line["rejected"] == nil && line["faulted"] == nil, "\(line)")
        }
        #expect(simulation.state.map(simulation.definition.activePaths) == story.configuration)
    }

    @Test("a story says what happened in words and gives the command that plays it")
    func words() async throws {
        let report = try await Self.verify(Self.property("never: \"active('main.waiting') && facts.tries == 1\""))
        let story = try #require(report.results.first?.verdict.story)
        #expect(
            story.steps.map(\.text) == [
                "a report comes in", "desk: asked", "lab: answered (result: bad)", "desk: retried",
            ])
        #expect(
            story.command(file: "a b.yaml")
                == "ketenroute workflow simulate 'a b.yaml' --event asked@desk --event 'answered@lab={\"result\":\"bad\"}' --event retried@desk"
        )
    }

    @Test("parts that cannot influence a property are cut away")
    func slicing() async throws {
        let report = try await Self.verify(Self.property("always: \"!active('side.gone') || !active('side.sent')\""))
        let result = try #require(report.results.first { $0.id == "P" })
        #expect(result.regions == ["side"])
        #expect(result.states == 3)
    }

    @Test(
        "a property that means nothing keeps the workflow from loading, and the error names the place",
        arguments: [
            ("always: \"facts.none\"", "no fact 'none'"),
            ("always: \"facts.tries\"", "this is a int where a bool should stand"),
            ("always: \"active('nowhere')\"", "no state 'nowhere'"),
            ("never: \"event == 'anwsered'\"", "no event 'anwsered'"),
            ("never: \"sender == 'nobody'\"", "nobody is 'nobody'"),
            ("precedes: { first: \"true\" }", "an expression is missing"),
            ("unaffected: { by: [main] }", "'those' the states that they leave alone"),
            ("sometimes: \"true\"", "a property has no 'sometimes'"),
        ])
    func unreadable(pattern: String, message: String) throws {
        let text = Self.order + "properties:\n" + Self.property(pattern)
        let error = try #require(throws: DefinitionError.self) { try Definition.load(text, file: "test.yaml") }
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(error.problems.contains { $0.message.contains(message) && $0.position.line == line }, "\(error)")
    }
}
