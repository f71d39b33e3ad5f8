// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values
import WorkflowTestKit

@testable import Workflow

/// Random input of every kind that comes from outside: it has a value or an error, and never ends the program or holds it up.
@Suite("Random input")
struct FuzzTests {
    // MARK: Guards

    private static let words = [
        "1", "2.5", "'a'", "true", "false", "null", "facts", ".x", "[", "]", "(", ")", "{", "}", ",", ":", "?", "+", "-", "*", "/", "%",
        "==",
        "!=", "<", "<=", "&&", "||", "!", " in ", "has(facts.x)", ".all(x, ", ".exists(y, ", ".map(x, ", ".filter(x, ", ".exists_one(x, ",
        "x",
        "size(", "timestamp(", "timestamp('2026-03-29T01:00:00Z')", "duration('1s')", "duration(", "string(", "int(", "double(", "bool(",
        "type(",
        "'a*'", ".matches(", ".contains(", ".startsWith(", ".getHours('Europe/Amsterdam')", ".getDayOfYear()", "\\", "\"", "'", "0x",
        "9223372036854775807", "-9223372036854775808", "1e308", " ", "\n", "é", "r'", "'''", "//", "facts.x", "facts.big", "now", "event",
    ]

    private static let leaves = [
        "1", "0", "-7", "2.5", "1e300", "'a'", "''", "'é😀'", "true", "false", "null", "[]", "{}", "[1, 'b', 2.0]", "{'k': 1}", "facts.x",
        "x",
        "facts.big", "duration('1h2m')", "timestamp('2026-10-25T00:30:00Z')", "9223372036854775807", "'(a|b)*c'",
    ]

    /// An expression that is one by the grammar; types are left to chance.
    private static func expression(_ random: inout SeededGenerator, depth: Int) -> String {
        guard depth > 0 else { return leaves.pick(&random) }
        let first = expression(&random, depth: depth - 1)
        let second = expression(&random, depth: depth - 1)
        switch Int.random(in: 0..<12, using: &random) {
        case 0...3: return "(\(first) \(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "in"].pick(&random)) \(second))"
        case 4: return "\(["!", "-", "!!"].pick(&random))\(first)"
        case 5: return "(\(leaves.pick(&random)) ? \(first) : \(second))"
        case 6: return "[\(first), \(second)]"
        case 7: return "{\(first): \(second)}"
        case 8: return "\(first)[\(second)]"
        case 9: return "\(first).\(["all", "exists", "exists_one", "map", "filter"].pick(&random))(x, \(second))"
        case 10: return "\(first).\(["contains", "startsWith", "endsWith", "matches", "getHours"].pick(&random))(\(second))"
        default: return "\(["size", "int", "double", "string", "bool", "type", "timestamp", "duration"].pick(&random))(\(first))"
        }
    }

    /// Mostly what a keyboard has, so that more than the first byte is looked at.
    private static func bytes(_ random: inout SeededGenerator, below count: Int) -> [UInt8] {
        (0..<Int.random(in: 0..<count, using: &random)).map { _ in
            UInt8.random(in: Bool.random(using: &random) ? 32...126 : 0...255, using: &random)
        }
    }

    @Test("as a guard has one value or one error")
    func guards() {
        var random = Fuzz.generator("guards")
        let facts: JSON = ["x": [1, 2], "big": .array((0..<300).map { .integer($0) })]
        for number in 0..<Fuzz.count(6_000) {
            let source =
                switch number % 3 {
                case 0: (0..<Int.random(in: 1...14, using: &random)).map { _ in Self.words.pick(&random) }.joined()
                case 1: Self.expression(&random, depth: Int.random(in: 1...4, using: &random))
                default: String(decoding: Self.bytes(&random, below: 40), as: UTF8.self)
                }
            let first = outcome(source, facts)
            if number % 16 == 0 { #expect(first == outcome(source, facts), "\(source)") }
        }
    }

    private func outcome(_ source: String, _ facts: JSON) -> String {
        do {
            return try evaluateUndeclared(source, facts: facts).json.text
        } catch {
            return "\(error)"
        }
    }

    @Test("as a pattern matches or is refused")
    func patterns() {
        var random = Fuzz.generator("patterns")
        let parts = [
            "a", "b", "(", ")", "|", "*", "+", "?", "[", "]", "^", "$", "{2}", "{1,3}", "{,", "\\d", "\\b", ".", "-", "(?i)", "(?:", "é",
            "\\",
        ]
        for _ in 0..<Fuzz.count(2_000) {
            let pattern = (0..<Int.random(in: 0...12, using: &random)).map { _ in parts.pick(&random) }.joined()
            _ = try? RegularExpression(pattern).hasMatch(in: "aab-éB2\nab")
        }
    }

    // MARK: Small formats

    @Test("as a term, an instant or JSON is read back as it was written, or refused")
    func formats() throws {
        var random = Fuzz.generator("formats")
        let words = ["5", "working-days", "week", "h", "-1", "99999999999999999999", "", " ", "m", "é", "0"]
        for _ in 0..<Fuzz.count(4_000) {
            let term = (0..<Int.random(in: 0...3, using: &random)).map { _ in words.pick(&random) }.joined(separator: " ")
            if let read = try? Term(term) { #expect(try Term(read.description) == read) }

            let instant = Self.mutated(Array("2026-11-23T10:15:00.123456Z".utf8), &random)
            if let read = Instant(String(decoding: instant, as: UTF8.self)) { #expect(Instant(read.description) == read) }

            let json = Self.mutated(Array(#"{"a":[1,-2.5e3,"\u00e9\ud83d\ude00",null,true],"b":{"c":"d"}}"#.utf8), &random)
            if let read = try? JSON.parse(utf8: json) { #expect(try JSON.parse(read.text) == read) }
        }
    }

    /// A text with a few bytes changed, left out, doubled or put elsewhere.
    private static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &random))
            case 3: bytes.insert(Array("[]{}:,&*#'\"|>-? \n\t%@!".utf8).pick(&random), at: place)
            default: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
            }
        }
        return bytes
    }

    // MARK: Definitions

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static let report: JSON = [
        "acuut": false, "aangifte": true, "regelingBron": "rechter", "regelingNagekomen": "nee", "sterkeArm": false, "dwangsom": false,
        "oorzaken": ["onbekend"],
    ]

    @Test("as a definition loads, or has errors that stand in the text; and what loads runs")
    func definitions() throws {
        var random = Fuzz.generator("definitions")
        let shipped = Array(try Self.text("Workflows/omgangsregeling/omgangsregeling.yaml").utf8)
        let calendar = try WorkCalendar.load(yaml: Self.text("Config/calendars/nl.yaml"), file: "nl.yaml")
        for _ in 0..<Fuzz.count(40) {
            let mutant = String(decoding: Self.mutated(shipped, &random), as: UTF8.self)
            do throws(DefinitionError) {
                try run(Definition.load(mutant, file: "mutant.yaml", calendars: ["nl": calendar]), &random)
            } catch {
                let lines = mutant.utf8.count { $0 == 0x0A || $0 == 0x0D } + 2
                #expect(error.problems.allSatisfy { (1...lines).contains($0.position.line) && $0.position.column > 0 }, "\(error)")
            }
        }
    }

    private func run(_ definition: Definition, _ random: inout SeededGenerator) {
        var simulation = Simulation(definition: definition, now: Instant(seconds: 1_796_115_600))
        // A mutant may declare another report; then it just does not start.
        guard (try? simulation.start(report: ReportFacts(receivedAt: simulation.now, fields: Self.report))) != nil else { return }
        for name in definition.events.keys.sorted().shuffled(using: &random).prefix(6) { _ = simulation.send(name) }
    }

    @Test("as a definition of bytes is refused")
    func definitionBytes() {
        var random = Fuzz.generator("definition bytes")
        for _ in 0..<Fuzz.count(1_000) {
            let text = "workflow: x\nversion: 1\n" + String(decoding: Self.bytes(&random, below: 60), as: UTF8.self)
            #expect(throws: DefinitionError.self) { try Definition.load(text, file: "bytes.yaml") }
        }
    }
}

extension Array {
    /// One element by chance; the array has at least one.
    fileprivate func pick(_ random: inout SeededGenerator) -> Element { self[Int.random(in: indices, using: &random)] }
}
