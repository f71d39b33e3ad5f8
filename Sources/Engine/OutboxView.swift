// SPDX-License-Identifier: EUPL-1.2

import Values

/// From where on a sweep looks in the outbox.
///
/// What was free at one look has been claimed at it, so the next one need not pass over all of it again: behind a snapshot that somebody
/// holds open, rows that were deleted long ago still have to be met one by one. A transaction that took its time may commit behind the
/// view, so all of it is looked at every so often.
struct OutboxView {
    /// The time of a transaction between its own clock and its commit, as a rule.
    static let overlap = Duration.seconds(2)
    static let wholeInterval = Duration.seconds(10)
    static let beginning = Instant(seconds: 0)

    private var lastLook: Instant?
    private var lastWholeLook: Instant?

    /// - Returns: what became free after it is looked at.
    mutating func look(at now: Instant) -> Instant {
        defer { lastLook = now }
        guard let lastLook, let lastWholeLook, now < lastWholeLook.adding(OutboxView.wholeInterval), lastLook <= now else {
            lastWholeLook = now
            return OutboxView.beginning
        }
        return lastLook.adding(.zero - OutboxView.overlap)
    }

    /// A look that did not come to its end has seen nothing.
    mutating func failed() { self = OutboxView() }
}
