// SPDX-License-Identifier: EUPL-1.2

import Messages
import Testing
import Values

@testable import PartnerKit

@Suite("The desk with a rule file")
struct AutoDeskTests {
    private static let rules = """
        { "rules": [
            { "task": "beoordeelVeiligheid", "when": { "/inhoud/melding/oorzaken/0": "veiligheidszorg" }, "refuse": "niet van ons" },
            { "task": "beoordeelVeiligheid", "times": 1, "danger": "nu niet veilig" },
            { "task": "beoordeelVeiligheid", "answer": { "event": "afgerond", "data": { "uitkomst": "VT-00" } } },
            { "task": "geefBekendheid", "answer": { "event": "beantwoord" } },
            { "task": "*", "ignore": true } ] }
        """

    @Test("the first rule that fits decides, and what is counted is counted for each case")
    func rules() async throws {
        let desk = try AutoDesk(Self.rules)
        let answer = Decision.answer(event: "afgerond", data: ["uitkomst": "VT-00"])
        #expect(await desk.decide(Example.assignment(caseID: "a")) == .danger(explanation: "nu niet veilig"))
        #expect(await desk.decide(Example.assignment(caseID: "a")) == answer)
        #expect(await desk.decide(Example.assignment(caseID: "b")) == .danger(explanation: "nu niet veilig"))
        let other = Example.assignment(content: ["melding": ["oorzaken": ["veiligheidszorg"]]])
        #expect(await desk.decide(other) == .refuse(ground: "niet van ons"))
        #expect(await desk.decide(Example.assignment(task: "geefBekendheid")) == .answer(event: "beantwoord", data: [:]))
        #expect(await desk.decide(Example.assignment(task: "iets anders")) == nil)
    }

    @Test(
        "a rule file that cannot be read says which rule is wrong",
        arguments: [
            ("nonsense", "no JSON"), ("{}", "no 'rules'"), (#"{"rules": [{"ignore": true}]}"#, "rule 1"),
            (#"{"rules": [{"task": "*", "ignore": true}, {"task": "a"}]}"#, "rule 2"),
        ])
    func wrongRules(text: String, place: String) throws {
        let problem = try #require(throws: Problem.self) { try AutoDesk(text) }
        #expect(problem.detail.contains(place))
    }
}
