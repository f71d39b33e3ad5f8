// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

/// What the rules find beyond the examples of the page.
@Suite("Rules of lint")
struct RuleTests {
    @Test("find it where it stands, and nothing in its good twin", arguments: RuleExample.all)
    func finds(example: RuleExample) throws {
        let (text, position) = try LintFixture.unmark(LintFixture.compose(example.bad, over: LintPageTests.base))
        let findings = try LintFixture.lint(text).filter { $0.rule == example.rule }
        #expect(findings.map(\.position) == [position], "\(findings)")
        let twin = try LintFixture.lint(LintFixture.compose(example.good, over: LintPageTests.base))
        #expect(!twin.contains { $0.rule == example.rule }, "\(twin)")
    }

    @Test("a basis, a purpose and a group hold from their first to their last day")
    func validity() throws {
        let closed = LintContext.Validity(until: CivilDate("2026-11-30"))
        let rules = { (change: @escaping (inout LintContext) -> Void) in
            try LintFixture.lint(LintPageTests.base, changing: change).map(\.rule)
        }
        #expect(try rules { $0.bases["wmo-4.1.1"]?.validity = closed } == ["basis-not-covering"])
        #expect(try rules { $0.purposes["VT-TAAK"] = closed } == ["unknown-purpose"])
        #expect(try rules { $0.fieldGroups["kinderen"]?.validity = closed } == ["projection-exceeded"])
        let open = LintContext.Validity(from: CivilDate("2026-12-01"), until: CivilDate("2026-12-01"))
        #expect(try rules { $0.bases["wmo-4.1.1"]?.validity = open } == [])
    }

    @Test("a lease that outlives the term is found whatever the retries say")
    func lease() throws {
        let findings = try LintFixture.lint(LintPageTests.base) { $0.leaseSeconds[.routine] = 10 * 86_400 }
        #expect(findings.map(\.rule) == ["lease-outlives-deadline"])
        #expect(findings.first?.position == SourcePosition(line: 32, column: 11))
    }

    @Test("a version that was published with this very text may be linted again")
    func published() throws {
        func findings(_ digest: String) throws -> [String] {
            try LintFixture.lint(LintPageTests.base, digest: "a") {
                $0.published = [LintContext.Publication(workflow: "voorbeeld", version: 1, digest: digest)]
            }.map(\.description)
        }
        #expect(try findings("a") == [])
        #expect(try findings("b").first?.hasPrefix("2:10: changed-after-publication") == true)
    }

    @Test("a calendar is asked about cases of next year, also for a workflow that has been valid for long")
    func today() throws {
        let rules = { (day: String) in
            try LintFixture.lint(LintPageTests.base) { $0.today = CivilDate(day) }.map(\.rule)
        }
        #expect(try rules("2026-11-24") == [])
        #expect(try rules("2039-12-20") == [])
        #expect(try rules("2039-12-30") == ["calendar-too-short"])
    }

    @Test("a guard that reads the clock is not taken for one that always says the same")
    func clock() throws {
        let text = LintPageTests.base.replacing("facts.uitkomst == 'hulp'", with: "facts.uitkomst == 'hulp' || now > report.receivedAt")
        #expect(try LintFixture.lint(text) == [])
    }

    @Test("more guards than can be compared are said to be too many")
    func many() throws {
        let guards = (1...70).map { "        - { guard: \"data.jaren == \($0)\", target: hulp }\n" }.joined()
        let text = LintPageTests.base
            .replacing("required: true } }", with: "required: true }, jaren: { type: integer, required: true } }")
            .replacing("        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n", with: guards)
        let findings = try LintFixture.lint(text)
        #expect(findings.filter { $0.rule == "guards-overlap" }.map(\.position.line) == [37])
        #expect(Set(findings.map(\.rule)) == ["guards-overlap", "unused-fact"])
    }

    @Test("a definition in JSON has the same findings, with places")
    func json() throws {
        let text = """
            {"workflow": "x", "version": 1, "events": {"e": {}},
             "states": {"a": {"on": {"e": "b"}}, "b": {"type": "final", "outcome": "B"}}}
            """
        #expect(
            try LintFixture.lint(text).map { "\($0.position) \($0.rule)" } == ["1:44 event-open-to-all", "2:31 rule-without-source"])
    }

    @Test("what does not load throws all its errors with their places")
    func unloadable() throws {
        let text = LintPageTests.base.replacing("target: hulp }", with: "target: hulpp }").replacing(
            "task: beoordeel", with: "task: beoordel")
        let error = try #require(throws: DefinitionError.self) { try LintFixture.lint(text) }
        #expect(error.problems.map(\.position.line) == [32, 36])
    }

    @Test("a file of Config that lacks something is refused with the place")
    func configuration() throws {
        var context = LintContext()
        let error = try #require(throws: ConfigurationFileError.self) {
            try context.read(.bases, yaml: "legalBases:\n  - id: x\n    from: [politie]\n    to: [om]\n", name: "legal-bases.yaml")
        }
        #expect(error.description == "legal-bases.yaml:2:5: 'purposes' is missing")
    }
}
