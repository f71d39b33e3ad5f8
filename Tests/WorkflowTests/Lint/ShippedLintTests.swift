// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@testable import Workflow

@Suite("Lint and what is shipped")
struct ShippedLintTests {
    private static let path = "Workflows/omgangsregeling/omgangsregeling.yaml"

    @Test("omgangsregeling lints clean")
    func clean() throws { #expect(try LintFixture.lint(LintFixture.text(Self.path)).map(\.description) == []) }

    /// Slips of the pen, each with the rule that finds it.
    @Test(
        "a slip in omgangsregeling is found",
        arguments: [
            ("              byLaw: true\n", "", "deadline-decides"),
            ("in: 1 working-day, gap: true, target", "in: 1 working-day, target", "deadline-decides"),
            ("data.uitgesproken && !data.gehoord", "data.uitgesproken", "guards-overlap"),
            ("                - { target: straf.overgedragen }\n", "", "value-without-rule"),
            ("shows: [omBeslissing]", "shows: [omBeslissing, rvdkRapport]", "projection-exceeded"),
            ("    basis: wpg-16-1-b\n", "    basis: wpg-16-1-c\n", "basis-not-covering"),
            (
                "      sterkeArmVerzocht: { actions: [{ notify: { to: om, what: sterke-arm-gevraagd } }] }\n", "", "event-unawaited"
            ),
            ("!has(data.sepotcodes) || !(4 in", "!(4 in", "expression-may-fail"),
            ("interval: 30 s", "interval: 6 min", "lease-outlives-deadline"),
        ])
    func slips(original: String, slip: String, rule: String) throws {
        let text = try LintFixture.text(Self.path)
        try #require(text.contains(original), "the slip is about a line that is not there any more: \(original)")
        let changed = text.replacing(original, with: slip, maxReplacements: 1)
        #expect(try LintFixture.lint(changed).map(\.rule).contains(rule))
    }

    @Test(
        "public statechart cases load and do not lint",
        .enabled(if: ConformanceFolder.isPresent, "the conformance cases stand beside the checkout"))
    func conformance() throws {
        let files = try ConformanceFolder.files(in: "statechart", suffix: ".workflow.json")
        try #require(!files.isEmpty)
        for file in files { #expect(try !LintFixture.lint(String(contentsOf: file, encoding: .utf8)).isEmpty, "\(file.lastPathComponent)") }
    }
}
