// SPDX-License-Identifier: EUPL-1.2

/// Splits a source into tokens, by the lexis of the CEL language definition.
struct GuardLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ source: String) throws(GuardCompileError) {
        bytes = Array(source.utf8)
        guard bytes.count <= GuardLimits.sourceBytesMax else {
            throw GuardCompileError(
                code: .syntax, offset: 0, message: "an expression has at most \(GuardLimits.sourceBytesMax) bytes; split it")
        }
    }

    mutating func next() throws(GuardCompileError) -> GuardToken {
        skipSpace()
        let start = position
        guard let byte = peek() else { return GuardToken(kind: .end, offset: start) }
        if let quoted = try quoted() { return GuardToken(kind: quoted, offset: start) }
        if isNameStart(byte) { return GuardToken(kind: .name(name()), offset: start) }
        if isDigit(byte) || byte == UInt8(ascii: ".") && peek(1).map(isDigit) == true {
            return GuardToken(kind: try number(), offset: start)
        }
        if byte == UInt8(ascii: "`") { return GuardToken(kind: try quotedName(), offset: start) }
        return GuardToken(kind: try sign(), offset: start)
    }

    private mutating func quotedName() throws(GuardCompileError) -> GuardToken.Kind {
        position += 1
        let start = position
        while let byte = peek(), isNameStart(byte) || isDigit(byte) || "./- ".utf8.contains(byte) { position += 1 }
        guard peek() == UInt8(ascii: "`"), position > start else {
            throw error("between back quotes stands a field's name of letters, digits, '_', '.', '-', '/' and spaces")
        }
        position += 1
        return .quotedName(String(decoding: bytes[start..<position - 1], as: UTF8.self))
    }

    private mutating func skipSpace() {
        while let byte = peek() {
            if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let byte = peek(), byte != 0x0A { position += 1 }
            } else if [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func name() -> String {
        let start = position
        while let byte = peek(), isNameStart(byte) || isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func sign() throws(GuardCompileError) -> GuardToken.Kind {
        for length in [2, 1] where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
            let signs = length == 2 ? ["==", "!=", "<=", ">=", "&&", "||"] : "()[]{}.,?:!-+*/%<>".map(String.init)
            guard signs.contains(text) else { continue }
            position += length
            return .sign(text)
        }
        throw error("this character means nothing here")
    }

    // MARK: Numbers

    private mutating func number() throws(GuardCompileError) -> GuardToken.Kind {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") || peek(1) == UInt8(ascii: "X") {
            position += 2
            return try integer(digits(where: \.isHexDigit), radix: 16)
        }
        skipDigits()
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).map(isDigit) == true {
            isDouble = true
            position += 1
            skipDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isDouble = true
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            guard peek().map(isDigit) == true else { throw error("the exponent has no digits") }
            skipDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isDouble else { return try integer(text, radix: 10) }
        guard let value = Double(text.first == "." ? "0" + text : text) else { throw error("this is no number") }
        return .double(value)
    }

    private mutating func integer(_ digits: String, radix: Int) throws(GuardCompileError) -> GuardToken.Kind {
        if peek() == UInt8(ascii: "u") || peek() == UInt8(ascii: "U") {
            throw error("unsigned numbers are not in the subset; leave out the 'u'")
        }
        guard let value = UInt64(digits, radix: radix), value <= 1 << 63 else {
            throw error("a whole number must fit in 64 bits")
        }
        return .int(value)
    }

    private mutating func digits(where belongs: (Character) -> Bool) -> String {
        var text = ""
        while let byte = peek(), belongs(Character(Unicode.Scalar(byte))) {
            text.unicodeScalars.append(Unicode.Scalar(byte))
            position += 1
        }
        return text
    }

    private mutating func skipDigits() { while let byte = peek(), isDigit(byte) { position += 1 } }

    // MARK: Texts

    /// A text, or nil where none starts. Prefix `r` makes it raw; prefix `b` would make it bytes.
    private mutating func quoted() throws(GuardCompileError) -> GuardToken.Kind? {
        var prefix = ""
        var ahead = 0
        while ahead < 2, let byte = peek(ahead), "rRbB".utf8.contains(byte) {
            prefix.unicodeScalars.append(Unicode.Scalar(byte))
            ahead += 1
        }
        guard let quote = peek(ahead), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        guard !prefix.lowercased().contains("b") else { throw error("bytes are not in the subset; write a text") }
        position += ahead
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        return .string(try quotedContent(quote, isTriple: isTriple, isRaw: !prefix.isEmpty))
    }

    private mutating func quotedContent(_ quote: UInt8, isTriple: Bool, isRaw: Bool) throws(GuardCompileError) -> String {
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote, !isTriple || peek(1) == quote && peek(2) == quote {
                position += isTriple ? 3 : 1
                return String(decoding: content, as: UTF8.self)
            }
            if !isTriple, byte == 0x0A || byte == 0x0D { throw error("a text ends on its line; use three quotes for more lines") }
            position += 1
            if byte == UInt8(ascii: "\\"), !isRaw { content += try escape() } else { content.append(byte) }
        }
        throw error("the text has no closing quote")
    }

    private mutating func escape() throws(GuardCompileError) -> [UInt8] {
        guard let byte = peek() else { throw error("the text has no closing quote") }
        position += 1
        switch byte {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return [byte]
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return try codePoint(digits: 2, radix: 16)
        case UInt8(ascii: "u"): return try codePoint(digits: 4, radix: 16)
        case UInt8(ascii: "U"): return try codePoint(digits: 8, radix: 16)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            return try codePoint(digits: 3, radix: 8)
        default: throw error("an unknown escape")
        }
    }

    private mutating func codePoint(digits: Int, radix: Int) throws(GuardCompileError) -> [UInt8] {
        guard position + digits <= bytes.count,
            let value = UInt32(String(decoding: bytes[position..<position + digits], as: UTF8.self), radix: radix),
            let scalar = Unicode.Scalar(value)
        else { throw error("this escape names no character") }
        position += digits
        return Array(Character(scalar).utf8)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }
    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private func isNameStart(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }

    private func error(_ message: String) -> GuardCompileError {
        GuardCompileError(code: .syntax, offset: position, message: message)
    }
}
