// SPDX-License-Identifier: EUPL-1.2

/// Why a text is not a JSON document, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in bytes.
    public let column: Int

    public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
    /// The deepest nesting that is read. Messages here are at most five deep; the bound keeps hostile input off the stack.
    public static let depthMax = 64

    /// Reads one JSON document. Stricter than most readers: a member named twice, a lone surrogate and bytes after the document
    /// are errors, because two readers that disagree on a message would act on different messages.
    public static func parse(_ text: String) throws(JSONSyntaxError) -> JSON { try parse(utf8: Array(text.utf8)) }

    /// As `parse(_:)`, from bytes that must be UTF-8.
    public static func parse(utf8 bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
        try bytes.withUnsafeBufferPointer { (bytes) throws(JSONSyntaxError) in
            var parser = JSONParser(bytes: bytes)
            return try parser.document()
        }
    }
}

extension JSON {
    /// Reads a document that is an array, and tells of each element where it stands in `bytes`.
    public static func parseElements(utf8 bytes: [UInt8]) throws(JSONSyntaxError) -> [(range: Range<Int>, value: JSON)] {
        try bytes.withUnsafeBufferPointer { (bytes) throws(JSONSyntaxError) in
            var parser = JSONParser(bytes: bytes)
            return try parser.elements()
        }
    }
}

/// Lives within the loan of its bytes.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(JSONSyntaxError) -> JSON {
        let value = try value()
        skipWhitespace()
        guard position == bytes.count else { throw error("nothing may follow the document") }
        return value
    }

    mutating func elements() throws(JSONSyntaxError) -> [(range: Range<Int>, value: JSON)] {
        var elements: [(range: Range<Int>, value: JSON)] = []
        skipWhitespace()
        guard take(UInt8(ascii: "[")) else { throw error("an array should stand here") }
        depth += 1
        skipWhitespace()
        if !take(UInt8(ascii: "]")) {
            repeat {
                skipWhitespace()
                let start = position
                let value = try value()
                elements.append((start..<position, value))
                skipWhitespace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error("',' or ']' should stand here") }
        }
        skipWhitespace()
        guard position == bytes.count else { throw error("nothing may follow the document") }
        return elements
    }

    private mutating func value() throws(JSONSyntaxError) -> JSON {
        skipWhitespace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { (parser: inout JSONParser) throws(JSONSyntaxError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser: inout JSONParser) throws(JSONSyntaxError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(UInt8(ascii: "-")), .some(48...57): return try number()
        case nil: throw error("the document ends where a value should stand")
        default: throw error("a value should stand here")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONSyntaxError) -> JSON
    ) throws(JSONSyntaxError) -> JSON {
        depth += 1
        guard depth <= JSON.depthMax else { throw error("nested deeper than \(JSON.depthMax) levels") }
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONSyntaxError) -> JSON {
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return .object([:]) }
        // Most objects fit, and growing would hash every name again.
        var members = [String: JSON](minimumCapacity: 8)
        repeat {
            skipWhitespace()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name in quotes should stand here") }
            let name = try string()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw error("':' should follow a member's name") }
            let member = try value()
            guard members.updateValue(member, forKey: name) == nil else { throw error("a member is named twice") }
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("',' or '}' should stand here") }
        return .object(members)
    }

    private mutating func array() throws(JSONSyntaxError) -> JSON {
        var values: [JSON] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            values.append(try value())
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("',' or ']' should stand here") }
        return .array(values)
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let matches = word.withUTF8Buffer { expected in
            position + expected.count <= bytes.count && bytes[position..<position + expected.count].elementsEqual(expected)
        }
        guard matches else { throw error("a value should stand here") }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let peek, (48...57).contains(peek) { throw error("a number may not start with 0") }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole {
            guard let value = Int64(text) else { throw error("a whole number must fit in 64 bits") }
            return .integer(value)
        }
        guard let value = Double(text), value.isFinite else { throw error("the number is too large") }
        return .number(value)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let peek, (48...57).contains(peek) { position += 1 }
        guard position > start else { throw error("a digit should stand here") }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        var isASCII = true
        while position < bytes.count {
            let byte = bytes[position]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
        // Most texts have nothing to unescape and are taken as they stand.
        if peek == UInt8(ascii: "\"") {
            let plain = UnsafeBufferPointer(rebasing: bytes[start..<position])
            position += 1
            if isASCII { return String(decoding: plain, as: UTF8.self) }
            guard let text = String(validating: plain, as: UTF8.self) else { throw error("a string must be UTF-8") }
            return text
        }
        var content = Array(bytes[start..<position])
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw error("a string must be UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw error("a control character in a string must be escaped")
            default: content.append(byte)
            }
        }
        throw error("the document ends inside a string")
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = peek else { throw error("the document ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content += Character(try unicodeScalar()).utf8
        default: throw error("an unknown escape")
        }
    }

    private mutating func unicodeScalar() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half of a surrogate pair")
        }
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("four hexadecimal digits should follow") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hexadecimal digits should follow")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let peek, peek == 0x20 || (0x09...0x0A).contains(peek) || peek == 0x0D { position += 1 }
    }

    private func error(_ reason: String) -> JSONSyntaxError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONSyntaxError(reason: reason, line: line, column: before.count - lineStart + 1)
    }
}
