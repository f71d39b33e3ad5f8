// SPDX-License-Identifier: EUPL-1.2

import Values
public import Workflow

/// Courses of the cases of a ``RandomWorkflow`` in which whatever happens is chosen by chance, also what the verifier would not choose.
public struct RandomRun {
    private let definition: Definition
    private var random: SplitMix64

    /// Events that are sent in one course, accepted or not.
    static let eventCount = 40

    public init(of definition: Definition, seed: UInt64) {
        self.definition = definition
        random = SplitMix64(seed: seed)
    }

    /// The states of one course, the first one first.
    public mutating func states() -> [CaseState] {
        let report = ReportFacts(receivedAt: .verification, fields: ["first": .bool(.random(using: &random))])
        guard var state = try? definition.start(report: report, now: .verification).state else { return [] }
        var states = [state]
        for _ in 0..<RandomRun.eventCount where !state.isClosed {
            // A refused event and one that meets a fault both leave the case as it was.
            guard let next = try? definition.step(state, event(in: state), now: .verification).state else { continue }
            state = next
            states.append(state)
        }
        return states
    }

    private mutating func event(in state: CaseState) -> Event {
        if let term = state.deadlines.randomElement(using: &random), Int.random(in: 0..<6, using: &random) == 0 {
            return .deadline(term.number)
        }
        var data: [String: JSON] = ["d": Bool.random(using: &random) ? "p" : "q"]
        if Bool.random(using: &random) { data["n"] = .integer(Int64.random(in: -2...9, using: &random)) }
        let number = Int.random(in: 0..<RandomWorkflow.eventCount, using: &random)
        return .message(Event.Message(name: "e\(number)", sender: Bool.random(using: &random) ? "u" : "v", data: .object(data)))
    }
}
