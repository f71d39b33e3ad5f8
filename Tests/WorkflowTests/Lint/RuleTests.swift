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
