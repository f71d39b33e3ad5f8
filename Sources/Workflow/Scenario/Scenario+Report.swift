// SPDX-License-Identifier: EUPL-1.2

extension Scenario {
    /// The lines that tell a verdict: its word and the title, then every difference at its place as a diff.
    public func lines(_ verdict: Verdict) -> [String] {
        switch verdict {
        case .passed: ["pass     \(title)"]
        case .pending(let reason): ["pending  \(title): \(reason)"]
        case .differs(let differences): ["DIFFERS  \(title)"] + differences.flatMap { $0.lines(in: file) }
        }
    }
}

extension Scenario.Difference {
    func lines(in file: String) -> [String] {
        let expected = expected.isEmpty ? ["(none)"] : expected
        let actual = actual.isEmpty ? ["(none)"] : actual
        return ["  \(file):\(position.line): \(what)"] + expected.map { "    - \($0)" } + actual.map { "    + \($0)" }
    }
}
