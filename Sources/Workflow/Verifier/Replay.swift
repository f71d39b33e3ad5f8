// SPDX-License-Identifier: EUPL-1.2

import Values

/// A course of a slice played again in the workflow whole, with its own terms and its own facts.
///
/// A slice can have courses that the workflow has not (see ``Cone``); what cannot be played is not believed.
struct Replay {
    let definition: Definition
    /// The case after each step of the course, as far as it could be played.
    private(set) var states: [CaseState] = []
    /// What stopped it; nil where all was played.
    private(set) var failure: StepFailure?

    init(in definition: Definition) { self.definition = definition }

    init(_ course: Course, in definition: Definition) {
        self.init(in: definition)
        for stimulus in course.stimuli where failure == nil { play(stimulus) }
    }

    /// - Returns: whether the workflow takes the step.
    @discardableResult mutating func play(_ stimulus: Stimulus) -> Bool {
        do throws(StepFailure) {
            states.append(try step(stimulus))
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func step(_ stimulus: Stimulus) throws(StepFailure) -> CaseState {
        if case .start(let fields) = stimulus.kind {
            let report = ReportFacts(receivedAt: .verification, fields: fields)
            return try definition.start(report: report, now: .verification).state
        }
        guard let state = states.last else { throw .rejected(Rejection(Rejection.notAwaited, "the case has not started")) }
        switch stimulus.kind {
        case .message(let message): return try definition.step(state, .message(message), now: .verification).state
        case .term:
            let term = state.deadlines.first { definition.states[$0.state].due[$0.index].event == stimulus.event }
            return try definition.step(state, .deadline(term?.number ?? 0), now: .verification).state
        case .start, .elsewhere:
            throw .rejected(Rejection(Rejection.notAwaited, "no event of the workflow whole is known"))
        }
    }

    /// A fault is the only failure that a course may be about.
    var isFault: Bool { if case .faulted = failure { true } else { false } }
}
