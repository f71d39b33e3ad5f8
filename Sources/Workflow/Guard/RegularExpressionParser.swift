// SPDX-License-Identifier: EUPL-1.2

/// Reads RE2's syntax, as far as guards may use it.
struct RegularExpressionParser {
    typealias Node = RegularExpression.Node
    typealias CharacterClass = RegularExpression.CharacterClass

    private struct Flags {
        var ignoresCase = false
        var multiline = false
        var dotMatchesNewline = false
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    static let digit: [ClosedRange<UInt32>] = [0x30...0x39]
    static let space: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
    static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    private static let posix: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A], "ascii": [0...0x7F],
        "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0...0x1F, 0x7F...0x7F], "digit": digit, "graph": [0x21...0x7E],
        "lower": [0x61...0x7A], "print": [0x20...0x7E], "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
        "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A], "word": word,
        "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]

    init(_ pattern: String) throws(GuardError) {
        scalars = Array(pattern.unicodeScalars)
        guard scalars.count <= GuardLimits.patternInstructionsMax else { throw error("the pattern is too long") }
    }

    mutating func parse() throws(GuardError) -> Node {
        let node = try alternatives()
        guard position == scalars.count else { throw error("a ')' without '('") }
        return node
    }

    private mutating func alternatives() throws(GuardError) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= GuardLimits.depthMax else { throw error("nested too deep") }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .alternatives(choices)
    }

    private mutating func sequence() throws(GuardError) -> Node {
        var parts: [Node] = []
        while let next = peek, next != "|", next != ")" { parts.append(try repetition()) }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repetition() throws(GuardError) -> Node {
        var node = try atom()
        var count = 0
        while let bounds = try bounds() {
            count += 1
            // A chain such as a**** would nest without end; RE2 refuses it as well.
            guard count == 1 else { throw error("a repetition of a repetition") }
            node = .repetition(node, minimum: bounds.minimum, maximum: bounds.maximum)
            // Greedy or not changes what is matched, never whether something matches.
            _ = take("?")
        }
        return node
    }

    private mutating func bounds() throws(GuardError) -> (minimum: Int, maximum: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        let start = position
        position += 1
        guard let minimum = number() else { return literalBrace(at: start) }
        var maximum: Int? = minimum
        if take(",") { maximum = peek == "}" ? nil : number() ?? -1 }
        guard take("}"), maximum != -1 else { return literalBrace(at: start) }
        guard max(minimum, maximum ?? 0) <= 1_000, minimum <= maximum ?? minimum else { throw error("a repetition out of bounds") }
        return (minimum, maximum)
    }

    /// A brace that opens no counted repetition stands for itself.
    private mutating func literalBrace(at start: Int) -> (minimum: Int, maximum: Int?)? {
        position = start
        return nil
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let next = peek, ("0"..."9").contains(next), digits.count < 6 {
            digits.unicodeScalars.append(next)
            position += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(GuardError) -> Node {
        guard let next = peek else { throw error("the pattern ends too early") }
        position += 1
        switch next {
        case "(": return try group()
        case "[": return .character(try bracket())
        case ".": return .character(CharacterClass(ranges: flags.dotMatchesNewline ? [] : [0x0A...0x0A], isNegated: true))
        case "^": return .assertion(flags.multiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.multiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw error("nothing to repeat")
        default: return .character(literal(next))
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> CharacterClass {
        CharacterClass(ranges: [scalar.value...scalar.value], ignoresCase: flags.ignoresCase)
    }

    private mutating func group() throws(GuardError) -> Node {
        let outer = flags
        if take("?") {
            if take("P") || peek == "<" {
                try groupName()
            } else if try readFlags() {
                // `(?i)` holds for the rest of the group that it stands in.
                return .empty
            }
        }
        let node = try alternatives()
        guard take(")") else { throw error("a '(' without ')'") }
        flags = outer
        return node
    }

    private mutating func groupName() throws(GuardError) {
        guard take("<") else { throw error("a group's name stands in <>") }
        var length = 0
        while let next = peek, next != ">" {
            guard next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_" else {
                throw error("look-around is not in RE2")
            }
            length += 1
            position += 1
        }
        guard take(">"), length > 0 else { throw error("a group's name stands in <>") }
    }

    /// - Returns: true where the flags stand alone and open no group.
    private mutating func readFlags() throws(GuardError) -> Bool {
        var value = true
        while let next = peek {
            position += 1
            switch next {
            case "i": flags.ignoresCase = value
            case "m": flags.multiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break
            case "-": value = false
            case ":": return false
            case ")": return true
            default: throw error("look-around and unknown flags are not in RE2")
            }
        }
        throw error("a '(' without ')'")
    }

    private mutating func escape() throws(GuardError) -> Node {
        guard let next = peek else { throw error("a lone backslash at the end") }
        switch next {
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.noWordBoundary)
        case "Q":
            position += 1
            return quotedLiteral()
        default: return .character(try escapedClass())
        }
    }

    private mutating func quotedLiteral() -> Node {
        var parts: [Node] = []
        while let next = peek {
            position += 1
            if next == "\\", take("E") { break }
            parts.append(.character(literal(next)))
        }
        return .sequence(parts)
    }

    /// What follows a backslash, in a class or outside one.
    private mutating func escapedClass() throws(GuardError) -> CharacterClass {
        guard let next = peek else { throw error("a lone backslash at the end") }
        position += 1
        switch next {
        case "d": return CharacterClass(ranges: RegularExpressionParser.digit)
        case "D": return CharacterClass(ranges: RegularExpressionParser.digit, isNegated: true)
        case "s": return CharacterClass(ranges: RegularExpressionParser.space)
        case "S": return CharacterClass(ranges: RegularExpressionParser.space, isNegated: true)
        case "w": return CharacterClass(ranges: RegularExpressionParser.word)
        case "W": return CharacterClass(ranges: RegularExpressionParser.word, isNegated: true)
        case "a": return literal("\u{07}")
        case "f": return literal("\u{0C}")
        case "n": return literal("\n")
        case "r": return literal("\r")
        case "t": return literal("\t")
        case "v": return literal("\u{0B}")
        case "x": return literal(try hexadecimal())
        default:
            guard !next.properties.isAlphabetic, !("0"..."9").contains(next) else {
                throw error("this escape is not in the subset of RE2")
            }
            return literal(next)
        }
    }

    private mutating func hexadecimal() throws(GuardError) -> Unicode.Scalar {
        var digits = ""
        let isBraced = take("{")
        while let next = peek, next.properties.isHexDigit, digits.count < (isBraced ? 6 : 2) {
            digits.unicodeScalars.append(next)
            position += 1
        }
        guard !isBraced || take("}"), isBraced || digits.count == 2, let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw error("this escape names no character") }
        return scalar
    }

    private mutating func bracket() throws(GuardError) -> CharacterClass {
        var result = CharacterClass(ranges: [], ignoresCase: flags.ignoresCase)
        result.isNegated = take("^")
        var isFirst = true
        while let next = peek, next != "]" || isFirst {
            isFirst = false
            if next == "[", let named = try posixClass() {
                result.ranges += named
                continue
            }
            let low = try bracketElement()
            guard low.ranges.count == 1, !low.isNegated, let start = low.ranges.first, start.count == 1, peek == "-",
                position + 1 < scalars.count, scalars[position + 1] != "]"
            else {
                result.ranges += RegularExpressionParser.plain(low)
                continue
            }
            position += 1
            guard let end = try bracketElement().ranges.first, start.lowerBound <= end.upperBound else {
                throw error("a range that runs backwards")
            }
            result.ranges.append(start.lowerBound...end.upperBound)
        }
        guard take("]") else { throw error("a '[' without ']'") }
        return result
    }

    private mutating func bracketElement() throws(GuardError) -> CharacterClass {
        guard let next = peek else { throw error("a '[' without ']'") }
        position += 1
        return next == "\\" ? try escapedClass() : literal(next)
    }

    private mutating func posixClass() throws(GuardError) -> [ClosedRange<UInt32>]? {
        guard position + 1 < scalars.count, scalars[position + 1] == ":" else { return nil }
        let start = position
        position += 2
        let isNegated = take("^")
        var name = ""
        while let next = peek, next != ":" {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard take(":"), take("]") else {
            position = start
            return nil
        }
        guard let ranges = RegularExpressionParser.posix[name] else { throw error("no such class of characters") }
        return RegularExpressionParser.plain(CharacterClass(ranges: ranges, isNegated: isNegated))
    }

    /// The ranges of a class, turned inside out where it is negated.
    private static func plain(_ characters: CharacterClass) -> [ClosedRange<UInt32>] {
        guard characters.isNegated else { return characters.ranges }
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in characters.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        result.append(next...0x10FFFF)
        return result
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private func error(_ message: String) -> GuardError {
        GuardError(code: .invalidArgument, message: "matches(): at \(position + 1) of the pattern: \(message)")
    }
}
