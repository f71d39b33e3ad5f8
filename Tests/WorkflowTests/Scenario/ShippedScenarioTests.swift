// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Workflow

@Suite("The scenarios of omgangsregeling")
struct ShippedScenarioTests {
    @Test("the workflow does what every scenario expects, or the scenario says what it waits for")
    func all() throws {
        let definition = try ShippedWorkflow.definition()
        var counts = (passed: 0, pending: 0)
        for (file, text) in try ShippedWorkflow.scenarios() {
            let scenario = try Scenario.load(text, file: file, definition: definition)
            let verdict = scenario.run(definition)
            switch verdict {
            case .passed: counts.passed += 1
            case .pending: counts.pending += 1
            case .differs: Issue.record("\(scenario.lines(verdict).joined(separator: "\n"))")
            }
        }
        #expect(counts.passed > 0)
        print("\(counts.passed) scenarios pass, \(counts.pending) are pending")
    }

    @Test("every state is entered and every transition is taken by some scenario, but for those that need not be")
    func coverage() throws {
        let definition = try ShippedWorkflow.definition()
        var path = CasePath()
        for (file, text) in try ShippedWorkflow.scenarios() {
            let scenario = try Scenario.load(text, file: file, definition: definition)
            guard case .course(let moments) = scenario.content else { continue }
            var run = ScenarioRun(definition: definition)
            for moment in moments {
                let goesOn = run.play(moment)
                #expect(goesOn, "\(file):\(moment.position)")
            }
            for step in run.steps { path.follow(step, in: definition) }
        }
        let missed = definition.states.flatMap { state in
            state.transitions.indices
                .filter { !path.walked.contains(Step.TakenTransition(state: state.index, transition: $0)) }
                .map { "\(state.path) \(state.transitions[$0].event ?? "always") \($0)" }
        }
        #expect(missed == [])
        #expect(definition.states.filter { !path.visited.contains($0.index) && $0.index != 0 }.map(\.path) == [])
    }
}
