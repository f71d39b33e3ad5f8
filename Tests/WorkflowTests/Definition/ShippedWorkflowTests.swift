// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("The workflow omgangsregeling")
struct ShippedWorkflowTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func simulation(acuut: Bool = false, aangifte: Bool = false) throws -> Simulation {
        func text(_ path: String) throws -> String { try String(contentsOf: Self.root.appending(path: path), encoding: .utf8) }
        let calendar = try WorkCalendar.load(yaml: text("Config/calendars/nl.yaml"), file: "nl.yaml")
        let definition = try Definition.load(
            text("Workflows/omgangsregeling/omgangsregeling.yaml"), file: "omgangsregeling.yaml", calendars: ["nl": calendar])
        let now = try #require(Instant("2026-12-01T09:00:00Z"))
        var simulation = Simulation(definition: definition, now: now)
        _ = try simulation.start(
            report: ReportFacts(
                receivedAt: now,
                fields: [
                    "acuut": .bool(acuut), "aangifte": .bool(aangifte), "regelingBron": "rechter", "regelingNagekomen": "nee",
                    "sterkeArm": false, "dwangsom": false, "oorzaken": ["onbekend"],
                ]))
        return simulation
    }

    private func paths(_ simulation: Simulation) -> [String] {
        simulation.state.map(simulation.definition.activePaths) ?? []
    }

    private func send(_ simulation: Simulation, _ name: String, from sender: String, _ data: JSON) throws -> Step {
        let state = try #require(simulation.state)
        return try simulation.definition.step(state, .message(Event.Message(name: name, sender: sender, data: data)), now: simulation.now)
    }

    @Test("acute danger alarms the police in the step that brings it, from the first moment")
    func acuteAtIntake() throws {
        var simulation = try simulation(acuut: true)
        #expect(paths(simulation).contains("acuut.gealarmeerd"))
        simulation = try self.simulation()
        let step = simulation.send("acuteOnveiligheidGesignaleerd")
        let effects = step["effects"]?.arrayValue ?? []
        #expect(effects.contains { $0["task"] == "handelAcuut" && $0["lane"] == "acute" && $0["to"] == "politie" })
        #expect(effects.contains { $0["effect"] == "alarm" })
        // A second alarm is the same danger.
        #expect(
            simulation.send("acuteOnveiligheidGesignaleerd")["effects"]?.arrayValue?.contains { $0["effect"] == "openAssignment" } == false)
    }

    @Test("a plain report opens the civil track and leaves the criminal one closed")
    func plain() throws {
        var simulation = try simulation()
        _ = simulation.send("due.hoofd.inKaartBrengen.0")
        _ = simulation.send(
            "veiligheidsbeoordelingAfgerond", data: ["uitkomst": "VT-01-02", "besluitnemer": "x", "motivering": "m"])
        #expect(
            paths(simulation) == [
                "hoofd.aanpakBepaald", "acuut.geen", "vt.overdracht.aangeboden", "civiel.vrijwillig", "straf.nietGestart",
                "informeren.teInformeren", "internationaal.geen",
            ])
    }

    @Test("the term of the assessment counts from receipt, also after a wrong address")
    func redirectKeepsTerm() throws {
        var simulation = try simulation()
        _ = simulation.send("due.hoofd.inKaartBrengen.0")
        let before = try #require(simulation.state?.deadlines.last?.due)
        simulation.now = simulation.now.adding(.seconds(3 * 86_400))
        _ = simulation.send("adresseringOnjuist", data: ["naarOrganisatie": "00000099000000002001"])
        #expect(simulation.state?.deadlines.last?.due == before)
        #expect(before.description == "2026-12-08T22:59:59Z")
    }

    @Test("the fourth wrong address goes to an operator")
    func redirectLoop() throws {
        var simulation = try simulation()
        _ = simulation.send("due.hoofd.inKaartBrengen.0")
        for _ in 0..<4 { _ = simulation.send("adresseringOnjuist", data: ["naarOrganisatie": "x"]) }
        #expect(paths(simulation).contains("hoofd.operatorGrijptIn"))
    }

    private func code(_ body: () throws -> Step) -> String? {
        do {
            _ = try body()
            return nil
        } catch StepFailure.rejected(let rejection) {
            return rejection.code
        } catch {
            return "\(error)"
        }
    }

    /// A case that waits for the prosecutor, with the given maximum penalty.
    private func beforeProsecutor(maximumYears: Int) throws -> Simulation {
        var simulation = try simulation(aangifte: true)
        _ = simulation.send(
            "verdenkingVastgelegd",
            data: [
                "feiten": ["sr-279-1"], "aard": "onttrekking", "aanwijzingBewusteDwarsboming": true,
                "wettelijkMaximumJaren": .integer(Int64(maximumYears)), "belangKind": "b", "afwijkingCivielEerst": "m",
                "besluitnemer": "x",
            ])
        _ = simulation.send("procesVerbaalIngezonden")
        try #require(paths(simulation).contains("straf.loopt.omBeoordeling.besluit.gevraagd"))
        return simulation
    }

    private func decision(_ members: [String: JSON]) -> JSON {
        .object(
            ["opzet": "aangenomen", "belangKind": "b", "effectVerhouding": "onbekend", "besluitnemer": "x"].merging(members) { $1 })
    }

    @Test(
        "the prosecutor's decision has to keep the rules of its kind",
        arguments: [
            (["beslissing": "sepot", "sepotcodes": [1, 2]], "code-01-alleen"), (["beslissing": "sepot"], "grond-ontbreekt"),
            (["beslissing": "voorwaardelijkSepot", "sepotcodes": [2]], "voorwaardelijk-alleen-beleid"),
            (["beslissing": "voorwaardelijkSepot", "sepotcodes": [74]], nil), (["beslissing": "sepot", "sepotcodes": [21, 73]], nil),
            (["beslissing": "dagvaarden"], "onttrekking-ontbreekt"),
            (["beslissing": "dagvaarden", "onttrokkenAan": "opzicht"], nil),
            (["beslissing": "strafbeschikking", "onttrokkenAan": "opzicht"], "strafbeschikking-te-zwaar"),
        ] as [([String: JSON], String?)])
    func prosecution(members: [String: JSON], refusal: String?) throws {
        let simulation = try beforeProsecutor(maximumYears: 9)
        #expect(code { try send(simulation, "vervolgingsbeslissingGenomen", from: "om", decision(members)) } == refusal)
    }

    @Test("an order of the prosecutor needs an offence of at most six years")
    func strafbeschikking() throws {
        let simulation = try beforeProsecutor(maximumYears: 6)
        #expect(
            code {
                try send(
                    simulation, "vervolgingsbeslissingGenomen", from: "om",
                    decision(["beslissing": "strafbeschikking", "onttrokkenAan": "opzicht"]))
            } == nil)
    }

    @Test("only the prosecutor decides on prosecution", arguments: ["politie", "veilig-thuis", "rvdk", "reclassering", "operator"])
    func onlyProsecutor(sender: String) throws {
        let simulation = try beforeProsecutor(maximumYears: 9)
        let data = decision(["beslissing": "dagvaarden", "onttrokkenAan": "opzicht"])
        #expect(code { try send(simulation, "vervolgingsbeslissingGenomen", from: sender, data) } == "ONBEVOEGD")
    }

    @Test("a suspicion without facts, or before family law was tried, goes nowhere")
    func suspicion() throws {
        let simulation = try simulation(aangifte: true)
        let base: [String: JSON] = [
            "aard": "onttrekking", "aanwijzingBewusteDwarsboming": true, "wettelijkMaximumJaren": 6, "belangKind": "b", "besluitnemer": "x",
        ]
        let none = base.merging(["feiten": []]) { $1 }
        let tooEarly = base.merging(["feiten": ["sr-279-1"]]) { $1 }
        #expect(code { try send(simulation, "verdenkingVastgelegd", from: "politie", .object(none)) } == "verdenking-ontbreekt")
        #expect(code { try send(simulation, "verdenkingVastgelegd", from: "politie", .object(tooEarly)) } == "civiel-eerst")
    }

    @Test("a dismissal closes the criminal track alone")
    func dismissal() throws {
        var simulation = try beforeProsecutor(maximumYears: 9)
        let before = Set(paths(simulation).filter { !$0.hasPrefix("straf") })
        _ = simulation.send("vervolgingsbeslissingGenomen", data: decision(["beslissing": "sepot", "sepotcodes": [21]]))
        #expect(paths(simulation).contains("straf.geseponeerd.bekendTeMaken"))
        #expect(Set(paths(simulation).filter { !$0.hasPrefix("straf") }) == before)
    }

    @Test("an order to keep away lasts ten days by the clock and is for adults")
    func huisverbod() throws {
        var simulation = try simulation(acuut: true)
        simulation.now = try #require(Instant("2026-12-23T13:00:00Z"))
        _ = simulation.send("acuteActieBevestigd", data: ["terPlaatse": "2026-12-23T13:00:00Z"])
        let consulted: [String: JSON] = ["kindermishandelingVermoed": true, "veiligThuisGeraadpleegd": true, "besluitnemer": "x"]
        let minor = JSON.object(consulted.merging(["persoonMeerderjarig": false]) { $1 })
        #expect(code { try send(simulation, "huisverbodOpgelegd", from: "politie", minor) } == "huisverbod-alleen-meerderjarig")
        _ = simulation.send("huisverbodOpgelegd", data: .object(consulted.merging(["persoonMeerderjarig": true]) { $1 }))
        #expect(simulation.state?.deadlines.last?.due.description == "2027-01-02T13:00:00Z")
        _ = simulation.send("due.acuut.huisverbod.opgelegd.0")
        #expect(paths(simulation).contains("acuut.nazorg"))
    }

    /// Whoever may send something: partners and the operator. Parents are nobody's partner, so nothing can be asked of them.
    @Test("no event comes from a parent or a suspect, and no field asks anybody to disprove intent")
    func noProofByParents() throws {
        let definition = try ShippedWorkflow.definition()
        let entitled = try PartnerRoles.all()
        for event in definition.events.values {
            #expect(Set(event.from ?? []).isSubset(of: entitled), "\(event.name)")
            for field in event.fields {
                let name = field.name.lowercased()
                #expect(!["bewijs", "verklaring", "weerleg", "onschuld"].contains { name.contains($0) }, "\(event.name).\(field.name)")
            }
        }
        #expect(Set(definition.tasks.map(\.to)).isSubset(of: entitled))
    }

    /// The values of a key in a code list.
    private func codes(_ key: String, in list: String) throws -> Set<String> {
        let yaml = try String(contentsOf: ShippedWorkflow.root.appending(path: "Config/code-lists/\(list).yaml"), encoding: .utf8)
        return Set(yaml.matches(of: try Regex("\\b\(key): \"?([A-Za-z0-9-]+)")).compactMap { $0.output[1].substring.map(String.init) })
    }

    @Test("measures and outcomes are those of the code lists")
    func codeLists() throws {
        let definition = try ShippedWorkflow.definition()
        func values(_ event: String, _ field: String) throws -> Set<String> {
            let field = try #require(definition.events[event]?.fields.first { $0.name == field })
            guard case .enumeration(let values) = field.type else { return [] }
            return Set(values)
        }
        #expect(try values("rechterBeslist", "maatregel").subtracting(["geen"]).isSubset(of: codes("waarde", in: "maatregelen")))
        #expect(try values("veiligheidsbeoordelingAfgerond", "uitkomst").isSubset(of: codes("code", in: "vt-uitkomsten")))
    }

    @Test("the grounds of policy are the codes from 20 to 74, and no others are")
    func groundsOfPolicy() throws {
        let yaml = try String(contentsOf: ShippedWorkflow.root.appending(path: "Config/code-lists/sepotgronden.yaml"), encoding: .utf8)
        let grounds = yaml.matches(of: /code: "([0-9]+)".*kind: ([a-z]+)/).compactMap { match in
            Int(match.output.1).map { (code: $0, kind: match.output.2) }
        }
        #expect(grounds.count > 30)
        for ground in grounds { #expect((ground.kind == "policy") == (20...74).contains(ground.code), "\(ground)") }
    }

    @Test(
        "a decision names who took it",
        arguments: [
            "veiligheidsbeoordelingAfgerond", "acuteSituatieBeoordeeld", "huisverbodOpgelegd", "huisverbodVerlengd",
            "huisverbodIngetrokken",
            "vtInzetBepaald", "vtDienstAfgerond", "overdrachtGeaccepteerd", "overdrachtGeweigerd", "zonderOverdrachtAfgesloten",
            "monitoringAfgerond", "tafelAfgerond", "onderzoekVerzocht", "ambtshalveOnderzoekGestart", "raadsintakeAfgerond",
            "raadsonderzoekAfgerond", "burgemeesterVerzoekt", "maatregelVerzocht", "verdenkingVastgelegd", "geenVerdenking",
            "opsporingOpgeheven", "vervolgingsbeslissingGenomen", "nieuweFeitenGebleken", "betrokkenenGeinformeerd",
            "informerenUitgesteld",
        ])
    func decisionMakers(name: String) throws {
        let event = try #require(try ShippedWorkflow.definition().events[name])
        #expect(event.fields.contains { $0.name == "besluitnemer" && $0.isRequired })
    }
}

/// The roles of `Config/partners.yaml`, and the operator.
private enum PartnerRoles {
    static func all() throws -> Set<String> {
        let yaml = try String(contentsOf: ShippedWorkflow.root.appending(path: "Config/partners.yaml"), encoding: .utf8)
        return Set(yaml.matches(of: /(?m)^  - id: ([a-z-]+)$/).map { String($0.output.1) }).union(["operator"])
    }
}
