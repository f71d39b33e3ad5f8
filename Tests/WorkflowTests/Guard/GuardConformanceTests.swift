// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("Public CEL cases", .enabled(if: ConformanceFolder.isPresent, "the conformance cases stand beside the checkout"))
struct GuardConformanceTests {
    @Test("every case has the value, or the error, that the CEL specification gives it")
    func cases() throws {
        var count = 0
        for file in try ConformanceFolder.files(in: "guards", suffix: ".jsonl") {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                check(try JSON.parse(String(line)))
                count += 1
            }
        }
        try #require(count > 0)
        print("\(count) guard cases")
    }

    private func check(_ entry: JSON) {
        let name = entry["name"]?.stringValue ?? ""
        let source = entry["expr"]?.stringValue ?? ""
        let value = Result { try evaluateUndeclared(source).json }
        if entry["error"] == .bool(true) {
            #expect(throws: (any Error).self, "\(name): \(source)") { try value.get() }
        } else {
            #expect(throws: Never.self, "\(name): \(source)") { try value.get() }
            #expect((try? value.get()) == entry["value"], "\(name): \(source)")
        }
    }
}

func evaluateUndeclared(_ source: String, facts: JSON = .object([:])) throws -> Value {
    let scope = GuardScope(undeclaredFacts: Value(facts), now: Instant(seconds: 1_800_000_000))
    return try Guard.compile(source, in: .undeclared).evaluate(scope)
}
