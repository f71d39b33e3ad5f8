// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values
import WorkflowTestKit

@testable import Workflow

@Suite("The interpreter and the recommendation")
struct ReferenceTests {
    private static let now = Instant(seconds: 1_800_000_000)

    @Test("go the same way through charts made by chance, and states that pack alike go on alike")
    func charts() throws {
        var random = Fuzz.generator("charts")
        var steps = 0
        for _ in 0..<Fuzz.count(150) {
            let seed = random.next()
            let text = RandomChart.text(seed: seed)
            let definition = try Definition.load(text, file: "chart \(seed)")
            steps += try follow(definition, text, &random)
        }
        #expect(steps > 0)
    }

    private func follow(_ definition: Definition, _ text: String, _ random: inout SeededGenerator) throws -> Int {
        guard var reference = try? ReferenceInterpreter(definition) else {
            #expect(throws: StepFailure.self, "\(text)") { try definition.start(report: ReportFacts(receivedAt: Self.now), now: Self.now) }
            return 0
        }
        var step = try definition.start(report: ReportFacts(receivedAt: Self.now), now: Self.now)
        // Where each event led from each state seen, so that a state that comes again has to lead there again.
        var led: [PackedCaseState: [String: PackedCaseState]] = [:]
        expectSame(step, reference, text)
        for number in 1...8 {
            let event = RandomChart.events[Int.random(in: 0..<3, using: &random)]
            let message = Event.message(Event.Message(name: event, sender: nil))
            guard reference.awaits(event) else {
                let failure = #expect(throws: StepFailure.self) { try definition.step(step.state, message, now: Self.now) }
                #expect(failure?.rejection?.code == "event-not-awaited", "\(text)")
                continue
            }
            do {
                try reference.send(event)
            } catch {
                let failure = #expect(throws: StepFailure.self) { try definition.step(step.state, message, now: Self.now) }
                #expect(failure?.fault?.code == .endless, "\(text)")
                return number
            }
            // What was stored and read back goes on as what was not, and packs alike.
            let stored = try definition.state(from: definition.json(of: step.state))
            #expect(definition.packed(stored) == definition.packed(step.state))
            let before = definition.packed(stored)
            step = try definition.step(stored, message, now: Self.now)
            let after = definition.packed(step.state)
            let earlier = led[before, default: [:]].updateValue(after, forKey: event)
            #expect(earlier == nil || earlier == after, "\(text)")
            expectSame(step, reference, text)
        }
        return 8
    }

    private func expectSame(_ step: Step, _ reference: ReferenceInterpreter, _ text: String) {
        let notes = step.effects.compactMap { if case .note(let code) = $0 { code } else { nil } }
        #expect(step.state.configuration == StateSet(reference.configuration), "\(text)")
        #expect(notes == reference.notes, "\(text)")
        #expect(step.state.facts == [.int(reference.counter)], "\(text)")
        #expect(step.state.isClosed == !reference.isRunning, "\(text)")
    }
}
