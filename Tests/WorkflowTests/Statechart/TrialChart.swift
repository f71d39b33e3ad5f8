// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

/// A small chart in a test, with what it does told in one line a step.
struct TrialChart {
    let definition: Definition
    private var state: CaseState
    private let now = Instant(seconds: 1_800_000_000)
    /// What the last step noted, in order.
    private(set) var notes: [String]

    /// Events of one letter may be sent by anyone, those of two are the chart's own; `n` is a fact that counts.
    ///
    /// - Parameter members: the members of the definition that say how it moves, as they stand between braces.
    init(_ members: String, facts: String = "n: { type: integer }") throws {
        let events = "a: {}, b: {}, c: {}, d: { data: { word: { type: code } } }, ra: { internal: true }, rb: { internal: true }"
        definition = try Definition.load(
            "{ workflow: trial, version: 1, facts: { \(facts) }, events: { \(events) }, \(members) }", file: "trial.yaml")
        let step = try definition.start(report: ReportFacts(receivedAt: now), now: now)
        state = step.state
        notes = TrialChart.notes(step)
    }

    /// Names of the active states without states below them, in document order.
    var active: String { definition.activePaths(state).compactMap { definition.state(at: $0)?.name }.joined(separator: " ") }

    var closed: Bool { state.isClosed }

    func fact(_ name: String) -> Value? { definition.fact(named: name).map { state.facts[$0] } }

    mutating func send(_ name: String, data: JSON = .object([:])) throws {
        let step = try definition.step(state, .message(Event.Message(name: name, sender: nil, data: data)), now: now)
        state = step.state
        notes = TrialChart.notes(step)
    }

    private static func notes(_ step: Step) -> [String] {
        step.effects.compactMap { if case .note(let code) = $0 { code } else { nil } }
    }
}

extension StepFailure {
    var rejection: Rejection? { if case .rejected(let rejection) = self { rejection } else { nil } }

    var fault: Fault? { if case .faulted(let fault) = self { fault } else { nil } }
}
