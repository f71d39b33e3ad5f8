// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow

/// What holds after every transaction, in the numbering of the checks that `ketenroute doctor` makes on a running system.
enum Invariants {
    /// - Parameter handedOver: tokens of hand-outs that the broker has confirmed.
    static func violation(from before: Store, to after: Store, handedOver: Set<String>) -> String? {
        if let violation = after.violation { return violation }
        for (caseID, current) in after.cases.enumerated() {
            let earlier = before.cases.indices.contains(caseID) ? before.cases[caseID] : nil
            // A case that nothing has happened to is as sound as it was; its leases may have moved.
            if let violation = tokens(from: earlier, to: current) ?? rows(of: current, in: after, handedOver: handedOver) {
                return "case \(caseID): \(violation)"
            }
            if earlier?.events.count == current.events.count { continue }
            if let violation = wakeUp(of: current) ?? agreement(of: current) ?? sight(on: current, after.definition) {
                return "case \(caseID): \(violation)"
            }
        }
        return nil
    }

    /// N1, N10.
    private static func wakeUp(of current: Store.Case) -> String? {
        let isAwaited = current.questions.contains(where: \.isOpen) || current.terms.contains { $0.status == .open }
        if current.state.isClosed { return isAwaited ? "N10: it is closed, and something of it is open" : nil }
        return isAwaited ? nil : "N1: it is open and waits for nothing"
    }

    /// N2.
    private static func rows(of current: Store.Case, in store: Store, handedOver: Set<String>) -> String? {
        for question in current.questions where question.isOpen && !handedOver.contains(question.token) {
            let isInOutbox = store.outbox.contains { row in
                if case .question(let handedOut) = row.envelope.content { handedOut.token == question.token } else { false }
            }
            if !isInOutbox { return "N2: hand-out \(question.token) of question \(question.number) is neither confirmed nor in the outbox" }
        }
        return nil
    }

    /// N3.
    private static func tokens(from earlier: Store.Case?, to current: Store.Case) -> String? {
        for question in earlier?.questions ?? [] {
            guard let now = current.questions.first(where: { $0.number == question.number }) else {
                return "question \(question.number) is gone"
            }
            if now.attempt < question.attempt || (now.attempt == question.attempt) != (now.token == question.token) {
                return "N3: the token of question \(question.number) went from \(question.token) to \(now.token)"
            }
            if !question.isOpen && now.isOpen { return "question \(question.number) is open again" }
        }
        return nil
    }

    /// The rows say what the state says.
    private static func agreement(of current: Store.Case) -> String? {
        let open = current.questions.filter(\.isOpen).map(\.number)
        if open != current.state.assignments.map(\.number) { return "open questions \(open), by its state \(current.state.assignments)" }
        let running = current.terms.filter { $0.status == .open }.map(\.number)
        if running != current.state.deadlines.map(\.number) { return "running terms \(running), by its state \(current.state.deadlines)" }
        return nil
    }

    /// N5.
    private static func sight(on current: Store.Case, _ definition: Definition) -> String? {
        guard let fact = definition.safetySight, case .string(let holder) = current.state.facts[fact], Party(role: holder) != nil else {
            return "N5: nobody has sight on safety"
        }
        return nil
    }

    /// N4: the events, played again, give the state.
    static func replayed(_ current: Store.Case, _ definition: Definition) throws(StepFailure) -> CaseState {
        let report = ReportFacts(receivedAt: current.receivedAt, fields: ["acuut": .bool(current.isAcute)])
        var state = try definition.start(report: report, now: current.receivedAt).state
        for recorded in current.events { state = try definition.step(state, recorded.event, now: recorded.at).state }
        return state
    }
}
