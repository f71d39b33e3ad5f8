// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Workflow

@Suite("The page about lint")
struct LintPageTests {
    /// One rule as the page explains it.
    struct Entry: CustomTestStringConvertible {
        let rule: String
        let bad: String
        let output: [String]
        let mended: String

        var testDescription: String { rule }
    }

    static let page = (try? LintFixture.text("Workflows/LINT.md")).map(DocumentationPage.init)

    static var base: String { page?.blocks.first { $0.language == "yaml" }?.text ?? "" }

    static var entries: [Entry] {
        let blocks = page?.blocks ?? []
        return (page?.headings ?? []).filter { $0.hasPrefix("### ") }.compactMap { heading in
            let own = blocks.filter { $0.heading == heading }
            let examples = own.filter { $0.language == "yaml" }
            guard examples.count == 2, let output = own.first(where: { $0.language == "text" }) else { return nil }
            return Entry(
                rule: String(heading.dropFirst(4)), bad: examples[0].text, output: output.text.split(separator: "\n").map(String.init),
                mended: examples[1].text)
        }
    }

    @Test("explains every rule and no other, in the order of the list")
    func names() { #expect(Self.entries.map(\.rule) == LintRule.all.map(\.id)) }

    @Test("starts from a workflow that lints clean")
    func baseIsClean() throws { #expect(try LintFixture.lint(Self.base) == []) }

    @Test("shows a bad example with all that lint says about it", arguments: entries)
    func bad(entry: Entry) throws {
        let findings = try lint(entry.bad, entry)
        #expect(findings.map(\.description) == entry.output)
        #expect(findings.contains { $0.rule == entry.rule })
    }

    @Test("shows a mended example that lints clean", arguments: entries)
    func mended(entry: Entry) throws {
        #expect(try lint(entry.mended, entry) == [])
    }

    /// One rule is about what the definition does not hold: what was published.
    private func lint(_ example: String, _ entry: Entry) throws -> [LintFinding] {
        try LintFixture.lint(LintFixture.compose(example, over: Self.base), digest: "of this text") { context in
            if entry.rule == LintRule.changedAfterPublication.id {
                let digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
                context.published = [LintContext.Publication(workflow: "voorbeeld", version: 1, digest: digest)]
            }
        }
    }
}
