// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@testable import Workflow

@Suite("The manual of the workflow language")
struct ManualTests {
    private static let text = (try? LintFixture.text("Workflows/README.md")) ?? ""
    static let workflows = DocumentationPage(text).blocks.filter { $0.language == "yaml" && $0.text.hasPrefix("workflow:") }

    @Test("has whole workflows that load and lint clean", arguments: workflows.map(\.text))
    func example(text: String) throws { #expect(try LintFixture.lint(text).map(\.description) == []) }

    /// Those that say what always holds of them.
    static let proved = workflows.map(\.text).filter { $0.contains("\nproperties:") }

    private func verify(_ text: String) async throws -> VerificationReport {
        let definition = try Definition.load(text, file: "README.md", calendars: ["nl": ShippedCalendar.load()])
        return await Verifier(definition).verify()
    }

    @Test("has a whole workflow with properties of every pattern, and each of them holds", arguments: proved)
    func holds(text: String) async throws {
        let report = try await verify(text)
        for result in report.results { #expect(result.verdict.isHolding, "\(result.id): \(result.verdict)") }
        let declared = Set(try Definition.load(text, file: "README.md", calendars: ["nl": ShippedCalendar.load()]).properties.map(\.id))
        #expect(declared.isSubset(of: report.results.map(\.id)))
        for pattern in ["always", "never", "precedes", "leadsTo", "reachable", "unaffected"] {
            #expect(text.contains("\n      \(pattern): "), "no example of '\(pattern)'")
        }
    }

    @Test("shows the counterexample that the verifier gives where the example is spoiled as it says")
    func refuted() async throws {
        #expect(Self.proved.count == 1)
        let requirement = try #require(Self.proved.first?.split(separator: "\n").first { $0.contains("else: grond-ontbreekt") })
        let spoiled = try #require(Self.proved.first).replacing("\(requirement)\n", with: "")
        let report = try await verify(spoiled)
        let broken = report.results.filter { !$0.verdict.isHolding }
        #expect(broken.map(\.id) == ["P2"])
        let story = try #require(broken.first?.verdict.story)
        for (number, step) in story.steps.enumerated() { #expect(Self.text.contains("  \(number + 1). \(step.text)\n")) }
        #expect(Self.text.contains("  Then the case is in: \(story.ends)\n"))
        #expect(Self.text.contains("  Play it again: \(story.command(file: "derde.yaml"))\n"))
    }

    @Test("names every property that holds without being asked")
    func general() {
        for property in GeneralProperty.allCases { #expect(Self.text.contains("| `\(property.rawValue)` |")) }
        for bound in ["8000000", "120000000"] { #expect(Self.text.contains(bound)) }
        #expect(VerificationBounds().statesMax == 8_000_000 && VerificationBounds().stepsMax == 120_000_000)
    }

    @Test("starts with a first workflow of ten lines at most")
    func first() throws {
        let first = try #require(Self.workflows.first)
        #expect(first.text.split(separator: "\n").count <= 10)
        #expect(Self.workflows.count >= 3)
    }

    @Test("parses in all its yaml examples")
    func fragments() throws {
        let blocks = DocumentationPage(Self.text).blocks.filter { $0.language == "yaml" }
        for block in blocks { #expect(throws: Never.self, "\(block.heading): \(block.text)") { try Document.parse(block.text) } }
    }

    /// A definition with a key that is not there wherever there are keys: its errors name those that are.
    private static let unknownKeys = """
        workflow: x
        version: 1
        zzz: 1
        facts: { a: { type: boolean, zzz: 1 } }
        events:
          e:
            zzz: 1
            data: { f: { type: boolean, zzz: 1 } }
            require: [{ that: "true", else: x, zzz: 1 }]
        tasks: { t: { to: x, zzz: 1, retry: { zzz: 1 } } }
        states:
          s:
            zzz: 1
            on: { e: { zzz: 1, actions: [{ zzz: 1 }, { notify: { to: x, what: y, zzz: 1 } }] } }
            due: { in: 1 h, zzz: 1 }
        """

    @Test("explains every key that the reader knows")
    func keys() throws {
        let error = try #require(throws: DefinitionError.self) { try Definition.load(Self.unknownKeys, file: "x") }
        let lists = error.problems.compactMap { $0.message.components(separatedBy: "it may have ").dropFirst().first }
        #expect(lists.count == 11)
        for key in Set(lists.flatMap { $0.components(separatedBy: ", ") }).sorted() {
            #expect(Self.text.contains("`\(key)`") || Self.text.contains("`\(key):"), "the manual does not explain '\(key)'")
        }
    }

    @Test("names every unit, function and bound that there is")
    func words() {
        let functions =
            Array(GuardFunction.named.keys.filter { $0 != "dyn" }) + ["all", "exists", "exists_one", "filter", "map", "has", "active"]
        for word in Term.Unit.allCases.map(\.rawValue) + functions + ["raise", "set", "escalate", "remind", "notify", "alarm", "note"] {
            #expect(Self.text.contains(word), "the manual does not name '\(word)'")
        }
        let bounds = [
            StateNode.countMax, StateNode.depthMax, Document.depthMax, GuardLimits.sourceBytesMax, GuardLimits.depthMax,
            GuardLimits.stepsMax, GuardLimits.listCountMax, GuardLimits.textBytesMax, DataType.listCountMax, DataType.codeBytesMax,
            DataType.textBytesMax, Interpreter.microstepsMax,
        ]
        for bound in bounds { #expect(Self.text.contains("\(bound)"), "the manual does not name the bound \(bound)") }
    }
}
