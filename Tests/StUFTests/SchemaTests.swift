// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages
import Testing
import Values

@testable import StUF

/// The rules against the schemas that they were read from.
@Suite("The schemas of StUF Jeugdzorg")
struct SchemaTests {
    @Test(
        "the demo's message is valid", .enabled(if: Checkout.canValidate, "the schemas are not beside the checkout, or xmllint is missing"))
    func sample() throws { #expect(try Checkout.isValid(Checkout.sample())) }

    @Test("the example beside the schemas is read", .enabled(if: Checkout.hasExample, "the schemas are not beside the checkout"))
    func example() throws {
        let report = try Checkout.read(String(contentsOf: Checkout.example, encoding: .utf8)).report
        #expect(report.reference == "PL0900-2026000001")
        #expect(report.persons.map(\.role) == ["jeugdige", "ouder met gezag", "melder"])
        #expect(report.persons[1].details["adresFeitelijk"]?["postcode"] == "3500AA")
        #expect(report.persons[1].details["adresFormeel"] == nil)
    }

    @Test(
        "however a message is rearranged, the rules agree with the schemas",
        .enabled(if: Checkout.canValidate, "the schemas are not beside the checkout, or xmllint is missing"))
    func structure() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        let lines = try Checkout.sample().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // Elements that stand on a line of their own, and can move without breaking the XML.
        let movable = lines.indices.filter { lines[$0].contains("</") && lines[$0].hasPrefix("    ") && lines[$0].contains(">") }
            .filter { lines[$0].firstRange(of: "<")?.lowerBound != lines[$0].firstRange(of: "</")?.lowerBound }
        for round in 0..<120 {
            let mutant = Self.rearrange(lines, movable, using: &generator).joined(separator: "\n")
            let isValid = try Checkout.isValid(mutant)
            let refusal = Self.refusal(of: mutant)
            #expect(isValid || refusal != nil, "seed \(seed), round \(round): the schemas refuse it")
            // No rearrangement makes a wrong value, so the rules may refuse no more than the loss of the only child.
            let isChildless = refusal?.errors.allSatisfy { $0.hasSuffix("should hold at least one jeugdige") } ?? false
            #expect(!isValid || refusal == nil || isChildless, "seed \(seed), round \(round): \(refusal?.description ?? "")")
        }
    }

    private static func refusal(of message: String) -> Problem? {
        do throws(Problem) {
            _ = try Checkout.read(message)
            return nil
        } catch {
            return error
        }
    }

    private static func rearrange(_ lines: [String], _ movable: [Int], using generator: inout SplitMix64) -> [String] {
        var lines = lines
        guard let one = movable.randomElement(using: &generator), let other = movable.randomElement(using: &generator) else { return lines }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: lines.remove(at: one)
        case 1: lines.insert(lines[one], at: one)
        case 2: lines.insert(lines[one], at: other)
        default: lines.swapAt(one, other)
        }
        return lines
    }
}
