// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

/// The rules of the shipped workflow can fail: for each of them a spoiled variant of the file is refuted.
@Suite("The properties of omgangsregeling")
struct ShippedPropertiesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    static func load(_ text: String) throws -> Definition {
        let calendar = try WorkCalendar.load(yaml: self.text("Config/calendars/nl.yaml"), file: "nl.yaml")
        return try Definition.load(text, file: "omgangsregeling.yaml", calendars: ["nl": calendar])
    }

    private func verify(_ spoiling: ShippedSpoiling) async throws -> (definition: Definition, result: VerificationReport.Result) {
        let text = try Self.text("Workflows/omgangsregeling/omgangsregeling.yaml")
        try #require(text.contains(spoiling.what), "the text to spoil is not there")
        let definition = try Self.load(text.replacing(spoiling.what, with: spoiling.with, maxReplacements: 1))
        var verifier = Verifier(definition)
        verifier.only = [spoiling.id]
        return (definition, try #require(await verifier.verify().results.first))
    }

    @Test("a rule that something can happen is refuted where it no longer can", arguments: ShippedSpoiling.lost)
    func lost(spoiling: ShippedSpoiling) async throws {
        let verdict = try await verify(spoiling).result.verdict
        guard case .missing = verdict else {
            Issue.record("\(spoiling.id): \(verdict)")
            return
        }
    }

    @Test("every rule has a variant of the workflow that is spoiled for it")
    func covered() throws {
        let definition = try Self.load(Self.text("Workflows/omgangsregeling/omgangsregeling.yaml"))
        let spoiled = Set((ShippedSpoiling.refuted + ShippedSpoiling.lost).map(\.id))
        #expect(Verifier(definition).propertyIDs.filter { !spoiled.contains($0) }.isEmpty)
    }

    @Test("each rule is refuted in a workflow that is spoiled for it, by a story that plays again", arguments: ShippedSpoiling.refuted)
    func spoiled(spoiling: ShippedSpoiling) async throws {
        let (definition, result) = try await verify(spoiling)
        let story = try #require(result.verdict.story, "\(result.verdict)")
        // These two end in a step that cannot be taken.
        if ["no-fault", "no-endless-step"].contains(spoiling.id) { return }
        var simulation = Simulation(definition: definition, now: .verification)
        _ = try simulation.start(report: ReportFacts(receivedAt: .verification, fields: try #require(story.steps.first).data))
        for step in story.steps.dropFirst() {
            let line = simulation.send(try #require(step.event), from: step.sender, data: step.data)
            #expect(line["rejected"] == nil && line["faulted"] == nil, "\(line)")
        }
        #expect(simulation.state.map(definition.activePaths) == story.configuration)
    }
}
