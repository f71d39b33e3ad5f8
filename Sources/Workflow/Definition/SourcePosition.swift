// SPDX-License-Identifier: EUPL-1.2

/// A place in a definition's text. Line and column count from 1.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    /// Where bytes stop being UTF-8; nil where they are UTF-8 throughout. Columns count characters.
    public static func firstNotUTF8(in bytes: some Swift.Sequence<UInt8>) -> SourcePosition? {
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return nil
            case .error: return SourcePosition(line: line, column: column)
            case .scalarValue("\n"):
                line += 1
                column = 1
            case .scalarValue: column += 1
            }
        }
    }

    public var description: String { "\(line):\(column)" }
}
