// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Guards")
struct GuardTests {
    @Test(
        "expressions have the value that CEL gives them",
        arguments: [
            ("1 == 1.0", "true"), ("1 == '1'", "false"), ("dyn(1) < 2.5", "true"), ("9223372036854775807 < 9223372036854775808.0", "false"),
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
            // A deciding operand absorbs an error, whatever it is, a name that nothing declares included.
            ("nothing || true", "true"), ("true || nothing(1)", "true"), ("false && 1 / 0 > 0", "false"),
            ("[0, 1].exists(x, 1 / x > 0)", "true"),
            ("[0, 2].all(x, 1 / x > 1)", "false"), ("[1, 2].exists(x, [3].exists(x, x == 3) && x == 2)", "true"),
            ("[1, [2, 'a']] == [1.0, [2.0, 'a']]", "true"), ("{'a': [1]} == {'a': [1.0]}", "true"), ("[0.0 / 0.0] == [0.0 / 0.0]", "false"),
            ("[1] in [[2], [1]]", "true"), ("[1] in {1: 2}", "false"), ("{'a': 1, 'b': 2}.exists(k, k == 'b')", "true"),
            ("{1: 'x', true: 'y'}.size()", "2"),
            ("{'a-b/c': 1}.`a-b/c`", "1"), ("has({'a.b': 1}.`a.c`)", "false"), ("'ab' + 'c' == 'abc' && 'b' > 'a' && 'a' < 'aa'", "true"),
            ("'e\\u0301' == 'é'", "false"),
            ("'\\u00e9'.size() + '\\U0001f600'.size() + '\\101'.size() + '\\x41'.size()", "4"), ("\"\"\"a'\"b\"\"\" == 'a\\'\"b'", "true"),
            ("-0x10 == -16 && 0xFF == 255", "true"), ("1e3 == 1000.0 && 1.5e-3 == 0.0015", "true"), ("5 % -3", "2"), ("-5.0 / 2.0", "-2.5"),
            ("duration('1h2m3.5s') == duration('3723500ms')", "true"), ("duration('-1.5ms') == duration('-1500us')", "true"),
            ("string(duration('-1.5ms'))", "'-0.0015s'"), ("duration('90s').getMinutes()", "1"),
            ("-duration('1s') < duration('0')", "true"),
            ("timestamp('2026-12-31T23:59:59.999999999Z') + duration('1ns') == timestamp('2027-01-01T00:00:00Z')", "true"),
            ("timestamp('2026-02-28T00:00:00Z').getDayOfYear()", "58"),
            ("timestamp('2026-03-29T00:59:59Z').getHours('Europe/Amsterdam')", "1"),
            ("timestamp('2026-10-25T01:00:00Z').getHours('Europe/Amsterdam')", "2"),
            ("timestamp('2026-01-01T00:00:00Z').getHours('-02:30')", "21"),
            ("int(timestamp('1969-12-31T23:59:59Z'))", "-1"), ("timestamp(1) > timestamp('1970-01-01T00:00:00Z')", "true"),
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
            ("[1, 2].all(x, x.y)", .noMatchingOverload), ("facts.missing", .noSuchKey), ("nothing", .unresolvedName),
            ("nothing(1) && true", .unresolvedName), ("false || nothing", .unresolvedName), ("{[1]: 2}", .noMatchingOverload),
            ("{1: 2}[[1]]", .noSuchKey), ("[1]['a']", .noMatchingOverload), ("'a'.size() + 'a'", .noMatchingOverload),
            ("null < null", .noMatchingOverload),
            ("[1, 2].exists_one(x, 1 / (x - 1) > 0)", .divisionByZero), ("int('9223372036854775808')", .invalidArgument),
            ("int(-9223372036854775808.0)", .overflow), ("int(0.0 / 0.0)", .overflow), ("duration('1')", .invalidArgument),
            ("duration('1d')", .invalidArgument),
            ("duration('')", .invalidArgument), ("duration('1h-2m')", .invalidArgument),
            ("timestamp('0000-01-01T00:00:00Z')", .invalidArgument),
            ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", .overflow),
            ("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", .overflow),
            ("duration('2000000h') + duration('1000000h')", .overflow), ("timestamp(0).getHours('Nowhere/Land')", .invalidArgument),
        ] as [(String, GuardError.Code)])
    func errors(source: String, code: GuardError.Code) {
        let error = #expect(throws: GuardError.self, "\(source)") { try evaluateUndeclared(source) }
        #expect(error?.code == code, "\(source)")
    }

    @Test(
        "what is not in the language is refused with its place",
        arguments: [
            ("", 0), ("1 +", 3), ("1 2", 2), ("'a", 2), ("(1", 2), ("[1 2]", 3), ("{1 2}", 3), ("a.", 2), ("for", 0), ("1u", 1),
            ("b'x'", 0), ("x{a: 1}", 1), ("9223372036854775808", 0), ("1 ? 2", 5), ("'\\q'", 3), ("1 == = 2", 5), ("in", 0),
            ("has(1)", 0), ("[1].all(1, true)", 3), ("active('nowhere')", 7), ("#", 0), ("'a\nb'", 2), ("'\\u12'", 3), ("'\\ud800'", 3),
            ("0x", 2), ("1e", 2), ("a.1", 1), ("&", 0), ("`a`", 0), ("{}.`a", 5), ("{}.``", 4),
        ])
    func syntax(source: String, offset: Int) {
        let error = #expect(throws: GuardCompileError.self, "\(source)") { try evaluateUndeclared(source) }
        #expect(error?.offset == offset, "\(source): \(error?.message ?? "")")
    }

    @Test(
        "regular expressions match as RE2 does",
        arguments: [
            ("abc", "b", true), ("abc", "^b", false), ("abc", "^a.c$", true), ("a\nc", "a.c", false), ("a\nc", "(?s)a.c", true),
            ("ABC", "(?i)abc", true), ("aaa", "^a{2}$", false), ("aaa", "^a{2,}$", true), ("aaa", "^a{1,2}$", false), ("", "^$", true),
            ("foobar", "foo(bar|baz)?$", true), ("x-1", "^[a-z]-[0-9]$", true), ("]", "^[]]$", true), ("-", "^[a-]$", true),
            ("é", "^.$", true), ("ab", "\\Aab\\z", true), ("a b", "a\\sb", true), ("a_1", "^\\w+$", true), ("a1", "^[[:alpha:]]+$", false),
            ("word here", "\\bhere\\b", true), ("aXb", "^a[^x]b$", true), ("a{b", "a{b", true), ("a.b", "^a\\.b$", true),
            ("Kelvin \u{212A}", "(?i)^KELVIN k$", true), ("ſ", "(?i)^s$", true), ("É", "(?i)^é$", true), ("a", "(?i)^[^A]$", false),
            ("aab", "^a+?b$", true), ("", "a*", true), ("\u{1F600}", "^.$", true), ("tab\t", "\\t$", true), ("a+b", "\\Qa+b\\E", true),
            ("abc", "^(?P<name>a)(b|x)c$", true), ("x", "[[:^digit:]]", true), ("é", "\\w", false), ("ac", "^ab{0}c$", true),
            ("abab", "^(?:ab)+$", true), ("line1\nline2", "(?m)^line2$", true), ("3500AA", "^[1-9][0-9]{3}[A-Z]{2}$", true),
        ])
    func regularExpressions(text: String, pattern: String, expected: Bool) throws {
        #expect(try RegularExpression(pattern).hasMatch(in: text) == expected)
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
}
