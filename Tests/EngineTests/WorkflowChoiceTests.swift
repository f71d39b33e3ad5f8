// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import Workflow

@Suite("Which workflow a report gets", .serialized, .timeLimit(.minutes(2)))
struct WorkflowChoiceTests {
    /// A workflow that asks nobody anything; what it is called shows in the state that its cases are in.
    private static func workflow(
        _ name: String = "NAME", version: Int = 1, state: String, municipalities: String = "\"*\"", from: String = "2020-01-01",
        when: String? = nil
    ) -> String {
        """
        workflow: \(name)
        version: \(version)
        validFrom: \(from)
        municipalities: [\(municipalities)]
        \(when.map { "when: \"\($0)\"" } ?? "title: een")
        report:
          regelingBron: { type: enum, values: [rechter, onderling, geen, onbekend], required: true }
          acuut: { type: boolean, required: true }
          oorzaken: { type: set, values: [positieKind, praktisch, veiligheidszorg, conflict, bewusteDwarsboming, onbekend] }
        events: { klaar: { from: [veilig-thuis] } }
        states:
          \(state): { on: { klaar: einde } }
          einde: { type: final }

        """
    }

    private func state(of report: ReceivedReport, _ settings: EngineSettings, at now: Instant = .now) async throws -> JSON? {
        let caseID = try await settings.submit(report, at: now).caseID
        return try await settings.summary(caseID).state["configuration"]
    }

    private func report(in municipality: String? = nil, source: String = "rechter") throws -> ReceivedReport {
        var changes = [("\"bron\": \"rechter\"", "\"bron\": \"\(source)\"")]
        if let municipality { changes.append(("\"acuut\": false", "\"gemeente\": \"\(municipality)\", \"acuut\": false")) }
        return try EngineSettings.report(household: EngineSettings.household, replacing: changes)
    }

    @Test("S30: a version for one municipality takes its new cases; running cases and all others stay where they were")
    func pilot() async throws {
        let v1 = Self.workflow(version: 1, state: "gewoon")
        try await EngineSettings.run([v1]) { settings in
            let running = try await settings.submit(report(in: "0344")).caseID
            let before = try await settings.events(of: running)
            let name = settings.workflows[0]
            let v2 = Self.workflow(name, version: 2, state: "proef", municipalities: "\"0344\"")
            _ = try await WorkflowVersions.publish(name: name, version: 2, definition: v2, pool: settings.pool)
            #expect(try await state(of: report(in: "0344"), settings) == ["proef"])
            #expect(try await state(of: report(in: "0363"), settings) == ["gewoon"])
            #expect(try await state(of: report(), settings) == ["gewoon"])
            // A new version for everybody does not end the pilot; one that names its municipality does.
            let v3 = Self.workflow(name, version: 3, state: "beter")
            _ = try await WorkflowVersions.publish(name: name, version: 3, definition: v3, pool: settings.pool)
            #expect(try await state(of: report(in: "0344"), settings) == ["proef"])
            #expect(try await state(of: report(in: "0363"), settings) == ["beter"])
            let v4 = Self.workflow(name, version: 4, state: "samen", municipalities: "\"*\", \"0344\"")
            _ = try await WorkflowVersions.publish(name: name, version: 4, definition: v4, pool: settings.pool)
            #expect(try await state(of: report(in: "0344"), settings) == ["samen"])
            // The running case is on its version, and plays again to what is stored.
            let summary = try await settings.summary(running)
            #expect(summary.version == 1 && summary.state["configuration"] == ["gewoon"])
            #expect(try await settings.events(of: running) == before)
            try await settings.process([EngineSettings.message("klaar", from: "veilig-thuis", caseID: running, data: [:])])
            #expect(try await settings.summary(running).version == 1)
        }
    }

    @Test("a version takes reports from its first day, by the calendar of the country")
    func firstDay() async throws {
        try await EngineSettings.run([Self.workflow(version: 1, state: "oud")]) { settings in
            let name = settings.workflows[0]
            let v2 = Self.workflow(name, version: 2, state: "nieuw", from: "2026-12-01")
            _ = try await WorkflowVersions.publish(name: name, version: 2, definition: v2, pool: settings.pool)
            let lastSecond = try #require(Instant("2026-11-30T23:59:59+01:00"))
            #expect(try await state(of: report(), settings, at: lastSecond) == ["oud"])
            #expect(try await state(of: report(), settings, at: lastSecond.adding(.seconds(1))) == ["nieuw"])
        }
    }

    @Test("two workflows side by side: each report gets the one that is meant for it, and where none is its sender is told")
    func sideBySide() async throws {
        let arrangement = Self.workflow("NAME1", state: "omgang", when: "report.regelingBron in ['rechter', 'onderling']")
        let plain = Self.workflow("NAME2", state: "melding", when: "report.regelingBron == 'geen'")
        try await EngineSettings.run([arrangement, plain]) { settings in
            #expect(try await state(of: report(source: "rechter"), settings) == ["omgang"])
            #expect(try await state(of: report(source: "geen"), settings) == ["melding"])
            let error = await #expect(throws: Problem.self) { try await settings.submit(report(source: "onbekend")) }
            #expect(error?.code == "geen-werkstroom")
            try await Engine.check(settings)
        }
    }

    @Test("no workflow in use for the municipality is told to the sender, and nothing is kept")
    func noneInUse() async throws {
        try await EngineSettings.run([Self.workflow(state: "proef", municipalities: "\"0344\"")]) { settings in
            let error = await #expect(throws: Problem.self) { try await settings.submit(report(in: "0363")) }
            #expect(error?.code == "geen-werkstroom" && error?.detail.contains("municipality") == true)
        }
    }

    @Test(
        "workflows that cannot be told apart keep the engine from starting",
        arguments: [
            (
                ["report.acuut", "report.regelingBron == 'rechter'"],
                "both take a report of which report.acuut is true, report.regelingBron is \"rechter\""
            ),
            ([nil, "report.acuut"], "both take a report of which report.acuut is true"), ([nil, nil], "both take every report"),
            (
                ["'conflict' in report.oorzaken && report.oorzaken.size() > 1", "!report.acuut"],
                "has no value for a report of which no report.oorzaken"
            ),
        ] as [([String?], String)])
    func ambiguous(whens: [String?], says: String) async throws {
        let texts = whens.enumerated().map { Self.workflow("NAME\($0 + 1)", state: "een", when: $1) }
        try await EngineSettings.run(texts) { settings in
            let error = await #expect(throws: ConfigurationError.self) { try await Engine.check(settings) }
            #expect(error?.description.contains(says) == true, "\(String(describing: error))")
        }
    }

    @Test("a pilot that overlaps with another workflow in its own municipality only is found as well, before its first day")
    func overlapInAPilot() async throws {
        let first = Self.workflow("NAME1", state: "een", when: "report.acuut")
        let second = Self.workflow("NAME2", state: "twee", when: "!report.acuut")
        try await EngineSettings.run([first, second]) { settings in
            try await Engine.check(settings)
            let name = settings.workflows[1]
            let pilot = Self.workflow(name, version: 2, state: "proef", municipalities: "\"0344\"", from: "2099-01-01")
            _ = try await WorkflowVersions.publish(name: name, version: 2, definition: pilot, pool: settings.pool)
            let error = await #expect(throws: ConfigurationError.self) { try await Engine.check(settings) }
            #expect(error?.description.contains("municipality 0344 from 2099-01-01") == true, "\(String(describing: error))")
        }
    }

    @Test(
        "a workflow that would show what may not be shown, or on no basis, keeps the engine from starting",
        arguments: [
            ("purpose: VT-TAAK, basis: wmo-4.1.1", "purpose: VT-TAAK", "names no purpose or no legal basis"),
            ("basis: wmo-4.1.1", "basis: bestaat-niet", "no legal basis 'bestaat-niet'"),
            ("basis: wmo-4.1.1", "basis: jw-3.1-1", "does not cover a disclosure to 'veilig-thuis'"),
            ("shows: [kinderen], purpose", "shows: [kinderen, rvdkRapport], purpose", "veilig-thuis may see nothing"),
            ("shows: [kinderen, adresFeitelijk, adresFormeel]", "shows: [zonnestand]", "'zonnestand', which is no group"),
            ("to: politie, lane: acute,", "to: politie,", "in the acute lane only"),
        ])
    func disclosure(what: String, with: String, says: String) async throws {
        try #require(JoiningWorkflow.text.contains(what))
        try await EngineSettings.run([JoiningWorkflow.text]) { try await Engine.check($0) }
        try await EngineSettings.run([JoiningWorkflow.text.replacing(what, with: with)]) { settings in
            let error = await #expect(throws: ConfigurationError.self) { try await Engine.check(settings) }
            #expect(error?.description.contains(says) == true, "\(String(describing: error))")
        }
    }

    @Test("a workflow that was never published is named")
    func unpublished() async throws {
        try await EngineSettings.run([Self.workflow(state: "een")]) { settings in
            var changed = settings
            changed.workflows = ["bestaat-niet"]
            let unpublished = changed
            let error = await #expect(throws: ConfigurationError.self) { try await Engine.check(unpublished) }
            #expect(error?.description.contains("'bestaat-niet'") == true)
        }
    }
}
