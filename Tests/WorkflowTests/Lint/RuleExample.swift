// SPDX-License-Identifier: EUPL-1.2

import Testing

/// A mistake, as sections that replace those of the page's workflow. `⟨` marks the place of the finding.
struct RuleExample: CustomTestStringConvertible {
    let rule: String
    let what: String
    let bad: String
    /// The same without the mistake.
    let good: String

    /// - Parameter mend: what of the bad example is replaced by what.
    init(_ rule: String, _ what: String, _ bad: String, mend: (String, String)) {
        self.rule = rule
        self.what = what
        self.bad = bad
        good = bad.replacing("⟨", with: "").replacing(mend.0, with: mend.1)
    }

    var testDescription: String { "\(rule): \(what)" }

    static let all = names + events + states + guards + values + law + time

    // MARK: Parts

    private static let beoordeeld = """
        events:
          beoordeeld:
            from: [veilig-thuis]
            data: { uitkomst: { type: enum, values: [hulp, geenHulp], required: true } }
            sets: { uitkomst: data.uitkomst }
            source: wmo

        """

    /// States of which the first asks, with what follows the answer.
    private static func states(answer: String, and more: String = "  geenHulp: { type: final, outcome: GEEN_HULP }\n") -> String {
        """
        states:
          gevraagd:
            task: beoordeel
            due: { in: 5 working-days, actions: [{ escalate: ketenregisseur }], source: wmo }
            on:
              beoordeeld:
        \(answer)
          hulp: { type: final, outcome: HULP }
        \(more)
        """
    }

    private static func task(_ members: String) -> String {
        "tasks:\n  beoordeel: { to: veilig-thuis, answers: [beoordeeld], \(members), source: wmo }\n"
    }

    // MARK: Examples

    private static let names = [
        RuleExample(
            "unknown-role", "whoever is told",
            states(answer: "        - { target: hulp, actions: [{ notify: { to: ⟨melders, what: klaar } }] }"), mend: ("melders", "politie")
        ),
        RuleExample(
            "unknown-role", "whoever is reminded", states(answer: "        - { target: hulp, actions: [{ remind: [rvdk, ⟨raad] }] }"),
            mend: (", raad", "")),
        RuleExample(
            "unknown-role", "a sender in a guard",
            states(answer: "        - ⟨{ guard: \"sender in ['politie', 'vt']\", target: hulp }\n        - { target: geenHulp }"),
            mend: ("'vt'", "'veilig-thuis'")),
        RuleExample(
            "unknown-contact", "whoever is alarmed", states(answer: "        - { target: hulp, actions: [{ alarm: ⟨piket }] }"),
            mend: ("piket", "piketdienst")),
        RuleExample(
            "unknown-event", "a name of the past",
            states(
                answer: "        - ⟨{ guard: \"event in ['beoordeeld', 'ingetrokken']\", target: hulp }\n        - { target: geenHulp }"),
            mend: (", 'ingetrokken'", "")),
        RuleExample(
            "report-undeclared", "a field in what is set",
            "states:\n  ⟨gevraagd: { entry: [{ set: { uitkomst: report.uitkomst } }], task: beoordeel, on: { beoordeeld: hulp } }\n"
                + "  hulp: { type: final, outcome: HULP }\n",
            mend: ("report.uitkomst", "\"'hulp'\"")),
    ]

    private static let events = [
        RuleExample(
            "event-unawaited", "awaited only where no case can be",
            beoordeeld + "  ⟨ingetrokken: { from: [operator] }\n"
                + states(
                    answer: "        - { target: hulp }",
                    and: "  los: { on: { ingetrokken: hulp } }\n"), mend: ("- { target: hulp }", "- { target: los }")),
        RuleExample(
            "event-unsendable", "an internal event that nobody raises",
            beoordeeld + "  ⟨verder: { internal: true }\n"
                + states(answer: "        - { target: hulp }\n      verder: { target: hulp }"),
            mend: ("- { target: hulp }", "- { target: hulp, actions: [{ raise: verder }] }")),
        RuleExample(
            "event-unsendable", "nobody in the list",
            beoordeeld + "  ⟨verder: { from: [] }\n" + states(answer: "        - { target: hulp }\n      verder: { target: hulp }"),
            mend: ("from: []", "from: [operator]")),
        RuleExample(
            "unused-fact", "a fact that is read only to count itself",
            "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp], initial: geen }\n  ⟨keren: { type: integer }\n"
                + states(
                    answer:
                        "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp, actions: [{ set: { keren: \"facts.keren + 1\" } }] }\n"
                        + "        - { target: geenHulp }"),
            mend: ("facts.uitkomst == 'hulp'", "facts.uitkomst == 'hulp' && facts.keren < 3")),
        RuleExample(
            "unused-fact", "no property reads it either",
            "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp], initial: geen }\n  ⟨opzet: { type: boolean }\n"
                + "properties:\n  - { id: P1, says: None., source: wmo, never: \"facts.uitkomst == 'geen' && active('hulp')\" }\n",
            mend: ("facts.uitkomst == 'geen' &&", "facts.opzet &&")),
    ]

    private static let states = [
        RuleExample(
            "unreachable-state", "a region's first state that every transition passes by",
            states(
                answer: "        - { target: b.b2 }",
                and: "  b:\n    initial: b2\n    states:\n      ⟨b1: { on: { beoordeeld: hulp } }\n      b2: { on: { beoordeeld: hulp } }\n"
            ),
            mend: ("b2: { on: { beoordeeld: hulp } }", "b2: { on: { beoordeeld: b1 } }")),
        RuleExample(
            "no-outcome", "a final state that nothing follows",
            states(
                answer: "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n        - { target: b }",
                and: "  b:\n    states:\n      ⟨klaar: { type: final }\n"), mend: ("  b:\n", "  b:\n    onDone: hulp\n")),
        RuleExample(
            "no-outcome", "a workflow that has none at all",
            "⟨states:\n  gevraagd: { task: beoordeel, on: { beoordeeld: hulp } }\n  hulp: { type: final }\n",
            mend: ("hulp: { type: final }", "hulp: { type: final, outcome: HULP }")),
        RuleExample(
            "no-wakeup", "it awaits what only the workflow could say",
            beoordeeld + "  verder: { internal: true }\n"
                + states(
                    answer: "        - { target: wachten, actions: [{ raise: verder }] }", and: "  ⟨wachten: { on: { verder: hulp } }\n"),
            mend: ("on: { verder", "due: { in: 1 day, source: wmo }, on: { verder")),
        RuleExample(
            "always-cycle", "an eventless transition that goes nowhere",
            states(
                answer: "        - { target: wachten }",
                and: "  wachten: { source: wmo, task: beoordeel, on: { beoordeeld: hulp }, always: ⟨{ actions: [{ note: x }] } }\n"),
            mend: ("always: { actions: [{ note: x }] }", "entry: [{ note: x }]")),
    ]

    private static let guards = [
        RuleExample(
            "always-cycle", "a way back that an else leaves open",
            states(
                answer: "        - { target: heen }",
                and: "  heen:\n    source: wmo\n    always:\n      - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n"
                    + "      - ⟨{ target: terug }\n  terug:\n    source: wmo\n    always:\n"
                    + "      - { guard: \"facts.uitkomst == 'geen'\", target: hulp }\n      - { target: heen }\n"),
            mend: ("facts.uitkomst == 'geen'", "facts.uitkomst != 'hulp'")),
        RuleExample(
            "guards-overlap", "numbers at the constants of both",
            beoordeeld.replacing("required: true } }", with: "required: true }, jaren: { type: integer, required: true } }")
                + states(
                    answer:
                        "        - { guard: \"data.jaren > 6\", target: hulp }\n        - ⟨{ guard: \"data.jaren < 8\", target: geenHulp }\n"
                        + "        - { target: hulp }"), mend: ("data.jaren < 8", "data.jaren < 7")),
        RuleExample(
            "guards-overlap", "a requirement that excludes what both could take",
            beoordeeld.replacing("required: true } }", with: "required: true }, spoed: { type: boolean, required: true } }")
                + "    require: { that: \"data.uitkomst == 'hulp' || data.spoed\", else: nee, source: wmo }\n"
                + states(
                    answer:
                        "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n        - ⟨{ guard: data.spoed, target: geenHulp }"
                ),
            mend: ("|| data.spoed", "&& !data.spoed || data.uitkomst == 'geenHulp' && data.spoed")),
        RuleExample(
            "transition-shadowed", "an else behind guards that leave nothing",
            states(
                answer: "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n"
                    + "        - { guard: \"facts.uitkomst == 'geenHulp'\", target: geenHulp }\n        - ⟨{ target: geenHulp }"),
            mend: ("        - { target: geenHulp }", "")),
        RuleExample(
            "guard-constant", "a guard that leaves nothing out",
            states(
                answer: "        - ⟨{ guard: \"facts.uitkomst in ['hulp', 'geenHulp']\", target: hulp }\n        - { target: geenHulp }"),
            mend: (", 'geenHulp'", "")),
        RuleExample(
            "guard-constant", "two states that are never active together",
            states(
                answer: "        - ⟨{ guard: \"active('hulp')\", target: hulp }\n        - { target: geenHulp }"),
            mend: ("active('hulp')", "facts.uitkomst == 'hulp'")),
        RuleExample(
            "expression-may-fail", "a requirement that asks for what need not be there",
            beoordeeld.replacing("required: true } }", with: "required: true }, codes: { type: list, of: integer } }")
                + "    require:\n      - ⟨{ that: data.codes.size() > 0, else: nee, source: wmo }\n",
            mend: ("data.codes.size()", "has(data.codes) && data.codes.size()")),
        RuleExample(
            "expression-may-fail", "what an event sets",
            beoordeeld.replacing("required: true } }", with: "required: true }, spoed: { type: boolean } }")
                .replacing("uitkomst: data.uitkomst", with: "uitkomst: data.uitkomst, ⟨spoed: data.spoed")
                + "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp], initial: geen }\n  spoed: { type: boolean }\n",
            mend: ("spoed: { type: boolean } }", "spoed: { type: boolean, required: true } }")),
        RuleExample(
            "expression-may-fail", "what a transition sets",
            beoordeeld.replacing("required: true } }", with: "required: true }, spoed: { type: boolean } }")
                + "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp], initial: geen }\n  spoed: { type: boolean }\n"
                + states(
                    answer: "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp }\n"
                        + "        - ⟨{ target: geenHulp, actions: [{ set: { spoed: data.spoed } }] }"),
            mend: ("set: { spoed: data.spoed }", "set: { spoed: \"has(data.spoed) && data.spoed\" }")),
    ]

    private static let values = [
        RuleExample(
            "value-without-rule", "a code that nothing gives a fact",
            "facts:\n  uitkomst: { type: enum, values: [geen, hulp, geenHulp, ⟨elders], initial: geen }\n", mend: (", elders", "")),
        RuleExample(
            "value-without-rule", "a boolean of an event",
            beoordeeld.replacing("required: true } }", with: "required: true }, spoed: { type: boolean, required: true } }")
                + states(answer: "        - ⟨{ guard: data.spoed, target: hulp }"),
            mend: ("{ guard: data.spoed, target: hulp }", "{ guard: data.spoed, target: hulp }\n        - { target: geenHulp }")),
    ]

    private static let law = [
        RuleExample(
            "rule-without-source", "a task",
            "tasks:\n  ⟨beoordeel: { to: veilig-thuis, answers: [beoordeeld], purpose: VT-TAAK, basis: wmo-4.1.1 }\n",
            mend: ("basis: wmo-4.1.1", "basis: wmo-4.1.1, source: wmo")),
        RuleExample(
            "rule-without-source", "a requirement",
            beoordeeld + "    require:\n      - ⟨{ that: \"data.uitkomst == 'hulp' || true\", else: nee }\n",
            mend: ("else: nee", "else: nee, source: wmo")),
        RuleExample(
            "rule-without-source", "an event that sets facts",
            beoordeeld.replacing("  beoordeeld", with: "  ⟨beoordeeld").replacing("    source: wmo\n", with: "")
                + states(
                    answer:
                        "        - { guard: \"facts.uitkomst == 'hulp'\", target: hulp, source: wmo }\n        - { target: geenHulp, source: wmo }"
                ), mend: ("    from:", "    source: wmo\n    from:")),
        RuleExample(
            "rule-without-source", "a transition whose event has none",
            beoordeeld + "  verder: { from: [operator] }\n"
                + states(answer: "        - { target: hulp }\n      verder: ⟨{ target: hulp }"),
            mend: ("verder: { target: hulp }", "verder: { actions: [{ note: gezien }] }")),
        RuleExample(
            "rule-without-source", "an eventless transition",
            states(
                answer: "        - { target: b }", and: "  b:\n    states:\n      b1: { always: ⟨{ target: hulp } }\n"),
            mend: ("  b:\n", "  b:\n    source: wmo\n")),
        RuleExample(
            "rule-without-source", "what a state sets on entry",
            states(
                answer: "        - { target: b }",
                and: "  ⟨b: { entry: [{ set: { uitkomst: \"'hulp'\" } }], task: beoordeel, on: { beoordeeld: hulp } }\n"),
            mend: ("b: { entry", "b: { source: wmo, entry")),
        RuleExample(
            "rule-without-source", "a property",
            "properties:\n  - ⟨{ id: P1, says: None., never: \"active('hulp') && facts.uitkomst == 'geen'\" }\n",
            mend: ("says: None.", "says: None., source: wmo")),
        RuleExample(
            "projection-exceeded", "an address outside the acute lane",
            "tasks:\n  beoordeel: { to: veilig-thuis, answers: [beoordeeld], purpose: VT-TAAK, basis: wmo-4.1.1, source: wmo }\n"
                + "  handel: { to: politie, answers: [gehandeld], shows: [⟨adresFeitelijk], purpose: VEILIGHEID, basis: avg-6-1-d, source: wmo }\n"
                + beoordeeld + "  gehandeld: { from: [politie], source: wmo }\n"
                + states(answer: "        - { target: acuut }", and: "  acuut: { task: handel, on: { gehandeld: hulp } }\n"),
            mend: ("to: politie,", "to: politie, lane: acute,")),
        RuleExample(
            "basis-missing", "a purpose",
            "tasks:\n  ⟨beoordeel: { to: veilig-thuis, answers: [beoordeeld], basis: wmo-4.1.1, source: wmo }\n",
            mend: ("basis:", "purpose: VT-TAAK, basis:")),
        RuleExample(
            "basis-not-covering", "another receiver", task("purpose: VT-TAAK, basis: ⟨wpg-16-1-b"), mend: ("wpg-16-1-b", "wmo-5.2.6")),
        RuleExample("basis-not-covering", "another purpose", task("purpose: HULP, basis: ⟨wmo-4.1.1"), mend: ("HULP", "VT-TAAK")),
        RuleExample(
            "basis-not-covering", "another discloser", task("purpose: STRAF, basis: ⟨wjsg-39f"),
            mend: ("purpose: STRAF, basis: wjsg-39f", "purpose: VT-TAAK, basis: bpg-4.2-1-i")),
    ]

    private static let time = [
        RuleExample(
            "deadline-decides", "a fact that a passed term sets",
            "states:\n  gevraagd:\n    task: beoordeel\n    due: ⟨{ in: 2 days, actions: [{ set: { uitkomst: \"'hulp'\" } }], source: wmo }\n"
                + "    on: { beoordeeld: hulp }\n  hulp: { type: final, outcome: HULP }\n",
            mend: ("in: 2 days", "in: 2 days, gap: true")),
        RuleExample(
            "deadline-decides", "a guard that reads the clock",
            states(
                answer: "        - { target: wachten }",
                and: "  wachten:\n    task: beoordeel\n    source: wmo\n    on: { beoordeeld: hulp }\n"
                    + "    always: ⟨{ guard: \"now > timestamp('2027-01-01T00:00:00Z')\", target: hulp }\n"),
            mend: ("now > timestamp('2027-01-01T00:00:00Z')", "facts.uitkomst == 'hulp'")),
        RuleExample(
            "lease-outlives-deadline", "the term of a state around it",
            states(
                answer: "        - { target: b }",
                and: "  b:\n    due: { in: 1 h, source: wmo }\n    states:\n      b1: { task: ⟨beoordeel, on: { beoordeeld: hulp } }\n"),
            mend: ("in: 1 h", "in: 4 h")),
    ]
}
