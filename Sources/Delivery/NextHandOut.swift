// SPDX-License-Identifier: EUPL-1.2

public import Values
public import Workflow

/// What follows when nobody has taken a question, or its worker has fallen silent.
public enum NextHandOut: Hashable, Sendable {
    /// It is put again, under a new token, so that an answer to an earlier hand-out no longer counts.
    case again(attempt: Int, retryAt: Instant)
    /// An operator has to look. The question stays open and its latest token counts; the incident is raised again at `retryAt`.
    case exhausted(retryAt: Instant)

    /// How long a question that cannot be put rests.
    public static let rest = Duration.seconds(86_400)

    /// - Parameter attempt: the number of the hand-out that came to nothing, from 1. Hand-outs are counted when they are made, so that
    ///   a worker who dies of a question is not fed it for ever.
    /// - Parameter isSuccessor: whether the question goes to an organisation that has taken over; it has not had its attempts yet.
    public init(after attempt: Int, policy: RetryPolicy, isSuccessor: Bool = false, at now: Instant) {
        let next = attempt + 1
        self =
            next > policy.maxAttempts && !isSuccessor
            ? .exhausted(retryAt: now.adding(NextHandOut.rest))
            : .again(attempt: next, retryAt: now.adding(policy.wait(afterAttempt: next)))
    }
}
