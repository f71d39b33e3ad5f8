// SPDX-License-Identifier: EUPL-1.2

import Testing

/// The shipped workflow with one thing changed, so that the property with this name no longer holds.
struct ShippedSpoiling: Sendable, CustomTestStringConvertible {
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

extension ShippedSpoiling {
    /// Each tells a story.
    static let refuted = [
        ShippedSpoiling("R1", "onDone: veiligheidsbeoordeling", "onDone: aanpakVolgt"),
        ShippedSpoiling("R2", "    initial: inKaartBrengen", "    initial: veiligheidsbeoordeling"),
        ShippedSpoiling("R2-gap", "gap: true, target: veiligheidsbeoordeling, actions", "gap: true, target: inKaartBrengen, actions"),
        ShippedSpoiling("R4", "onDone: veiligheidsbeoordeling", "onDone: nietOntvankelijk"),
        ShippedSpoiling(
            "R4-aftercare", "target: vots.verder }\n          - { target: nazorg }", "target: vots.verder }\n          - { target: geen }"),
        ShippedSpoiling(
            "R3", "acuteOnveiligheidGesignaleerd: { target: gealarmeerd, internal: true, lane: acute }",
            "acuteOnveiligheidGesignaleerd: { target: nazorg, internal: true }"),
        ShippedSpoiling(
            "R3-start", "- { guard: report.acuut, target: gealarmeerd, lane: acute }",
            "- { guard: report.acuut, target: politieTerPlaatse, lane: acute }"),
        ShippedSpoiling(
            "R3-second", "meldingGevoegd: { guard: data.acuut, target: gealarmeerd, internal: true, lane: acute }",
            "meldingGevoegd: { guard: data.acuut, actions: [{ note: gevaar }] }"),
        ShippedSpoiling(
            "R3-arrival", "acuteActieBevestigd: { target: politieTerPlaatse, lane: acute }", "acuteActieBevestigd: { target: nazorg }"),
        ShippedSpoiling(
            "I8-urgency", "acuteActieBevestigd: { target: politieTerPlaatse, lane: acute }",
            #"acuteActieBevestigd: { target: politieTerPlaatse, lane: acute, actions: [{ set: { urgentie: "'normaal'" } }] }"#),
        ShippedSpoiling("huisverbod-adult", "{ that: data.persoonMeerderjarig, else", #"{ that: "true", else"#),
        ShippedSpoiling(
            "huisverbod-consulted", #"{ that: "!data.kindermishandelingVermoed || data.veiligThuisGeraadpleegd", else"#,
            #"{ that: "true", else"#),
        ShippedSpoiling("huisverbod-28-days", #"data.dagenSindsOpleggen <= 28", else"#, #"data.dagenSindsOpleggen <= 29", else"#),
        ShippedSpoiling(
            "huisverbod-mayor", "  huisverbodVerlengd:\n    from: [college]", "  huisverbodVerlengd:\n    from: [college, politie]"),
        ShippedSpoiling("huisverbod-ends", "byLaw: true\n              target: nazorg", "byLaw: true\n              target: opgelegd"),
        ShippedSpoiling("vots-judge", "target: votsGevraagd, lane: acute, source: bw-1.257", "target: vots, source: bw-1.257"),
        ShippedSpoiling(
            "vots-not-silent", "due: { in: 2 weeks, from: votsBeslist, actions:",
            "due: { in: 2 weeks, from: votsBeslist, byLaw: true, target: nazorg, actions:"),
        ShippedSpoiling(
            "I4-accepted", "        title: Overdracht\n        source: zicht\n",
            #"        title: Overdracht\#n        source: zicht\#n        entry: [{ set: { zichtOpVeiligheid: "'college'" } }]\#n"#),
        ShippedSpoiling(
            "I4-offered", "        title: Overdracht\n        source: zicht\n",
            #"        title: Overdracht\#n        source: zicht\#n        entry: [{ set: { zichtOpVeiligheid: "'politie'" } }]\#n"#),
        ShippedSpoiling(
            "I4-service", "        title: Dienst van Veilig Thuis\n",
            #"        title: Dienst van Veilig Thuis\#n        entry: [{ set: { zichtOpVeiligheid: "'politie'" } }]\#n"#),
        ShippedSpoiling("I4-watched", #"sets: { zichtOpVeiligheid: "'college'" }"#, #"sets: { zichtOpVeiligheid: "'veilig-thuis'" }"#),
        ShippedSpoiling("handover-ends", "ontvangerGekozen: { target: aangeboden,", "ontvangerGekozen: { target: geweigerd,"),
        ShippedSpoiling(
            "second-report",
            #"active('hoofd.aanpakBepaald') || active('hoofd.nietOntvankelijk')", target: herbeoordeling, internal: true }\#n        - {"#,
            #"active('hoofd.nietOntvankelijk')", target: herbeoordeling, internal: true }\#n        - {"#),
        ShippedSpoiling("watching-goes-on", "on: { vervolgNietNodig: monitoring }", "on: { vervolgNietNodig: onderbroken }"),
        ShippedSpoiling(
            "R7", "- { guard: report.aangifte, target: toets", #"- { guard: "report.regelingBron == 'rechter'", target: toets"#),
        ShippedSpoiling(
            "R8", #"|| data.aanwijzingBewusteDwarsboming || facts.urgentie == 'acuut'"\#n        else"#,
            #"|| !data.aanwijzingBewusteDwarsboming || facts.urgentie == 'acuut'"\#n        else"#),
        ShippedSpoiling(
            "R31", #"|| facts.regelingVanRechter || facts.urgentie == 'acuut'"\#n        else"#,
            #"|| !facts.regelingVanRechter || facts.urgentie == 'acuut'"\#n        else"#),
        ShippedSpoiling(
            "R17", #"|| facts.civielBeproefd || has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'"\#n        else"#,
            #"|| !facts.civielBeproefd || has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'"\#n        else"#),
        ShippedSpoiling(
            "VTO", "from: [college, veilig-thuis, gecertificeerde-instelling, jeugdhulpaanbieder]",
            "from: [college, veilig-thuis, gecertificeerde-instelling, jeugdhulpaanbieder, politie]"),
        ShippedSpoiling(
            "VTO-om", "from: [college, veilig-thuis, gecertificeerde-instelling, jeugdhulpaanbieder]",
            "from: [college, veilig-thuis, gecertificeerde-instelling, jeugdhulpaanbieder, om]"),
        ShippedSpoiling("VTO-before-research", "maatregelVerzocht: { target: kinderrechter,", "maatregelVerzocht: { target: raadsintake,"),
        ShippedSpoiling("S33", #"{ that: "facts.verzoeker == 'college'", else"#, #"{ that: "facts.verzoeker != 'geen'", else"#),
        ShippedSpoiling("S22", "{ that: facts.sterkeArm, else", #"{ that: "facts.sterkeArm || facts.civielBeproefd", else"#),
        ShippedSpoiling("S20-age", "{ that: data.jongsteJongerDan16, else", #"{ that: "true", else"#),
        ShippedSpoiling(
            "S20-custody", "in ['gezagswijziging', 'wijzigingHoofdverblijf']) || !active", "in ['gezagswijziging']) || !active"),
        ShippedSpoiling("S20-ends", "kindZestienGeworden: { target: vervallen }", "kindZestienGeworden: { target: caIka }"),
        ShippedSpoiling("R6", #"{ that: "data.feiten.size() > 0", else"#, #"{ that: "data.feiten.size() >= 0", else"#),
        ShippedSpoiling(
            "R5", "  vervolgingsbeslissingGenomen:\n    from: [om]", "  vervolgingsbeslissingGenomen:\n    from: [om, politie]"),
        ShippedSpoiling(
            "R5-court", #"guard: "data.beslissing == 'strafbeschikking'"\#n                  target: strafbeschikking\#n"#,
            #"guard: "data.beslissing == 'strafbeschikking'"\#n                  target: rechtbank\#n"#),
        ShippedSpoiling("R9", #"sets: { beproefd: "facts.beproefd + ['omgangsbegeleiding']" }"#, #"sets: { opzet: "'vermoed'" }"#),
        ShippedSpoiling("R10", #"opzet: "'vermoed'" }"#, #"opzet: "'aangenomenDoorOM'" }"#),
        ShippedSpoiling("R11", #"|| facts.anderFeit || has(data.onttrokkenAan)""#, #"|| has(data.opzet)""#),
        ShippedSpoiling(
            "R13", "due: { in: 30 days, actions: [{ remind: politie }], source: intern }",
            "due: { in: 30 days, gap: true, target: omBeoordeling, source: intern }"),
        ShippedSpoiling(
            "R22", "- { guard: report.aangifte, target: toets", #"- { guard: "report.aangifte && report.sterkeArm", target: toets"#),
        ShippedSpoiling(
            "R22-later",
            "- { target: toets, internal: true, actions: [{ notify: { to: politie, what: kopie-aangifte } }], source: sv-163 }",
            "- { actions: [{ notify: { to: politie, what: kopie-aangifte } }], source: sv-163 }"),
        ShippedSpoiling("R33", "geenVerdenking: { target: geenZaak }", "geenVerdenking: { target: omBeoordeling }"),
        ShippedSpoiling("G-SB", #"facts.wettelijkMaximumJaren <= 6", else"#, #"facts.wettelijkMaximumJaren <= 7", else"#),
        ShippedSpoiling("G-VS", #"c >= 20 && c <= 74)"\#n        else"#, #"c >= 20 && c <= 75)"\#n        else"#),
        ShippedSpoiling(
            "G-S1", #"!(1 in data.sepotcodes) || data.sepotcodes.size() == 1", else"#,
            #"!(1 in data.sepotcodes) || data.sepotcodes.size() >= 1", else"#),
        ShippedSpoiling("S4-rests", "sepotBekendGemaakt: { target: beklagtermijn }", "sepotBekendGemaakt: { target: sepotBlijft }"),
        ShippedSpoiling(
            "R21-assessment", #"data.uitkomst != 'VT-00' || has(data.grond)", else"#,
            #"data.uitkomst != 'VT-00' || !has(data.grond)", else"#),
        ShippedSpoiling(
            "R21-handover", "  overdrachtGeweigerd:\n    from: [college]\n    data:\n      grond: { type: code, required: true }",
            "  overdrachtGeweigerd:\n    from: [college]\n    data:\n      grond: { type: code }"),
        ShippedSpoiling(
            "R21-no-handover",
            "  zonderOverdrachtAfgesloten:\n    from: [veilig-thuis]\n    data:\n      grond: { type: code, required: true }",
            "  zonderOverdrachtAfgesloten:\n    from: [veilig-thuis]\n    data:\n      grond: { type: code }"),
        ShippedSpoiling("R21-intake", #"data.onderzoek || has(data.grond)", else"#, #"data.onderzoek || !has(data.grond)", else"#),
        ShippedSpoiling("R21-research", #"data.rekest || has(data.grond)", else"#, #"data.rekest || !has(data.grond)", else"#),
        ShippedSpoiling(
            "R21-suspicion", "  geenVerdenking:\n    from: [politie]\n    data:\n      grond: { type: code, required: true }",
            "  geenVerdenking:\n    from: [politie]\n    data:\n      grond: { type: code }"),
        ShippedSpoiling(
            "R21-investigation", "  opsporingOpgeheven:\n    from: [politie]\n    data:\n      grond: { type: code, required: true }",
            "  opsporingOpgeheven:\n    from: [politie]\n    data:\n      grond: { type: code }"),
        ShippedSpoiling(
            "R21-dismissal",
            #"!(data.beslissing in ['sepot', 'voorwaardelijkSepot']) || (has(data.sepotcodes) && data.sepotcodes.size() > 0)""#,
            #"data.beslissing != 'sepot' || (has(data.sepotcodes) && data.sepotcodes.size() > 0)""#),
        ShippedSpoiling("R15", "belangKind: { type: text, required: true }\n      effect", "belangKind: { type: text }\n      effect"),
        ShippedSpoiling("R16", "verslechtert, onbekend], required: true }", "verslechtert, onbekend] }"),
        ShippedSpoiling(
            "P4-person", "  betrokkenenGeinformeerd:\n    from: [veilig-thuis]",
            "  betrokkenenGeinformeerd:\n    from: [veilig-thuis, politie]"),
        ShippedSpoiling(
            "P4-reason", "reden: { type: enum, values: [veiligheid, onderzoek], required: true }",
            "reden: { type: enum, values: [veiligheid, onderzoek] }"),
        ShippedSpoiling(
            "R23", #"data.beslissing == 'sepot'"\#n                  target: geseponeerd\#n"#,
            #"data.beslissing == 'sepot'"\#n                  target: [geseponeerd, civiel.afgesloten]\#n"#),
        ShippedSpoiling("I7", "opsporingOpgeheven: { target: geenZaak }", "opsporingOpgeheven: { target: [geenZaak, civiel.afgesloten] }"),
        ShippedSpoiling(
            "R24", "schikkingBereikt: { target: minnelijkGeregeld }", "schikkingBereikt: { target: [minnelijkGeregeld, straf.geenZaak] }"),
        ShippedSpoiling(
            "R32", #"{ guard: "data.uitkomst == 'VT-00'", target: nietOntvankelijk,"#,
            #"{ guard: "data.uitkomst == 'VT-00'", target: [nietOntvankelijk, straf.loopt.toets],"#),
        ShippedSpoiling(
            "I7-informing", "betrokkenenGeinformeerd: { target: geinformeerd }",
            "betrokkenenGeinformeerd: { target: [geinformeerd, vt.geenVervolg] }"),
        ShippedSpoiling(
            "I5-assessment",
            "due: { in: 5 working-days, from: report.receivedAt, actions: [{ escalate: ketenregisseur }], source: ub-wmo-4.1.7-1 }\n        on:\n          veilig",
            "due: { in: 5 working-days, from: report.receivedAt, gap: true, target: operatorGrijptIn, source: ub-wmo-4.1.7-1 }\n        on:\n          veilig"
        ),
        ShippedSpoiling(
            "I5-vt", "{ in: 1 year, from: overdrachtGeaccepteerd, actions: [{ remind: veilig-thuis }], source: hp-vt }",
            "{ in: 1 year, from: overdrachtGeaccepteerd, gap: true, target: gevolgd, source: hp-vt }"),
        ShippedSpoiling(
            "I5-civil", "due: { in: 56 days, actions: [{ escalate: ketenregisseur }], source: zl }",
            "due: { in: 56 days, gap: true, target: raadAfgewezen, source: zl }"),
        ShippedSpoiling(
            "I5-informing",
            "          from: report.receivedAt\n          actions: [{ remind: veilig-thuis }, { escalate: ketenregisseur }]\n          source: wmo-5.3.1\n",
            "          from: report.receivedAt\n          gap: true\n          target: geinformeerd\n          source: wmo-5.3.1\n"),
        ShippedSpoiling("safety-sight", #"sets: { zichtOpVeiligheid: "'college'" }"#, #"sets: { zichtOpVeiligheid: "null" }"#),
        ShippedSpoiling(
            "acute-at-once", #"        task: handelAcuut\#n        entry: [{ set: { urgentie: "'acuut'" } }, { alarm: politie }]\#n"#,
            #"        entry: [{ set: { urgentie: "'acuut'" } }]\#n"#),
        ShippedSpoiling("no-fault", "guard: data.rekest,", #"guard: "1 / facts.omleidingen > 0 && data.rekest","#),
        ShippedSpoiling("no-endless-step", "geen: { title: Geen acuut gevaar gemeld, type: final }", "geen: { always: { target: begin } }"),
        ShippedSpoiling(
            "acute-everywhere",
            "      acuteOnveiligheidGesignaleerd: { target: gealarmeerd, internal: true, lane: acute }\n      meldingGevoegd: { guard: data.acuut, target: gealarmeerd, internal: true, lane: acute }\n",
            "      meldingGevoegd: { guard: data.acuut, actions: [{ note: gevaar }] }\n"),
        ShippedSpoiling(
            "no-dead-end", "type: parallel\nstates:\n  hoofd:",
            "initial: wachten\nstates:\n  wachten: { on: { betrokkenenGeinformeerd: wachten } }\n  hoofd:"),
        ShippedSpoiling("wake-up", "type: parallel\nstates:\n  hoofd:", "initial: wachten\nstates:\n  wachten: {}\n  hoofd:"),
        ShippedSpoiling(
            "joined-everywhere", "type: parallel\nstates:\n  hoofd:", "initial: wachten\nstates:\n  wachten: {}\n  hoofd:"),
    ]

    /// Where something that should be possible no longer is, there is no story to tell.
    static let lost = [
        ShippedSpoiling(
            "R18", #"|| has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'"\#n        else"#,
            #"|| facts.urgentie == 'acuut'"\#n        else"#),
        ShippedSpoiling(
            "R19", #"{ guard: "data.resultaat == 'geregeld'", target: minnelijkGeregeld"#,
            #"{ guard: "data.resultaat == 'geregeld'", target: nageleefd"#),
        ShippedSpoiling("R25", "schikkingBereikt: { target: minnelijkGeregeld }", "schikkingBereikt: { target: nageleefd }"),
        ShippedSpoiling(
            "R26", #"|| has(data.afwijkingCivielEerst) || facts.urgentie == 'acuut'"\#n        else"#,
            #"|| has(data.afwijkingCivielEerst)"\#n        else"#),
        ShippedSpoiling(
            "S20-criminal", "data.aard != 'onttrekking' || facts.civielBeproefd ||", "data.aard == 'anderFeit' || facts.civielBeproefd ||"),
        ShippedSpoiling(
            "S4", "target: omBeoordeling, actions: [{ note: bevel-van-het-hof }]",
            "target: sepotBlijft, actions: [{ note: bevel-van-het-hof }]"),
        ShippedSpoiling(
            "outcomes-reachable", #"guard: "data.beslissing == 'strafbeschikking'"\#n                  target: strafbeschikking\#n"#,
            #"guard: "data.beslissing == 'strafbeschikking'"\#n                  target: straf.overgedragen\#n"#),
        ShippedSpoiling(
            "R34-politie",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-veilig-thuis",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-rvdk",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-om",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, rvdk, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-reclassering",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, rvdk, om, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-college",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, gecertificeerde-instelling, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-gi",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, jeugdhulpaanbieder, operator]"),
        ShippedSpoiling(
            "R34-jeugdhulp",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, jeugdhulpaanbieder, operator]",
            "from: [politie, veilig-thuis, rvdk, om, reclassering, college, gecertificeerde-instelling, operator]"),
    ]
}
