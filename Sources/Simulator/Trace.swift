// SPDX-License-Identifier: EUPL-1.2

/// What happened in a run, one line each.
struct Trace {
    private(set) var lines: [String] = []

    mutating func add(_ text: String, at time: World.Time) {
        let (seconds, milliseconds) = time.quotientAndRemainder(dividingBy: 1_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        lines.append("\(clock).\(String(1_000 + milliseconds).dropFirst())  \(text)")
    }
}
