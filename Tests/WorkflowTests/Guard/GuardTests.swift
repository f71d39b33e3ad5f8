// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Guards")
struct GuardTests {
    @Test(
        "expressions have the value that CEL gives them",
        arguments: [
            ("1 == 1.0", "true"), ("1 == '1'", "false"), ("dyn(1) < 2.5", "true"), ("9223372036854775807 < 9223372036854775808.0", "true"),
            ("-7 / 2", "-3"), ("-7 % 2", "-1"), ("1.0 / 0.0 > 1.0", "true"), ("0.0 / 0.0 == 0.0 / 0.0", "false"),
            ("[1, 2][dyn(1.0)]", "2"), ("{'a': 1}.a", "1"), ("{1: 'x'}[1.0]", "'x'"), ("'a' in {'a': null}", "true"),
            ("has({'a': 1}.b)", "false"), ("size('é😀')", "2"), ("'😀'.size()", "1"), ("'abc'.contains('')", "true"),
            ("'abc'.endsWith('bc') && !'c'.endsWith('abc')", "true"), ("[1, 2, 3].exists_one(x, x > 2)", "true"),
            ("[1, 'a'].exists(x, x == 'a' || x > 5)", "true"), ("[1, 2, 3].map(x, x > 1, x * 2)", "[4, 6]"),
            ("[[1], [2]].all(x, x.all(y, y > 0))", "true"), ("string(1000000.0)", "'1000000'"), ("string(1e22)", "'1e+22'"),
            ("string(0.00001)", "'1e-05'"), ("string(timestamp('2026-11-23T10:15:00.120Z'))", "'2026-11-23T10:15:00.12Z'"),
            ("string(duration('1h1.5s'))", "'3601.5s'"), ("type(1) == int && type(type(1)) == type", "true"),
            ("type(timestamp(0)) == google.protobuf.Timestamp", "true"), ("duration('1.5h') == duration('90m')", "true"),
            ("timestamp('2026-03-29T01:00:00Z').getHours('Europe/Amsterdam')", "3"),
            ("timestamp('2026-11-23T23:30:00Z').getDate('+01:00')", "24"), ("timestamp('2026-11-22T10:00:00Z').getDayOfWeek()", "0"),
            ("timestamp('2027-01-01T00:00:00Z') - timestamp('2026-12-31T00:00:00Z') == duration('24h')", "true"),
            ("duration('123.321456789s').getMilliseconds()", "321"), ("r'\\n' == '\\\\n'", "true"), ("'''a\nb'''.size()", "3"),
            ("double(0x10) + .5e1 == 21.0", "true"), ("true ? 1 : 1 / 0", "1"), ("[1,2,].size()", "2"),
            ("--1", "1"), ("!!true", "true"), ("1 - -1", "2"), ("2 + 3 * 4 - 6 / 2", "11"), ("'x' // remark", "'x'"),
        ])
    func values(source: String, expected: String) throws {
        #expect(try evaluateUndeclared(source) == evaluateUndeclared(expected), "\(source)")
    }

    @Test(
        "what has no value is an error of its kind",
        arguments: [
            ("1 / 0", GuardError.Code.divisionByZero), ("9223372036854775807 + 1", .overflow), ("-(-9223372036854775808)", .overflow),
            ("-9223372036854775808 / -1", .overflow), ("1 + 1.0", .noMatchingOverload), ("[1][1]", .indexOutOfRange),
            ("{'a': 1}.b", .noSuchKey), ("{'a': 1, 'a': 2}", .invalidArgument), ("{1.5: 2}", .noMatchingOverload),
            ("int('x')", .invalidArgument), ("int(1e99)", .overflow), ("timestamp('2026-02-30T00:00:00Z')", .invalidArgument),
            ("timestamp(253402300800)", .overflow), ("duration('320000000000s')", .overflow), ("'a'.matches('(')", .invalidArgument),
            ("true && 1", .noMatchingOverload), ("1 ? 2 : 3", .noMatchingOverload), ("'a' < 1", .noMatchingOverload),
            ("[1, 2].all(x, x.y)", .noMatchingOverload), ("facts.missing", .noSuchKey),
        ] as [(String, GuardError.Code)])
    func errors(source: String, code: GuardError.Code) {
        let error = #expect(throws: GuardError.self, "\(source)") { try evaluateUndeclared(source) }
        #expect(error?.code == code, "\(source)")
    }

    @Test(
        "what is not in the language is refused with its place",
        arguments: [
            ("", 0), ("1 +", 3), ("1 2", 2), ("'a", 2), ("(1", 2), ("[1 2]", 3), ("{1 2}", 3), ("a.", 2), ("for", 0), ("1u", 1),
            ("b'x'", 0), ("x{a: 1}", 1), ("9223372036854775808", 0), ("1 ? 2", 5), ("'\\q'", 3), ("1 == = 2", 5), ("unknown", 0),
            ("has(1)", 0), ("size()", 0), ("[1].all(1, true)", 3), ("active('nowhere')", 7), ("#", 0),
        ])
    func syntax(source: String, offset: Int) {
        let error = #expect(throws: GuardCompileError.self, "\(source)") { try evaluateUndeclared(source) }
        #expect(error?.offset == offset, "\(source): \(error?.message ?? "")")
    }

    @Test(
        "hostile expressions are errors, not crashes",
        arguments: [
            String(repeating: "(", count: 10_000), String(repeating: "[", count: 4_000), String(repeating: "!", count: 8_000) + "true",
            String(repeating: "-", count: 8_000) + "1", "1" + String(repeating: "+1", count: 4_000),
            "x" + String(repeating: ".x", count: 4_000), String(repeating: "a?", count: 4_000),
            String(repeating: "[1].map(x, ", count: 300),
            "'\(String(repeating: "a", count: 2_000))'.matches('(a*)*b(a|aa)+$((((a+)+)+)+)+{900}')",
            "[1,2,3,4,5,6,7,8,9].map(a, [1,2,3,4,5,6,7,8,9].map(b, [1,2,3,4,5,6,7,8,9].map(c, [1,2,3,4,5,6,7,8,9].map(d, "
                + "[1,2,3,4,5,6,7,8,9].map(e, [1,2,3,4,5,6,7,8,9].map(f, a))))))",
        ])
    func hostile(source: String) { #expect(throws: (any Error).self) { try evaluateUndeclared(source) } }

    @Test(
        "regular expressions match as RE2 does",
        arguments: [
            ("abc", "b", true), ("abc", "^b", false), ("abc", "^a.c$", true), ("a\nc", "a.c", false), ("a\nc", "(?s)a.c", true),
            ("ABC", "(?i)abc", true), ("aaa", "^a{2}$", false), ("aaa", "^a{2,}$", true), ("aaa", "^a{1,2}$", false), ("", "^$", true),
            ("foobar", "foo(bar|baz)?$", true), ("x-1", "^[a-z]-[0-9]$", true), ("]", "^[]]$", true), ("-", "^[a-]$", true),
            ("é", "^.$", true), ("ab", "\\Aab\\z", true), ("a b", "a\\sb", true), ("a_1", "^\\w+$", true), ("a1", "^[[:alpha:]]+$", false),
            ("word here", "\\bhere\\b", true), ("aXb", "^a[^x]b$", true), ("a{b", "a{b", true), ("a.b", "^a\\.b$", true),
            ("abab", "^(?:ab)+$", true), ("line1\nline2", "(?m)^line2$", true), ("3500AA", "^[1-9][0-9]{3}[A-Z]{2}$", true),
        ])
    func regularExpressions(text: String, pattern: String, expected: Bool) throws {
        #expect(try RegularExpression(pattern).hasMatch(in: text) == expected)
    }

    @Test("a pattern that backtracking engines die of takes its bounded time")
    func pathologicalPattern() throws {
        #expect(try !RegularExpression("^(a+)+$").hasMatch(in: String(repeating: "a", count: 5_000) + "b"))
    }

    // MARK: Types

    private static let environment = GuardEnvironment(
        facts: .record([
            ("urgentie", .enumeration(name: "urgentie", values: ["normaal", "spoed"])), ("aantal", .int),
            ("oorzaken", .list(.enumeration(name: "oorzaken", values: ["conflict", "onbekend"]))), ("sinds", .timestamp),
        ]),
        data: .record([("uitkomst", .string)]), report: .dyn,
        resolveState: { $0 == "hoofd" ? .found(3) : $0 == "x" ? .ambiguous(["a.x", "b.x"]) : .unknown })

    @Test(
        "a guard that can never mean anything is refused before there is a case",
        arguments: [
            ("facts.urgentie == 'spoedd'", "none of the values"), ("'x' == facts.urgentie", "none of the values"),
            ("facts.urgentie in ['normaal', 'acuut']", "none of the values"), ("'ruzie' in facts.oorzaken", "none of the values"),
            ("facts.oorzaken.exists(o, o == 'ruzie')", "none of the values"), ("facts.urgent == 'spoed'", "no fact 'urgent'"),
            ("data.uitkomt == ''", "no field 'uitkomt'"), ("facts.aantal == '1'", "not defined"),
            ("facts.aantal + 'x' == ''", "not defined"),
            ("facts.aantal", "where a bool should stand"), ("facts.aantal && true", "where a bool should stand"),
            ("!facts.aantal", "not defined"), ("facts.sinds > 5", "not defined"), ("active('x')", "a.x or b.x"),
            ("active('nergens')", "no state"), ("active(facts.urgentie)", "in quotes"), ("facts == 1", "stands before"),
            ("has(facts.urgent)", "no fact"), ("size(facts.aantal) > 1", "not defined"), ("facts.sinds.getHours(1) > 1", "not defined"),
        ])
    func typeErrors(source: String, message: String) {
        let error = #expect(throws: GuardCompileError.self, "\(source)") {
            try Guard.compile(source, in: Self.environment, expecting: .bool)
        }
        #expect(error?.message.contains(message) == true, "\(source): \(error?.message ?? "")")
    }

    @Test("declared facts are read by their place, states by their number")
    func declared() throws {
        let scope = GuardScope(
            facts: [.string("spoed"), .int(2), .list([.string("conflict")]), .null], data: .map([.string("uitkomst"): .string("VT-00")]),
            now: Instant(seconds: 0), activeStates: StateSet([0, 3]))
        for source in [
            "facts.urgentie == 'spoed' && facts.aantal == 2", "active('hoofd')", "'conflict' in facts.oorzaken", "!has(facts.sinds)",
            "data.uitkomst in ['VT-00', 'VT-99']", "report.soort == 'x' || facts.aantal > 1", "now < timestamp(1)",
        ] {
            #expect(try Guard.compile(source, in: Self.environment, expecting: .bool).holds(scope), "\(source)")
        }
    }

    // MARK: Random input

    @Test("random input never crashes, and an expression has one value")
    func random() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let words = [
            "1", "2.5", "'a'", "true", "null", "facts", ".x", "[", "]", "(", ")", "{", "}", ",", ":", "?", "+", "-", "*", "/", "%", "==",
            "<",
            "&&", "||", "!", "in", "has(facts.x)", ".all(x, ", ".map(x, ", "x", "size(", "timestamp(", "duration('1s')", "'a*'",
            ".matches(",
            "\\", "\"", "'", "0x", "9223372036854775807", " ", "\n", "é",
        ]
        for _ in 0..<20_000 {
            let source = (0..<Int.random(in: 1...14, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }
                .joined()
            let first = try? evaluateUndeclared(source, facts: ["x": [1, 2]])
            let second = try? evaluateUndeclared(source, facts: ["x": [1, 2]])
            // NaN alone is unlike itself.
            #expect(first?.json.text == second?.json.text, "\(source)")
        }
    }
}

/// SplitMix64: small, and the same sequence everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
