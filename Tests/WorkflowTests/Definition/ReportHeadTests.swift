// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("What a workflow says of reports")
struct ReportHeadTests {
    private static let text = """
        workflow: w
        version: 1
        report: { acuut: { type: boolean, required: true }, bron: { type: enum, values: [a, b] } }
        facts: { f: { type: boolean } }
        danger: gevaar
        joined: gevoegd
        when: "has(report.bron) && report.bron == 'a'"
        events:
          gevaar: { from: [politie] }
          gevoegd: { from: [politie], data: { acuut: { type: boolean, required: true }, bron: { type: enum, values: [a, b] } } }
          intern: { internal: true }
        states:
          s: { due: { in: 5 minutes, from: [intern, report.receivedAt], actions: [{ note: n }] }, on: { gevaar: {}, gevoegd: {}, intern: t } }
          t: { type: final }
        """

    @Test("a workflow that says all of it loads")
    func loads() throws {
        let definition = try Definition.load(Self.text, file: "w.yaml")
        #expect(definition.joined == "gevoegd" && definition.when != nil)
        #expect(definition.states.flatMap(\.due).map(\.anchor) == [.first([.event("intern"), .reportReceived])])
    }

    @Test(
        "what cannot be said is refused with the place",
        arguments: [
            ("joined: gevoegd", "joined: intern", "6:9: joined names an event that comes from outside"),
            ("joined: gevoegd", "joined: nergens", "6:9: joined names an event that comes from outside"),
            ("joined: gevoegd", "joined: gevaar", "an event of its own"),
            ("data: { acuut:", "data: { anders: { type: integer }, acuut:", "'anders' of 'gevoegd' is filled from a report"),
            ("bron: { type: enum, values: [a, b] } } }", "bron: { type: enum, values: [a] } } }", "with the same type"),
            ("bron: { type: enum, values: [a, b] } } }", "bron: { type: enum, values: [a, b], required: true } } }", "cannot require it"),
            ("gevoegd: { from: [politie],", "gevoegd: { from: [politie], require: [{ that: data.acuut, else: x }],", "cannot be refused"),
            ("has(report.bron) &&", "facts.f &&", "7:7: 'when' is asked before there is a case"),
            ("has(report.bron) &&", "active('s') &&", "'when' is asked before there is a case"),
            ("has(report.bron) &&", "report.receivedAt < now &&", "'when' is asked before there is a case"),
            ("has(report.bron) &&", "report.geen == 1 &&", "geen"),
            ("[intern, report.receivedAt]", "[report.receivedAt, intern]", "'report.receivedAt' has always happened"),
            ("[intern, report.receivedAt]", "[intern, nergens]", "there is no 'nergens'"),
        ])
    func refused(what: String, with: String, says: String) throws {
        try #require(Self.text.contains(what))
        let error = #expect(throws: DefinitionError.self) {
            try Definition.load(Self.text.replacing(what, with: with), file: "w.yaml")
        }
        #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }

    @Test(
        "a report is taken where the condition holds, and not where it has no value or the report lacks what is declared",
        arguments: [
            (#"{"acuut":true,"bron":"a"}"#, "true"), (#"{"acuut":true,"bron":"b"}"#, "false"), (#"{"acuut":true}"#, "false"),
            (#"{"bron":"a"}"#, "schema-ongeldig"),
        ])
    func takes(report: String, expected: String) throws {
        let definition = try Definition.load(Self.text, file: "w.yaml")
        let facts = ReportFacts(receivedAt: Instant(seconds: 0), fields: try JSON.parse(report))
        let answer: String
        do throws(StepFailure) {
            answer = try definition.takes(facts) ? "true" : "false"
        } catch {
            if case .rejected(let rejection) = error { answer = rejection.code } else { answer = "\(error)" }
        }
        #expect(answer == expected)
    }

    @Test("a term counts from the first of a list that has happened, and a raised event has happened at once")
    func anchors() throws {
        let text = """
            workflow: w
            version: 1
            events: { opnieuw: { from: [a] }, heropend: { internal: true } }
            initial: s
            states:
              s:
                due: { in: 1 hours, from: [heropend, report.receivedAt], actions: [{ note: n }] }
                on: { opnieuw: { target: s, actions: [{ raise: heropend }] }, heropend: {} }
            """
        let definition = try Definition.load(text, file: "w.yaml")
        let start = Instant(seconds: 1_000_000)
        let later = start.adding(.seconds(86_400))
        let first = try definition.start(report: ReportFacts(receivedAt: start), now: start.adding(.seconds(10)))
        #expect(first.state.deadlines.map(\.due) == [start.adding(.seconds(3_600))])
        let second = try definition.step(first.state, .message(Event.Message(name: "opnieuw", sender: "a")), now: later)
        #expect(second.state.deadlines.map(\.due) == [later.adding(.seconds(3_600))])
    }
}
