// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Hostile guards")
struct HostileGuardTests {
    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    @Test(
        "a text that is too long, too deep or endless is refused",
        arguments: [
            times(10_000, "("), times(4_000, "["), times(4_000, "{"), times(10_000, "-") + "1", times(8_000, "-") + "1",
            times(8_000, "!") + "true",
            "1" + times(4_000, "+1"), "x" + times(4_000, ".x"), "x" + times(2_000, "[0]"), times(4_000, "a?"), times(2_000, "a?b:"),
            times(2_000, "true||") + "true", times(300, "[1].map(x, "), "'" + times(10_000, "a") + "'", times(1_000_000, "a"),
            "'" + times(2_000_000, "x") + "'", "[" + times(5_000, "1,") + "1]", times(2_000, "size("), times(8_000, "'"),
            times(8_000, "\\"),
        ])
    func texts(source: String) { #expect(throws: (any Error).self) { try evaluateUndeclared(source) } }

    @Test(
        "what would take more than its bounds is an error of cost",
        arguments: [
            // Six loops of nine within each other.
            "[1,2,3,4,5,6,7,8,9].map(a, [1,2,3,4,5,6,7,8,9].map(b, [1,2,3,4,5,6,7,8,9].map(c, [1,2,3,4,5,6,7,8,9].map(d, "
                + "[1,2,3,4,5,6,7,8,9].map(e, [1,2,3,4,5,6,7,8,9].map(f, a))))))",
            "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, "
                + "[1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, true))))))",
            // A list that holds the one before it twice, thirty deep: quickly made, never walked over.
            doubled(30), "\(doubled(30)) == \(doubled(30))", "\(doubled(30)) in [\(doubled(30))]",
            // A text that doubles.
            "['\(times(1_000, "a"))']" + times(10, ".map(t, t + t)"),
            // A list that doubles.
            "[[\(times(1_000, "1,"))]]" + times(10, ".map(t, t + t)"),
            // Many patterns that each stay within their own bound.
            "[1,2,3,4,5,6,7,8,9].all(i, [1,2,3,4,5,6,7,8,9].all(j, !'\(times(3_000, "a"))'.matches('(a|aa)+(a|aa)+(a|aa)+(a|aa)+(a|aa)+b')))",
        ])
    func costs(source: String) {
        let error = #expect(throws: GuardError.self, "\(source.prefix(80))") { try evaluateUndeclared(source) }
        #expect(error?.code == .costExceeded, "\(source.prefix(80))")
    }

    private static func doubled(_ times: Int) -> String { "[1]" + self.times(times, ".map(x, [x, x])") + "[0]" }

    @Test("facts of any size are bounded too")
    func facts() {
        let facts: JSON = ["long": .string(Self.times(1_000_000, "ab")), "zeros": .string(Self.times(100_000, "9999999999h"))]
        for source in [
            "facts.long.matches('^(ab|a)*(ba|b)*c$')", "facts.long + facts.long == ''", "duration(facts.zeros) > duration('1s')",
            "[1,2,3,4,5,6,7,8,9].all(i, facts.long.contains('abababababababababc') == false)",
        ] {
            #expect(throws: GuardError.self, "\(source)") { try evaluateUndeclared(source, facts: facts) }
        }
    }

    @Test(
        "a pattern that backtracking engines die of takes its bounded time",
        arguments: [
            "^(a+)+$", "^(a*)*b", "^(a|aa)+$b", "^(a|a|a|a)*b", "^a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaab", "((a+)+)+b", "(.*)(.*)(.*)(.*)c",
        ])
    func backtracking(pattern: String) throws {
        #expect(try !RegularExpression(pattern).hasMatch(in: Self.times(5_000, "a") + "x"))
    }

    @Test(
        "a pattern that is too large, or no pattern, is an error",
        arguments: [
            "a{1001}", "(a{1000}){1000}", "((((((a{9}){9}){9}){9}){9}){9})", "(((((){1000}){1000}){1000}){1000})", times(1_000, "("), "a**",
            "(",
            ")", "[a", "[z-a]", "\\", "a{2,1}", "*a", "(?=a)", "(?<!a)", "\\1", "\\pL", times(3_000, "a"),
            times(1_900, "a?") + times(200, "b"),
            "(?P<n", "[[:nothing:]]", "\\xZZ", "\\x{110000}",
        ])
    func patterns(pattern: String) { #expect(throws: GuardError.self) { try RegularExpression(pattern).hasMatch(in: "a") } }
}
