// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

/// A workflow of two questions with a term each, small enough to be seen whole.
private let workflow = """
    workflow: vraag
    version: 1
    calendar: nl
    report:
      haast: { type: boolean, required: true }
    facts:
      haast: { type: boolean }
      soorten: { type: set, values: [a, b, c] }
      sinds: { type: instant }
    events:
      antwoord:
        from: [buur]
        data: { soorten: { type: set, values: [a, b, c] } }
        require: [{ that: "has(data.soorten)", else: soort-ontbreekt }]
        sets: { soorten: data.soorten }
      klaar: { from: [buur, vriend] }
    tasks:
      vraagBuur: { to: buur, answers: [antwoord] }
      vraagVriend: { to: vriend, lane: acute, answers: [klaar] }
    entry: [{ set: { haast: report.haast } }]
    states:
      vragen:
        type: parallel
        onDone: over
        states:
          buur:
            states:
              wacht:
                task: vraagBuur
                due:
                  - { in: 2 hours, actions: [{ remind: buur }, { note: laat }] }
                  - { in: 1 working-day, actions: [{ escalate: chef }, { alarm: chef }] }
                on: { antwoord: { target: rust, actions: [{ notify: { to: vriend, what: bericht } }] } }
              rust: { type: final }
          vriend:
            states:
              wacht:
                task: vraagVriend
                due: { in: 90 minutes, gap: true, target: stil, actions: [{ note: geen-antwoord }] }
                on: { klaar: stil }
              stil: { type: final }
      over: { type: final, outcome: OVER }
    """

@Suite("Scenarios")
struct ScenarioTests {
    private func definition() throws -> Definition {
        try Definition.load(workflow, file: "vraag.yaml", calendars: ShippedWorkflow.calendars())
    }

    private func run(_ text: String) throws -> Scenario.Verdict {
        let definition = try definition()
        return try Scenario.load(text, file: "s.yaml", definition: definition).run(definition)
    }

    private func differences(_ text: String) throws -> [Scenario.Difference] {
        guard case .differs(let differences) = try run(text) else { return [] }
        return differences
    }

    private func problems(_ text: String) throws -> [String] {
        let definition = try definition()
        do throws(DefinitionError) {
            _ = try Scenario.load(text, file: "s.yaml", definition: definition)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// Everything that a scenario can say, all of it true.
    private static let whole = """
        scenario: Alles
        report:
          at: Fri 2026-12-04 16:00
          with: { haast: true }
          then:
            in: [buur.wacht, vriend.wacht]
            not in: over
            asked: [{ task: vraagVriend, to: vriend, lane: acute }]
            asked only: [vraagBuur, vraagVriend]
            due: { buur.wacht: [2026-12-04 18:00, Mon 2026-12-07], vriend.wacht: 2026-12-04 17:30 }
            facts: { haast: true, soorten: [], sinds: null }
            outcomes: []
            closed: false
        course:
          - after: 2 hours
            then:
              fell: [vriend.wacht, buur.wacht]
              noted: [geen-antwoord, laat]
              reminded: buur
              escalated: []
              in: vriend.stil
              not asked: vraagVriend
              not due: vriend.wacht
              due: { buur.wacht: Mon 2026-12-07 }
          - buur says: antwoord
            refused: soort-ontbreekt
          - after: 2 working-days
            then: { fell: buur.wacht, escalated: chef, alarms: chef, notified: [], in: buur.wacht }
          - buur says: antwoord
            with: { soorten: [c, a] }
            answering: vraagBuur
            then: { notified: [vriend: bericht], facts: { soorten: [a, c] }, outcomes: [OVER], closed: true, in: over }
        """

    @Test("terms fall by themselves in the order of their instants, and all of it can be expected")
    func passes() throws {
        #expect(try differences(Self.whole) == [])
        guard case .passed = try run(Self.whole) else {
            Issue.record("does not pass")
            return
        }
    }

    @Test(
        "a spoiled expectation differs at its own line",
        arguments: [
            ("    in: [buur.wacht, vriend.wacht]", "    in: over", 6, "in", ["over"], ["vragen.buur.wacht", "vragen.vriend.wacht"]),
            ("not in: over", "not in: vragen", 7, "not in", [], ["vragen.buur.wacht", "vragen.vriend.wacht"]),
            (
                "to: vriend, lane: acute", "lane: routine", 8, "asked", ["vraagVriend, routine"],
                ["vraagBuur, routine", "vraagVriend, acute"]
            ),
            ("[vraagBuur, vraagVriend]", "[vraagBuur, vraagBuur]", 9, "asked only", ["vraagBuur"], ["vraagVriend to vriend, acute"]),
            (
                "vriend.wacht: 2026-12-04 17:30", "vriend.wacht: 2026-12-05", 10, "due", ["vragen.vriend.wacht: 2026-12-05"],
                ["vragen.vriend.wacht: 2026-12-04 17:30"]
            ),
            ("haast: true, soorten", "haast: false, soorten", 11, "facts", ["haast: false"], ["haast: true"]),
            ("outcomes: []", "outcomes: [OVER]", 12, "outcomes", ["OVER"], []),
            ("closed: false", "closed: true", 13, "closed", ["true"], ["false"]),
            (
                "[vriend.wacht, buur.wacht]\n", "[buur.wacht, vriend.wacht]\n", 17, "fell", ["vragen.buur.wacht", "vragen.vriend.wacht"],
                ["vragen.vriend.wacht", "vragen.buur.wacht"]
            ),
            ("[geen-antwoord, laat]", "[laat]", 18, "noted", ["laat"], ["geen-antwoord", "laat"]),
            ("reminded: buur", "reminded: []", 19, "reminded", [], ["buur"]),
            ("not asked: vraagVriend", "not asked: vraagBuur", 22, "not asked", [], ["vraagBuur to buur, routine"]),
            ("not due: vriend.wacht", "not due: buur.wacht", 23, "not due", [], ["2026-12-07 23:59:59"]),
            (
                "refused: soort-ontbreekt", "refused: anders", 26, "refused", ["anders"],
                ["soort-ontbreekt: 'has(data.soorten)' does not hold"]
            ),
            ("alarms: chef", "alarms: piket", 28, "alarms", ["piket"], ["chef"]),
            ("[vriend: bericht]", "[buur: bericht]", 32, "notified", ["buur: bericht"], ["vriend: bericht"]),
        ] as [(String, String, Int, String, [String], [String])])
    func bites(right: String, wrong: String, line: Int, what: String, expected: [String], actual: [String]) throws {
        let text = Self.whole.replacing(right, with: wrong, maxReplacements: 1)
        try #require(text != Self.whole)
        let differences = try differences(text)
        #expect(differences.map(\.position.line).first == line)
        #expect(differences.map(\.what).first == what)
        #expect(differences.first?.expected.filter { what != "in" || $0 == "over" } == expected)
        #expect(differences.first?.actual == actual)
    }

    @Test("a refusal that nobody expected ends the course and is told at its moment")
    func unexpectedRefusal() throws {
        let text = """
            scenario: Geweigerd
            report: { at: 2026-12-04 16:00, with: { haast: true } }
            course:
              - vriend says: antwoord
              - at: 2026-12-10 16:00
                then: { in: over }
            """
        let differences = try differences(text)
        #expect(differences.count == 1)
        #expect(differences.first?.position.line == 4)
        #expect(differences.first?.actual.first?.hasPrefix("refused: ONBEVOEGD") == true)
    }

    @Test("an accepted event that was expected to be refused differs")
    func unexpectedAcceptance() throws {
        let text = """
            scenario: Toch aanvaard
            report: { at: 2026-12-04 16:00, with: { haast: true } }
            course:
              - { vriend says: klaar, refused: ONBEVOEGD }
            """
        #expect(try differences(text).map(\.actual) == [["accepted"]])
    }

    @Test("a report can be refused")
    func refusedReport() throws {
        let text = "scenario: Onvolledig\nreport: { at: 2026-12-04 16:00, refused: schema-ongeldig }"
        #expect(try differences(text) == [])
    }

    @Test("a pending scenario is never passed, and may name what is not there yet")
    func pending() throws {
        let verdict = try run(
            """
            scenario: Later
            pending: Er is nog geen afspraak.
            report: { at: 2026-12-04 16:00, with: { haast: true }, then: { in: afspraak, asked: [plan], facts: { plek: x } } }
            course: [{ notaris says: afspraak }]
            """)
        guard case .pending(let reason) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(reason == "Er is nog geen afspraak.")
    }

    @Test("all that is wrong with a scenario is told at once, each at its place")
    func allProblems() throws {
        let text = """
            scenario: Fout
            reports: x
            report:
              at: Mon 2026-12-04 16:00
              with: { haast: true }
            course:
              - at: gisteren
                neef says: antwoord
              - buur says: antword
                then: { in: [wacht, nergens], facts: { haast: 3, plek: x }, due: { over: 2026-12-04 }, asked: vraag, kleur: x }
              - { after: 3 dagen }
              - { with: { a: 1 } }
            """
        let problems = try problems(text)
        let places = problems.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "2:1:", "4:7:", "8:5:", "9:16:", "10:18:", "10:25:", "10:51:", "10:54:", "10:72:", "10:99:", "10:106:", "12:5:",
                "12:13:",
            ])
        #expect(problems.contains { $0.contains("'wacht' could be vragen.buur.wacht or vragen.vriend.wacht") })
    }

    @Test("the clock of a scenario does not go back")
    func backwards() throws {
        let text = """
            scenario: Terug
            report: { at: 2026-12-04 16:00, with: { haast: true } }
            course:
              - { at: 2026-12-04 15:59, then: { closed: false } }
            """
        #expect(try problems(text) == ["4:11: this lies before 2026-12-04 16:00, at which the course has arrived"])
    }

    @Test("a scenario that expects nothing is refused, because it cannot fail")
    func empty() throws {
        #expect(try problems("scenario: Niets\nreport: { at: 2026-12-04 16:00 }").count == 1)
    }

    @Test(
        "a while is counted on local clocks, also where they are put forward or back",
        arguments: [
            ("2027-03-27 10:00", "1 day", "2027-03-28 10:00"), ("2027-03-27 10:00", "24 hours", "2027-03-28 11:00"),
            ("2026-12-24 16:00", "5 working-days", "2027-01-04 16:00"), ("2027-01-31 09:00", "1 month", "2027-02-28 09:00"),
            ("2026-10-24T12:00:00Z", "1 week", "2026-10-31 14:00"),
        ])
    func whiles(start: String, term: String, end: String) throws {
        let time = LocalTime(calendar: try ShippedWorkflow.calendars()["nl"])
        let instant = try #require(time.instant(start))
        let reached = try #require(try time.instant(Term(term), after: instant))
        #expect(time.text(reached) == end)
    }

    @Test(
        "a moment that is none is not read",
        arguments: [
            "2026-12-01", "2026-12-01 9:00", "2026-12-01 24:00", "2026-13-01 10:00", "Mon 2026-12-01 10:00", "10:00", "T 2026-12-01 10:00",
        ])
    func moments(text: String) throws {
        #expect(LocalTime(calendar: try ShippedWorkflow.calendars()["nl"]).instant(text) == nil)
    }
}
