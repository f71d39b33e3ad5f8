// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages
import Testing
import Values

@testable import StUF

@Suite("Hostile documents")
struct HostileMessageTests {
    @Test(
        "a document type is refused before anything is expanded or fetched",
        arguments: [
            "<!DOCTYPE jz:vtMeldingDi01>", #"<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">"#,
            #"<!DOCTYPE x [<!ENTITY a "999996708"><!ENTITY b "&a;&a;&a;">]>"#, #"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#,
            #"<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]>"#, "<!-- > --> <?x > ?><!DOCTYPE x>",
            #"<!ENTITY a "b">"#, "<!doctype x>",
        ])
    func documentType(declaration: String) throws {
        let sample = try Checkout.sample()
        let error = try #require(throws: Problem.self) {
            try Checkout.read(sample.replacing("?>\n<jz:vtM", with: "?>\n\(declaration)\n<jz:vtM"))
        }
        #expect(error.errors == ["line 2: / may not have a document type or entities (DOCTYPE, ENTITY); leave them out"])
    }

    @Test("a billion laughs cost nothing")
    func billionLaughs() throws {
        let entities = (1...30).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let document = "<!DOCTYPE l [<!ENTITY l0 \"lol\">\(entities)]><l>&l30;</l>"
        let error = try #require(throws: Problem.self) { try Checkout.read(document) }
        #expect(error.errors.count == 1)
    }

    @Test("what another encoding could hide is refused", arguments: ["UTF-16", "ISO-8859-1", "UTF-7", "utf-16le", ""])
    func encoding(name: String) throws {
        let error = try #require(throws: Problem.self) {
            try Checkout.read(Checkout.sample().replacing("encoding=\"UTF-8\"", with: "encoding = '\(name)'"))
        }
        #expect(error.errors == ["line 1: / should be in UTF-8, and its XML declaration should say so"])
    }

    @Test("bytes that are not UTF-8 are refused")
    func bytes() throws {
        let sample = try Checkout.sample()
        let utf16 = sample.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        for bytes in [utf16, [0xFF, 0xFE] + utf16, Array(sample.utf8) + [0xC3], Array(sample.utf8) + [0]] {
            #expect(throws: Problem.self) { try VTMelding(bytes, roles: Checkout.roles) }
        }
    }

    @Test("ten megabytes are refused unread")
    func size() throws {
        let error = try #require(throws: Problem.self) { try Checkout.read(String(repeating: "<a>", count: 3_500_000)) }
        #expect(error.code == "te-groot")
    }

    @Test("what is nested too deep is refused, wherever it is", arguments: ["jz:datumMelding", "jz:object", "jz:vtMeldingDi01"])
    func depth(element: String) throws {
        let sample = try Checkout.sample()
        let start = try #require(sample.firstRange(of: "<\(element)"))
        let deep = String(repeating: "<a>", count: 200) + String(repeating: "</a>", count: 200)
        let error = try #require(throws: Problem.self) {
            try Checkout.read(sample.replacingCharacters(in: start.lowerBound..<start.lowerBound, with: deep))
        }
        #expect(error.errors.count >= 1)
        #expect(error.errors.contains { $0.contains("nested deeper than 32") || $0.contains("root element") }, "\(error)")
    }

    @Test("a header nested too deep is refused, though it is not read")
    func deepHeader() throws {
        let deep = String(repeating: "<a>", count: 200) + String(repeating: "</a>", count: 200)
        let message = #"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>\#(deep)</s:Header></s:Envelope>"#
        let error = try #require(throws: Problem.self) { try Checkout.read(message) }
        #expect(error.errors == ["line 1: /Envelope/Header is nested deeper than 32 levels"])
    }

    /// What only the sender knows: if any of it is in an error, the reader repeated it.
    private static let secrets = [
        "999996654", "999996666", "2900000001", "Proefstraat", "Proefstad", "Monster", "Verwacht in maart", "3500AB", "1985", "basisteam@",
        "0600000001",
    ]

    @Test("whatever is done to a message, the reader ends, and says nothing of what was in it")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        let sample = Array(try Checkout.sample().utf8)
        var refused = 0
        for round in 0..<1_500 {
            let mutant = Self.mutate(sample, using: &generator)
            do {
                _ = try VTMelding(mutant, roles: Checkout.roles)
            } catch {
                refused += 1
                #expect(error.code != "storing", "seed \(seed), round \(round): passed its rules and could not be read")
                for secret in Self.secrets where error.description.contains(secret) {
                    Issue.record("seed \(seed), round \(round): the error repeats a value")
                }
            }
        }
        #expect(refused > 500, "seed \(seed): the mutations should break most messages")
    }

    private static func mutate(_ sample: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = sample
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            let length = min(Int.random(in: 1...60, using: &generator), bytes.count - position)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes.removeSubrange(position..<position + length)
            case 2: bytes.insert(contentsOf: bytes[position..<position + length], at: Int.random(in: 0..<bytes.count, using: &generator))
            case 3: bytes.insert(contentsOf: [UInt8]("<>&\"'/=:![]-?9".utf8).shuffled(using: &generator).prefix(3), at: position)
            default: bytes.replaceSubrange(position..<position + length, with: bytes[position..<position + length].reversed())
            }
            if bytes.isEmpty { return sample }
        }
        return bytes
    }
}
