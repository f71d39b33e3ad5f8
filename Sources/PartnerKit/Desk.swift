// SPDX-License-Identifier: EUPL-1.2

public import Messages
public import Values

/// Whoever answers a partner's questions: a program, a rule file, a person at a page.
public protocol Desk: Sendable {
    /// Decides on a question, however long that takes: while this runs the worker keeps the lease. When the worker stops the task
    /// is cancelled.
    ///
    /// - Returns: what the partner says to the question. Nil gives it back without a word: nobody asks again and no lease is kept,
    ///   so that it comes again, with a new token, when the lease is over.
    /// - Throws: why nothing could be decided; then as with nil. The error is logged, so it holds nothing of the question.
    func decide(_ assignment: Assignment) async throws -> Decision?
}

/// A desk that needs no time. Its answers go out at once, many together, and say that a question was taken by having finished it:
/// one message in place of two.
public protocol PromptDesk: Desk {
    /// As ``Desk/decide(_:)``, without waiting for anything.
    func decideAtOnce(_ assignment: Assignment) -> Decision?
}

/// What a partner says to a question.
public enum Decision: Hashable, Sendable {
    /// One of the events with which the question may be answered, and its data.
    case answer(event: String, data: JSON)
    /// Acute danger, raised in the middle of the work. It answers nothing: the desk is asked again, once.
    case danger(explanation: String)
    /// The question is not for this partner.
    case refuse(ground: String)
}

/// Why a desk decided nothing. It goes into logs, so it holds nothing of the question or of what the desk said.
public struct DeskFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
