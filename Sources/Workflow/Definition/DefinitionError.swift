// SPDX-License-Identifier: EUPL-1.2

/// Everything that keeps a definition from loading, all at once, in the order of the text.
public struct DefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong: where, what, and what to do.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public let position: SourcePosition
        public let message: String

        public var description: String { "\(position): \(message)" }
    }

    public let file: String
    public let problems: [Problem]

    public var description: String {
        problems.map { "\(file):\($0)" }.joined(separator: "\n")
    }
}
