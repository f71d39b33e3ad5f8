// SPDX-License-Identifier: EUPL-1.2

/// When a link was last looked after.
///
/// A reactor's loop counts the time to wait anew in every turn. Other work of its thread may make the turns short without end, and
/// heartbeats and deadlines must not starve behind it.
struct Pulse {
    private var last = ContinuousClock.now

    mutating func beat() { last = .now }

    /// What is left of an interval since the last beat.
    func remaining(of interval: Duration) -> Duration { max(interval - (.now - last), .zero) }
}
