// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("Mutants")
struct MutationTests {
    private func mutants(of text: String) throws -> [Mutant] {
        try Mutant.all(of: text, file: "w.yaml", calendars: ShippedWorkflow.calendars())
    }

    @Test("there is a mutant for every guard, target, sender, requirement and assignment of the shipped workflow")
    func complete() throws {
        let definition = try ShippedWorkflow.definition()
        let counts = Dictionary(grouping: try mutants(of: ShippedWorkflow.text()), by: \.kind).mapValues(\.count)
        let transitions = definition.states.flatMap(\.transitions)
        let guards = transitions.filter { $0.condition != nil }.count
        let siblings = transitions.flatMap(\.targets).map { target in
            definition.states[target].parent.map { definition.states[$0].children.count - 1 } ?? 0
        }
        let actions = definition.states.flatMap { $0.entry + $0.exit } + transitions.flatMap(\.actions)
        let sets = actions.filter { if case .set = $0 { true } else { false } }.count
        let events = definition.events.values
        #expect(counts[.dropGuard] == guards && counts[.negateGuard] == guards)
        #expect(counts[.retarget] == siblings.reduce(0, +))
        #expect(counts[.dropRequire] == events.map(\.requirements.count).reduce(0, +))
        #expect(counts[.dropSet] == events.map(\.assignments.count).reduce(sets, +))
        #expect(counts[.widenFrom] == events.compactMap { $0.from.map { definition.roles.subtracting($0).count } }.reduce(0, +))
    }

    @Test("identifiers are unique, and edits elsewhere leave them as they are")
    func stable() throws {
        let text = try ShippedWorkflow.text()
        let ids = try mutants(of: text).map(\.id)
        #expect(Set(ids).count == ids.count)
        let edited = text.replacing("# Danger: every partner", with: "# A comment.\n  # Danger: every partner")
            .replacing("in: 56 days", with: "in: 57 days").replacing("    title: Beoordeel de veiligheid\n", with: "")
        #expect(try mutants(of: edited).map(\.id) == ids)
    }

    /// Everything in the several ways in which YAML lets it be written.
    private static let forms = """
        workflow: vormen
        version: 1
        facts: { n: { type: integer }, m: { type: integer } }   # facts
        events:
          e:
            from: [x, y]   # who
            data: { k: { type: integer, required: true } }
            require:
              - { that: "data.k > 0", else: te-klein }
              # between
              - that: >-
                  data.k < 10 &&
                  data.k != 5
                else: te-groot
            sets: { n: data.k, m: "data.k + 1" }
          f: { from: x, require: { that: 'true', else: nooit } }
          g:
            from: [y]
            sets:
              n: 3
        states:
          a:
            entry: [{ set: { n: "1", m: "2" } }, { note: in }]
            on:
              e:
                - guard: data.k == 1   # first
                  target: b
                  actions: [{ set: { n: "7" } }]
                - { target: c, guard: 'data.k == 2' }
                - target: c
                  guard: "facts.n > 1
                    && facts.m > 1"
              f: c
              g: { guard: "facts.n == 0" }
          b: {}
          c:
            type: final
        """

    @Test("each mutant is the definition with one rule changed and its comments kept")
    func one() throws {
        let calendars = try ShippedWorkflow.calendars()
        let version = try WorkflowDiff.Version(Self.forms, file: "w.yaml", calendars: calendars)
        let mutants = try mutants(of: Self.forms)
        #expect(mutants.count == 27)
        for mutant in mutants {
            let changed = try WorkflowDiff.Version(mutant.text, file: mutant.id, calendars: calendars)
            let diff = WorkflowDiff(from: version, to: changed)
            #expect(diff.changes.count == 1, "\(mutant.id): \(diff.lines)\n\(mutant.text)")
            #expect(mutant.text.contains("# facts") && mutant.text.contains("# who"), "\(mutant.id)")
        }
    }

    @Test(
        "a mutant does what it says",
        arguments: [
            ("events/e/widen-from/z", nil, nil),
            ("events/f/widen-from/y", "f: { from: x,", "f: { from: [\"x\", \"y\"],"),
            ("events/f/require/0/drop-require", "require: { that: 'true', else: nooit } }", "require: [] }"),
            ("events/g/sets/n/drop-set", "      n: 3", "      {}"),
            ("events/e/sets/n/drop-set", "{ n: data.k, m: \"data.k + 1\" }", "{ m: \"data.k + 1\" }"),
            ("events/e/sets/m/drop-set", "{ n: data.k, m: \"data.k + 1\" }", "{ n: data.k }"),
            ("a/on/e/0/drop-guard", "- guard: data.k == 1   # first\n          target: b", "- target: b"),
            ("a/on/e/0/negate-guard", "guard: data.k == 1 ", "guard: \"!(data.k == 1)\" "),
            ("a/on/e/1/drop-guard", "{ target: c, guard: 'data.k == 2' }", "{ target: c }"),
            ("a/on/e/2/retarget/b", "- target: c\n", "- target: b\n"),
            ("a/on/f/0/retarget/a", "f: c\n", "f: a\n"),
            ("a/on/g/0/drop-guard", "g: { guard: \"facts.n == 0\" }", "g: {}"),
            ("a/entry/0/set/n/drop-set", "[{ set: { n: \"1\", m: \"2\" } }", "[{ set: { m: \"2\" } }"),
        ] as [(String, String?, String?)])
    func edits(id: String, from: String?, to: String?) throws {
        let mutant = try mutants(of: Self.forms).first { $0.id == id }
        guard let from, let to else {
            #expect(mutant == nil, "there is no such role")
            return
        }
        try #require(Self.forms.contains(from))
        #expect(try #require(mutant).text == Self.forms.replacing(from, with: to, maxReplacements: 1))
    }

    @Test("JSON is spoiled as well as YAML", .enabled(if: ConformanceFolder.isPresent, "the conformance cases stand beside the checkout"))
    func json() throws {
        for (name, text, _) in try ShippedWorkflow.allDefinitions().dropFirst() {
            for mutant in try mutants(of: text) {
                _ = try JSON.parse(mutant.text)
                #expect(mutant.text != text, "\(name) \(mutant.id)")
            }
        }
    }

    // MARK: The report

    private func report(_ explanations: String, caught: Set<String>) throws -> MutationReport {
        let mutants = try mutants(of: Self.forms).filter { $0.id.hasPrefix("a/on/e/0/") }
        return MutationReport(
            mutants, catches: mutants.map { caught.contains($0.id) ? ("test", "s.yaml:1: in") : nil },
            explanations: try MutantExplanations.load(explanations, file: "mutants.yaml"))
    }

    @Test("a mutant that nothing notices survives, unless its reason is given")
    func survivors() throws {
        let report = try report(
            "mutants: { 'a/on/*/negate-guard': Same., 'b/*': Gone. }", caught: ["a/on/e/0/drop-guard", "a/on/e/0/retarget/a"])
        #expect(report.survivors.map(\.id) == ["a/on/e/0/retarget/c", "a/on/e/0/actions/0/set/n/drop-set"])
        #expect(report.results.map(\.fate).contains(.equivalent(reason: "Same.")))
        #expect(report.stale == ["mutants.yaml:1:42: 'b/*' explains no mutant that survives; take it out"])
        #expect(report.summary == "5 mutants: 2 caught by test, 1 equivalent, 2 unexplained")
    }

    @Test("an explanation of a mutant that is noticed is out of date")
    func stale() throws {
        #expect(try report("mutants: { a/on/e/0/drop-guard: Same. }", caught: ["a/on/e/0/drop-guard"]).stale.count == 1)
    }

    @Test("the shipped explanations explain mutants that are there")
    func shippedExplanations() throws {
        let file = ShippedWorkflow.root.appending(path: "Workflows/omgangsregeling/mutants.yaml")
        let explanations = try MutantExplanations.load(String(contentsOf: file, encoding: .utf8), file: "mutants.yaml")
        let mutants = try mutants(of: ShippedWorkflow.text())
        #expect(MutationReport(mutants, catches: mutants.map { _ in nil }, explanations: explanations).stale == [])
    }
}
