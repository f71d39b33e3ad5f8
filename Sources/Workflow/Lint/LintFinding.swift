// SPDX-License-Identifier: EUPL-1.2

/// One thing in a definition that its author should mend: where, by which rule, and what to do.
public struct LintFinding: Hashable, Sendable, CustomStringConvertible {
    public let position: SourcePosition
    /// The stable identifier of the rule.
    public let rule: String
    /// What is wrong and what to do, in one line.
    public let message: String

    public init(position: SourcePosition, rule: String, message: String) {
        self.position = position
        self.rule = rule
        self.message = message
    }

    public var description: String { "\(position): \(rule): \(message)" }
}
