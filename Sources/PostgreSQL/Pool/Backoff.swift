// SPDX-License-Identifier: EUPL-1.2

/// How long to wait before trying again: full jitter under a ceiling that doubles, so that many processes that lost the same server
/// do not come back all at once.
struct Backoff: Sendable {
    let first: Duration
    let most: Duration

    /// - Parameter failures: how often in a row it has failed, 1 or more.
    func delay(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let doubled = first * (1 << min(max(failures - 1, 0), 20))
        return min(doubled, most) * Double.random(in: 0...1, using: &generator)
    }
}

extension Backoff {
    static let reconnect = Backoff(first: .milliseconds(100), most: .seconds(10))
    static let transaction = Backoff(first: .milliseconds(10), most: .milliseconds(500))
}
