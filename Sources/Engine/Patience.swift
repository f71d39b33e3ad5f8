// SPDX-License-Identifier: EUPL-1.2

/// How long to wait before trying again what failed for a reason that passes: a random time below a ceiling that doubles with every
/// failure in a row, so that many workers that lost the same database do not come back all at once.
struct Patience {
    static let first = Duration.milliseconds(100)

    /// The highest ceiling.
    let most: Duration
    private var failures = 0

    init(most: Duration) { self.most = most }

    mutating func succeeded() { failures = 0 }

    mutating func failed(using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = min(Patience.first * (1 << min(failures, 10)), most)
        failures += 1
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }
}
