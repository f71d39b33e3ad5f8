// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// What the simulated cases go through: two questions one after the other that a withdrawal may end, with a reminder of each, and
/// beside them danger, in the report or at any later moment.
enum TrialWorkflow {
    static let safetyHolder = "zicht"
    static let danger = "gevaarGemeld"
    static let withdrawal = "meldingIngetrokken"

    static let text = """
        workflow: proef
        version: 1
        title: Proef
        report:
          acuut: { type: boolean, required: true }
        facts:
          gevaar: { type: boolean }
          zicht: { type: enum, values: [politie, veilig-thuis], initial: politie }
        safetySight: zicht
        danger: gevaarGemeld
        events:
          gevaarGemeld: { from: [politie, veilig-thuis, rvdk], sets: { gevaar: "true" } }
          gevaarBevestigd: { from: [politie] }
          meldingIngetrokken: { from: [politie] }
          beoordeeld: { from: [veilig-thuis], sets: { zicht: "'veilig-thuis'" } }
          onderzocht: { from: [rvdk] }
        tasks:
          handel: { to: politie, lane: acute, answers: [gevaarBevestigd], retry: { maxAttempts: 5, interval: 30 s, backoffRate: 1 } }
          beoordeel: { to: veilig-thuis, answers: [beoordeeld], retry: { maxAttempts: 3, interval: 5 minutes, backoffRate: 2 } }
          onderzoek: { to: rvdk, answers: [onderzocht], retry: { maxAttempts: 2, interval: 10 minutes, backoffRate: 2 } }
        entry: [{ set: { gevaar: report.acuut } }]
        type: parallel
        states:
          acuut:
            initial: rust
            states:
              rust:
                always:
                  - { guard: facts.gevaar, target: alarm, lane: acute }
                  - { guard: "active('spoor.klaar')", target: voorbij }
                on:
                  gevaarGemeld: { target: alarm, lane: acute }
              alarm:
                task: handel
                entry: [{ alarm: politie }]
                due: { in: 5 minutes, actions: [{ escalate: piketdienst }, { alarm: piketdienst }] }
                on:
                  gevaarBevestigd: { target: rust, actions: [{ set: { gevaar: "false" } }] }
                  gevaarGemeld: { actions: [{ note: alarm-herhaald }] }
              voorbij: { type: final }
          spoor:
            initial: bezig
            states:
              bezig:
                initial: beoordeling
                states:
                  beoordeling:
                    task: beoordeel
                    due: { in: 2 hours, actions: [{ escalate: ketenregisseur }] }
                    on: { beoordeeld: { target: onderzoek } }
                  onderzoek:
                    task: onderzoek
                    due: { in: 3 hours, actions: [{ escalate: ketenregisseur }] }
                    on: { onderzocht: { target: klaar } }
                on: { meldingIngetrokken: { target: klaar } }
              klaar: { type: final, outcome: KLAAR }

        """

    static func load() throws -> Definition { try Definition.load(text, file: "proef.yaml") }
}
