// SPDX-License-Identifier: EUPL-1.2

public import Messages
public import Values

/// Whoever answers a partner's questions: a program, a rule file, a person at a page.
public protocol Desk: Sendable {
    /// - Returns: what the partner says to the question; nil leaves it open for now.
    func decide(_ assignment: Assignment) async throws -> Decision?
}

/// What a partner says to a question.
public enum Decision: Hashable, Sendable {
    /// One of the events with which the question may be answered, and its data.
    case answer(event: String, data: JSON)
    /// Acute danger, raised in the middle of the work; the question stays open and comes again.
    case danger(explanation: String)
    /// The question is not for this partner.
    case refuse(ground: String)
}
