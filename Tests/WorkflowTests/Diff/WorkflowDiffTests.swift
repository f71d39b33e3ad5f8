// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Differences between versions")
struct WorkflowDiffTests {
    private func diff(_ edits: [(String, String)]) throws -> WorkflowDiff {
        let old = try ShippedWorkflow.text()
        var new = old
        for (from, to) in edits {
            try #require(new.contains(from), "\(from)")
            new = new.replacing(from, with: to)
        }
        let calendars = try ShippedWorkflow.calendars()
        return WorkflowDiff(
            from: try WorkflowDiff.Version(old, file: "old.yaml", calendars: calendars),
            to: try WorkflowDiff.Version(new, file: "new.yaml", calendars: calendars))
    }

    @Test("a workflow does not differ from itself, nor from itself written otherwise")
    func same() throws {
        #expect(try diff([]).isEmpty)
        let edits = [
            ("    from: [politie]\n", "    from: politie\n"), ("opsporingOpgeheven: { target: geenZaak }", "opsporingOpgeheven: geenZaak"),
            ("target: rechtbank, actions", "target: loopt.rechtbank, actions"),
            ("source: sv-257a }\n", "source:   'sv-257a' } # a comment\n"),
        ]
        #expect(try diff(edits).changes == [])
    }

    @Test(
        "one edit is one change, in words, at its place",
        arguments: [
            (
                "  sv-27: Wetboek van Strafvordering, articles 27 and 29", "  sv-27: Sv 27",
                ["sources", "  ~ source sv-27", "      text: Wetboek van Strafvordering, articles 27 and 29 → Sv 27"]
            ),
            ("version: 1", "version: 2", ["head", "  ~ workflow", "      version: 1 → 2"]),
            (
                "  civielBeproefd: { type: boolean }\n", "  civielBeproefd: { type: boolean, initial: true }\n",
                ["facts", "  ~ fact civielBeproefd", "      initial: new: true"]
            ),
            (
                "    from: [politie, operator]", "    from: [politie]",
                ["events", "  ~ event acuteActieBevestigd", "      from: politie, operator → politie"]
            ),
            (
                "else: strafbeschikking-te-zwaar, source: sv-257a", "else: strafbeschikking-te-zwaar, source: sepot",
                ["events", "  ~ event vervolgingsbeslissingGenomen", "      require[strafbeschikking-te-zwaar].source: sv-257a → sepot"]
            ),
            (
                "    retry: { maxAttempts: 60, interval: 30 s, backoffRate: 1 }",
                "    retry: { maxAttempts: 60, interval: 40 s, backoffRate: 1 }",
                ["tasks", "  ~ task handelAcuut", "      retry.interval: 30 s → 40 s"]
            ),
            (
                "guard: data.rekest, target: kinderrechter", "guard: \"data.rekest && true\", target: kinderrechter",
                [
                    "civiel", "  ~ state civiel.raad.raadsonderzoek",
                    "      rule on raadsonderzoekAfgerond if data.rekest && true: guard: data.rekest → data.rekest && true",
                ]
            ),
            (
                "            - { target: operatorGrijptIn }", "            - { target: aanpakBepaald }",
                [
                    "hoofd", "  ~ state hoofd.veiligheidsbeoordeling",
                    "      rule on adresseringOnjuist: target: hoofd.operatorGrijptIn → hoofd.aanpakBepaald",
                ]
            ),
            (
                "          schikkingBereikt: { target: minnelijkGeregeld }\n", "",
                ["civiel", "  ~ state civiel.rechter", "      rule on schikkingBereikt: gone: target civiel.minnelijkGeregeld"]
            ),
            (
                "due: { in: 56 days,", "due: { in: 60 days,",
                ["civiel", "  ~ state civiel.raad.raadsonderzoek", "      term: in: 56 days → 60 days"]
            ),
            (
                "huisverbodIngetrokken: { target: nazorg, ", "huisverbodIngetrokken: { target: nazorg, lane: acute, ",
                ["acuut", "  ~ state acuut.huisverbod", "      rule on huisverbodIngetrokken: lane: new: acute"]
            ),
            (
                "{ alarm: politie }]", "{ alarm: meldkamer }]",
                [
                    "acuut", "  ~ state acuut.gealarmeerd",
                    "      entry: urgentie := 'acuut'; ALARM politie → urgentie := 'acuut'; ALARM meldkamer",
                ]
            ),
            (
                "type: final, outcome: GEEN_VERDENKING }", "type: final, outcome: GEEN_ZAAK }",
                ["straf", "  ~ state straf.geenZaak", "      outcome: GEEN_VERDENKING → GEEN_ZAAK"]
            ),
            (
                "type: final, outcome: VEROORDEELD }",
                "type: final, outcome: VEROORDEELD }\n      heropend: { title: Heropend, task: spoorOp }",
                ["straf", "  + state straf.heropend", "      type: new: atomic", "      title: new: Heropend", "      task: new: spoorOp"]
            ),
            ("operatorGrijptIn", "operatorKiest", ["hoofd", "  ~ state hoofd.operatorGrijptIn → hoofd.operatorKiest (renamed)"]),
            ("herbeoordeling", "hertoets", ["hoofd", "  ~ state hoofd.herbeoordeling → hoofd.hertoets (renamed)"]),
        ] as [(String, String, [String])])
    func words(from: String, to: String, lines: [String]) throws {
        // Properties name the state that is renamed; what differs in them is told as well.
        let told = try diff([(from, to)]).lines
        #expect(from == "herbeoordeling" ? Set(lines).isSubset(of: told) && !told.contains { $0.contains("gevraagd →") } : told == lines)
    }

    @Test("the order of rules for one event is part of their meaning")
    func order() throws {
        let first = "                - { guard: \"data.stand == 'overtreden'\", target: omBeoordeling }\n"
        let second = "                - { guard: \"data.stand == 'beeindigd'\", target: voorwaardelijkGeseponeerd }\n"
        #expect(
            try diff([(first + second, second + first)]).changes.map(\.details).map { $0.map(\.what) } == [
                ["order of rule on toezichtGemeld"]
            ])
    }

    @Test("properties are compared by their id")
    func properties() throws {
        let calendars = try ShippedWorkflow.calendars()
        let before = try ShippedWorkflow.text()
        let after = before.replacing("\nproperties:\n", with: "\nproperties:\n  - { id: R0, says: First., always: 'true' }\n")
            .replacing("says: Only the public prosecutor decides on prosecution.", with: "says: The prosecutor decides.")
        let diff = WorkflowDiff(
            from: try WorkflowDiff.Version(before, file: "a", calendars: calendars),
            to: try WorkflowDiff.Version(after, file: "b", calendars: calendars))
        #expect(diff.changes.map(\.subject) == ["property R0", "property R5"])
        #expect(diff.changes.map(\.kind) == [.added, .changed])
        #expect(diff.json.arrayValue?.last?["details"]?.arrayValue?.first?["what"] == "says")
    }
}
