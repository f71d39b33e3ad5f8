// SPDX-License-Identifier: EUPL-1.2

import Values

/// A course of one case as a jurist writes it down: a report, what is said when, and what must then be true.
///
/// A scenario is bound to one definition when it is loaded, so that running it can go wrong in one way only: the workflow does
/// something else than was expected. Its language is described in `Workflows/SCENARIOS.md`.
public struct Scenario: Sendable {
    public let title: String
    /// What differences call the text.
    public let file: String
    let content: Content

    enum Content: Sendable {
        /// The workflow cannot do this yet. The reason is told instead of a result, and nothing is run.
        case pending(reason: String)
        /// The report first, then all else in order of time.
        case course([Moment])
    }

    public var pendingReason: String? {
        if case .pending(let reason) = content { reason } else { nil }
    }
}

extension Scenario {
    /// One moment of the course.
    struct Moment: Sendable {
        let at: Instant
        let occurrence: Occurrence
        /// The code with which the occurrence is expected to be refused.
        let refusal: Refusal?
        /// Checked when all that the moment sets off has happened.
        let expectations: [Expectation]
        let position: SourcePosition
    }

    enum Occurrence: Sendable {
        case report(JSON)
        case message(name: String, sender: String, data: JSON, answering: String?)
        /// Nobody says anything; terms fall that are due.
        case timePasses
    }

    struct Refusal: Sendable {
        let code: String
        let position: SourcePosition
    }
}
