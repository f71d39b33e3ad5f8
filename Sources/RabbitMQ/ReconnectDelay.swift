// SPDX-License-Identifier: EUPL-1.2

/// How long to wait before the next attempt to connect: a random time below a bound that doubles, so that many clients of a broker
/// that comes back do not all come at once.
struct ReconnectDelay {
    static let firstMilliseconds = 100
    static let longestMilliseconds = 10_000

    private var attempts = 0

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let bound = min(ReconnectDelay.longestMilliseconds, ReconnectDelay.firstMilliseconds << min(attempts, 16))
        attempts += 1
        return .milliseconds(Int.random(in: bound / 2...bound, using: &generator))
    }

    mutating func connected() { attempts = 0 }
}
