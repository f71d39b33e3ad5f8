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

    struct Spoiling: Sendable, CustomTestStringConvertible {
        let id: String
        let what: String
        let with: String

        init(_ id: String, _ what: String, _ with: String) {
            self.id = id
            self.what = what
            self.with = with
        }

        var testDescription: String { id }
    }

    static let spoilings = [
        Spoiling("R1", "onDone: veiligheidsbeoordeling", "onDone: aanpakBepaald"),
        Spoiling("R2", "    initial: inKaartBrengen", "    initial: veiligheidsbeoordeling"),
        Spoiling("R4", "onDone: veiligheidsbeoordeling", "onDone: afgerond"),
        Spoiling("R4-aftercare", "              && active('acuut.geen')\n", ""),
        Spoiling(
            "R3", "acuteOnveiligheidGesignaleerd: { target: gealarmeerd, lane: acute, source: brief-1 }",
            "acuteOnveiligheidGesignaleerd: { target: nazorg }"),
        Spoiling(
            "R3-start", "{ guard: \"facts.urgentie == 'acuut'\", target: gealarmeerd",
            "{ guard: \"facts.urgentie == 'acuut'\", target: politieTerPlaatse"),
        Spoiling(
            "huisverbod-adult", "(has(data.persoonMeerderjarig) && data.persoonMeerderjarig)\"\n        else",
            "has(data.persoonMeerderjarig)\"\n        else"),
        Spoiling("R7", "{ guard: \"facts.aangifte\", target: toets", "{ guard: \"facts.regelingBron == 'rechter'\", target: toets"),
        Spoiling(
            "R8", "- that: \"facts.regelingBron == 'rechter' || facts.urgentie == 'acuut'\"",
            "- that: \"facts.regelingBron != 'geen' || facts.urgentie == 'acuut'\""),
        Spoiling("R17", "- that: \"facts.beproefd.size() > 0 || has", "- that: \"facts.beproefd.size() >= 0 || has"),
        Spoiling("R6", "{ that: \"data.feiten.size() > 0\", else", "{ that: \"data.feiten.size() >= 0\", else"),
        Spoiling("R5", "    from: [om]\n    data:\n      beslissing", "    from: [om, politie]\n    data:\n      beslissing"),
        Spoiling(
            "R5-court", "{ guard: \"data.beslissing == 'strafbeschikking'\", target: strafbeschikking",
            "{ guard: \"data.beslissing == 'strafbeschikking'\", target: rechtbank"),
        Spoiling("R9", "sets: { uitkomst: data.uitkomst, zicht", "sets: { opzet: \"'vermoed'\", uitkomst: data.uitkomst, zicht"),
        Spoiling("R10", "opzet: \"'vermoed'\" }", "opzet: \"'aangenomenDoorOM'\" }"),
        Spoiling(
            "R11", "(data.opzet == 'aangenomen' && has(data.onttrokkenAan))\"\n        else", "has(data.onttrokkenAan)\"\n        else"),
        Spoiling(
            "R13", "due: { in: 30 days, actions: [{ remind: politie }], source: intern }",
            "due: { in: 30 days, gap: true, target: omBeoordeling, source: intern }"),
        Spoiling("R22", "{ guard: \"facts.aangifte\", target: toets", "{ guard: \"facts.aangifte && facts.sterkeArm\", target: toets"),
        Spoiling("R33", "geenVerdenking: { target: geenZaak }", "geenVerdenking: { target: omBeoordeling }"),
        Spoiling("G-SB", "facts.wettelijkMaximumJaren <= 6\", else", "facts.wettelijkMaximumJaren <= 7\", else"),
        Spoiling("G-VS", "c >= 20 && c <= 74)\"\n        else", "c >= 20 && c <= 75)\"\n        else"),
        Spoiling(
            "R21-assessment", "data.uitkomst != 'VT-00' || has(data.grond)\", else", "data.uitkomst != 'VT-00' || !has(data.grond)\", else"),
        Spoiling(
            "R21-suspicion", "  geenVerdenking:\n    from: [politie]\n    data:\n      grond: { type: code, required: true }",
            "  geenVerdenking:\n    from: [politie]\n    data:\n      grond: { type: code }"),
        Spoiling(
            "R21-dismissal",
            "!(data.beslissing in ['sepot', 'voorwaardelijkSepot']) || (has(data.sepotcodes) && data.sepotcodes.size() > 0)\"",
            "data.beslissing != 'sepot' || (has(data.sepotcodes) && data.sepotcodes.size() > 0)\""),
        Spoiling("R15", "belangKind: { type: text, required: true }\n      effect", "belangKind: { type: text }\n      effect"),
        Spoiling("R16", "verslechtert, onbekend], required: true }", "verslechtert, onbekend] }"),
        Spoiling(
            "R23", "data.beslissing == 'sepot'\", target: geseponeerd, source",
            "data.beslissing == 'sepot'\", target: [geseponeerd, civiel.afgesloten], source"),
        Spoiling("I7", "opsporingOpgeheven: { target: geenZaak }", "opsporingOpgeheven: { target: [geenZaak, civiel.afgesloten] }"),
        Spoiling(
            "R24", "schikkingBereikt: { target: minnelijkGeregeld }", "schikkingBereikt: { target: [minnelijkGeregeld, straf.geenZaak] }"),
        Spoiling("R32", "- { target: aanpakBepaald, actions:", "- { target: [aanpakBepaald, straf.toets], actions:"),
        Spoiling("safety-sight", "zichtOpVeiligheid: \"'veilig-thuis'\"", "zichtOpVeiligheid: \"null\""),
        Spoiling(
            "acute-at-once", "        task: handelAcuut\n        source: brief-1\n        entry: [{ alarm: politie }]\n",
            "        source: brief-1\n"),
        Spoiling("no-fault", "guard: data.rekest,", "guard: \"1 / facts.omleidingen > 0 && data.rekest\","),
        Spoiling(
            "no-endless-step", "      gesloten: { type: final }\n\n  civiel", "      gesloten: { always: { target: geen } }\n\n  civiel"),
        Spoiling("R2-gap", "gap: true, target: veiligheidsbeoordeling, actions", "gap: true, target: inKaartBrengen, actions"),
        Spoiling("R3-arrival", "acuteActieBevestigd: { target: politieTerPlaatse,", "acuteActieBevestigd: { target: nazorg,"),
        Spoiling(
            "acute-everywhere",
            "        on:\n          acuteOnveiligheidGesignaleerd: { target: gealarmeerd, lane: acute, source: brief-1 }\n", ""),
        Spoiling(
            "no-dead-end", "operatorBesluit:\n            - target: veiligheidsbeoordeling",
            "operatorBesluit:\n            - target: operatorGrijptIn"),
        Spoiling(
            "wake-up",
            "            - target: veiligheidsbeoordeling\n              actions: [{ set: { omleidingen: \"0\", vtOrganisatie: data.naarOrganisatie } }]",
            "            - actions: [{ note: genoteerd }]"),
    ]

    /// Where something that should be possible no longer is, there is no story to tell.
    static let losses = [
        Spoiling(
            "R18", "has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'\"\n        else",
            "facts.urgentie == 'acuut'\"\n        else"),
        Spoiling(
            "R19", "{ guard: \"data.resultaat == 'geregeld'\", target: minnelijkGeregeld",
            "{ guard: \"data.resultaat == 'geregeld'\", target: nageleefd"),
        Spoiling("R25", "schikkingBereikt: { target: minnelijkGeregeld }", "schikkingBereikt: { target: nageleefd }"),
        Spoiling(
            "R26", "has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'\"\n        else",
            "has(data.afwijkingCivielEerst)\"\n        else"),
        Spoiling(
            "R34-veilig-thuis", "from: [politie, veilig-thuis, rvdk, om, reclassering, operator]",
            "from: [politie, rvdk, om, reclassering, operator]"),
        Spoiling(
            "R34-rvdk", "from: [politie, veilig-thuis, rvdk, om, reclassering, operator]",
            "from: [politie, veilig-thuis, om, reclassering, operator]"),
        Spoiling(
            "R34-om", "from: [politie, veilig-thuis, rvdk, om, reclassering, operator]",
            "from: [politie, veilig-thuis, rvdk, reclassering, operator]"),
        Spoiling(
            "R34-reclassering", "from: [politie, veilig-thuis, rvdk, om, reclassering, operator]",
            "from: [politie, veilig-thuis, rvdk, om, operator]"),
        Spoiling("outcomes-reachable", "target: strafbeschikking, source", "target: overgedragen, source"),
    ]

    private func verify(_ spoiling: Spoiling) async throws -> (definition: Definition, result: VerificationReport.Result) {
        let text = try Self.text("Workflows/omgangsregeling/omgangsregeling.yaml")
        try #require(text.contains(spoiling.what), "the text to spoil is not there")
        let definition = try Self.load(text.replacing(spoiling.what, with: spoiling.with, maxReplacements: 1))
        var verifier = Verifier(definition)
        verifier.only = [spoiling.id]
        return (definition, try #require(await verifier.verify().results.first))
    }

    @Test("a rule that something can happen is refuted where it no longer can", arguments: losses)
    func lost(spoiling: Spoiling) async throws {
        let verdict = try await verify(spoiling).result.verdict
        guard case .missing = verdict else {
            Issue.record("\(spoiling.id): \(verdict)")
            return
        }
    }

    @Test("every rule has a variant of the workflow that is spoiled for it")
    func covered() throws {
        let definition = try Self.load(Self.text("Workflows/omgangsregeling/omgangsregeling.yaml"))
        let spoiled = Set((Self.spoilings + Self.losses).map(\.id))
        #expect(Verifier(definition).propertyIDs.filter { !spoiled.contains($0) }.isEmpty)
    }

    @Test("each rule is refuted in a workflow that is spoiled for it, by a story that plays again", arguments: spoilings)
    func spoiled(spoiling: Spoiling) async throws {
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
