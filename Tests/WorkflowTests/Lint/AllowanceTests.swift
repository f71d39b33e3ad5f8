// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Workflow

@Suite("Comments that allow a finding")
struct AllowanceTests {
    private func rules(_ facts: String) throws -> [String] {
        let own = "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp], initial: geen }\n" + facts
        return try LintFixture.lint(LintFixture.compose(own, over: LintPageTests.base)).map { "\($0.position.line) \($0.rule)" }
    }

    @Test("stand behind the line or above it, also several, and through blank lines")
    func places() throws {
        #expect(try rules("  a: { type: boolean }\n") == ["3 unused-fact"])
        #expect(try rules("  a: { type: boolean } # allow unused-fact: for the record\n") == [])
        #expect(try rules("  # allow unused-fact: for the record\n  # It is a fact.\n\n  a: { type: boolean }\n") == [])
        let two = "  # allow unused-fact: for the record\n  # allow value-without-rule: set by an operator's tool\n"
        #expect(try rules(two + "  a: { type: enum, values: [x, y], initial: x }\n") == [])
    }

    @Test("allow one line and one rule")
    func extent() throws {
        let facts = "  a: { type: boolean } # allow unused-fact: for the record\n  b: { type: boolean }\n"
        #expect(try rules(facts) == ["4 unused-fact"])
        #expect(try rules("  a: { type: boolean } # allow unused-task: for the record\n") == ["3 unused-fact", "3 allow-unused"])
    }

    @Test("cannot be allowed themselves")
    func notThemselves() throws {
        let facts = "  # allow allow-unused: because\n  # allow unused-task: none\n  a: { type: boolean } # allow unused-fact: x\n"
        #expect(try rules(facts) == ["3 allow-unused", "4 allow-unused"])
    }

    @Test("are comments, not what stands in a text or in a sentence that begins alike")
    func comments() {
        let text = """
            title: "no comment # allow unused-fact: x"
            note: 'it # allow unused-fact: x'
            sentence: it's here # allow unused-fact: y
            # allow all of this, please
            # allow me: to say
            """
        let found = Allowance.read(text)
        #expect(found.map(\.rule) == ["unused-fact", "me"])
        #expect(found.first?.position == SourcePosition(line: 3, column: 21))
        #expect(found.first?.reason == "y")
    }
}
