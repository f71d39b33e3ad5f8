// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
import Testing
import Values

@Suite("JSON")
struct JSONTests {
    @Test("a document is read and written in canonical form")
    func canonicalForm() throws {
        let document = try JSON.parse(" { \"b\" : [ 1 , -2.50, true, null ], \"a\" : \"\\u00e9\\ud83d\\ude00\\n\\u0001\" } ")
        #expect(document.text == #"{"a":"é😀\n\u0001","b":[1,-2.5,true,null]}"#)
        #expect(try JSON.parse(document.text) == document)
    }

    @Test("whole numbers and other numbers stay apart")
    func numbers() throws {
        #expect(try JSON.parse("9223372036854775807") == .integer(.max))
        #expect(try JSON.parse("1.0") == .number(1))
        #expect(try JSON.parse("1e3") == .number(1000))
        #expect(throws: JSONSyntaxError.self) { try JSON.parse("9223372036854775808") }
    }

    @Test(
        "what is not JSON is refused at its place",
        arguments: [
            ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("01", 1, 2), ("1 2", 1, 3), ("\"\\x\"", 1, 4), ("\"\\ud800\"", 1, 8),
            ("{\"a\":1,\n\"a\":2}", 2, 6), ("[\n\"tab\t\"]", 2, 6), ("nul", 1, 1), ("-", 1, 2), ("1.", 1, 3), ("{a:1}", 1, 2),
        ])
    func refuses(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSON.parse(text) }
        #expect((error.line, error.column) == (line, column))
    }

    @Test("nesting is bounded, so that ten thousand brackets are an error and no crash")
    func depth() throws {
        #expect(throws: JSONSyntaxError.self) { try JSON.parse(String(repeating: "[", count: 10_000)) }
        let deepest = String(repeating: "[", count: JSON.depthMax) + String(repeating: "]", count: JSON.depthMax)
        #expect(try JSON.parse(deepest).text == deepest)
    }

    @Test("bytes that are not UTF-8 are refused")
    func invalidUTF8() { #expect(throws: JSONSyntaxError.self) { try JSON.parse(utf8: [0x22, 0xFF, 0x22]) } }

    @Test("random documents survive writing and reading")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            let document = JSON.random(depth: 4, using: &generator)
            #expect(try JSON.parse(document.text) == document)
        }
    }

    @Test("time-ordered identifiers sort by time and carry version 7")
    func timeOrderedIdentifiers() throws {
        let early = UUID.timeOrdered(at: Instant(seconds: 1_800_000_000), random: Array(repeating: 0xFF, count: 10))
        let late = UUID.timeOrdered(at: Instant(seconds: 1_800_000_000, nanoseconds: 1_000_000), random: Array(repeating: 0, count: 10))
        #expect(early.uuidString < late.uuidString)
        #expect(early.uuidString.split(separator: "-")[2].first == "7")
    }
}

extension JSON {
    fileprivate static func random(depth: Int, using generator: inout SplitMix64) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: .number(Double.random(in: -1e12...1e12, using: &generator))
        case 4: .string(randomText(using: &generator))
        case 5: .array((0..<3).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            .object(
                Dictionary((0..<3).map { _ in (randomText(using: &generator), random(depth: depth - 1, using: &generator)) }) {
                    first, _ in first
                })
        }
    }

    private static func randomText(using generator: inout SplitMix64) -> String {
        let alphabet: [Character] = ["a", "\"", "\\", "\u{1}", "\n", "é", "😀", "/", "\u{7F}", "\u{2028}"]
        return String((0..<Int.random(in: 0..<8, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
    }
}
