// SPDX-License-Identifier: EUPL-1.2

/// Finds aliases before the text is composed. Composing resolves them, and a handful that name each other makes billions of nodes.
///
/// It goes by how an anchor and an alias look, wherever they stand, and only a text that has both is refused: an asterisk before a name
/// is common in an expression, an ampersand before one is not.
enum AliasScan {
    static func firstAlias(in text: String) -> SourcePosition? {
        var alias: SourcePosition?
        var hasAnchor = false
        var line = 1
        var column = 1
        var previous = UInt8(ascii: "\n")
        var beforePrevious = UInt8(ascii: "\n")
        for byte in text.utf8 {
            if isNameCharacter(byte), canPrecedeToken(beforePrevious) {
                if previous == UInt8(ascii: "&") { hasAnchor = true }
                if previous == UInt8(ascii: "*"), alias == nil { alias = SourcePosition(line: line, column: column - 1) }
            }
            beforePrevious = previous
            previous = byte
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return hasAnchor ? alias : nil
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            false
        default: true
        }
    }

    private static func canPrecedeToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
            true
        default: false
        }
    }
}
