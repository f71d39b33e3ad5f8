// SPDX-License-Identifier: EUPL-1.2

/// Reads an expression by the grammar of the CEL language definition, by recursive descent with a bound on depth.
struct GuardParser {
    private var lexer: GuardLexer
    private var token: GuardToken
    private var depth = 0

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
        "return", "var", "void", "while",
    ]
    private static let keywords: Set<String> = ["false", "in", "null", "true"]

    init(_ source: String) throws(GuardCompileError) {
        lexer = try GuardLexer(source)
        token = try lexer.next()
    }

    mutating func parse() throws(GuardCompileError) -> GuardSyntax {
        let syntax = try conditional()
        guard token.kind == .end else { throw error("nothing may follow the expression") }
        return syntax
    }

    // MARK: Levels of precedence, loosest first

    private mutating func conditional() throws(GuardCompileError) -> GuardSyntax {
        try enter()
        defer { depth -= 1 }
        let condition = try disjunction()
        guard let offset = try take("?") else { return condition }
        let whenTrue = try disjunction()
        guard try take(":") != nil else { throw error("':' should follow the first value of '?'") }
        let whenFalse = try conditional()
        return try node(.conditional(condition, whenTrue, whenFalse), offset, [condition, whenTrue, whenFalse])
    }

    private mutating func disjunction() throws(GuardCompileError) -> GuardSyntax {
        var left = try conjunction()
        while let offset = try take("||") {
            let right = try conjunction()
            left = try node(.or(left, right), offset, [left, right])
        }
        return left
    }

    private mutating func conjunction() throws(GuardCompileError) -> GuardSyntax {
        var left = try relation()
        while let offset = try take("&&") {
            let right = try relation()
            left = try node(.and(left, right), offset, [left, right])
        }
        return left
    }

    private mutating func relation() throws(GuardCompileError) -> GuardSyntax {
        var left = try sum()
        while let (function, offset) = try operation([.lessOrEqual, .less, .greaterOrEqual, .greater, .equal, .notEqual, .isIn]) {
            let right = try sum()
            left = try node(.operation(function, [left, right]), offset, [left, right])
        }
        return left
    }

    private mutating func sum() throws(GuardCompileError) -> GuardSyntax {
        var left = try product()
        while let (function, offset) = try operation([.add, .subtract]) {
            let right = try product()
            left = try node(.operation(function, [left, right]), offset, [left, right])
        }
        return left
    }

    private mutating func product() throws(GuardCompileError) -> GuardSyntax {
        var left = try unary()
        while let (function, offset) = try operation([.multiply, .divide, .remainder]) {
            let right = try unary()
            left = try node(.operation(function, [left, right]), offset, [left, right])
        }
        return left
    }

    private mutating func unary() throws(GuardCompileError) -> GuardSyntax {
        try enter()
        defer { depth -= 1 }
        if let offset = try take("!") {
            let operand = try unary()
            return try node(.operation(.not, [operand]), offset, [operand])
        }
        guard let offset = try take("-") else { return try member() }
        // The smallest integer has no positive counterpart, so sign and digits are read as one.
        if case .int(let magnitude) = token.kind {
            let value = magnitude == 1 << 63 ? Int64.min : -Int64(magnitude)
            try advance()
            return try members(of: GuardSyntax(.literal(.int(value)), offset: offset))
        }
        let operand = try unary()
        return try node(.operation(.negate, [operand]), offset, [operand])
    }

    private mutating func member() throws(GuardCompileError) -> GuardSyntax { try members(of: try primary()) }

    private mutating func members(of first: GuardSyntax) throws(GuardCompileError) -> GuardSyntax {
        var base = first
        while true {
            if let offset = try take(".") {
                if case .quotedName(let name) = token.kind {
                    try advance()
                    base = try node(.select(base, name), offset, [base])
                    continue
                }
                let name = try selector()
                if try take("(") != nil {
                    let arguments = try elements(until: ")")
                    base = try node(.call(receiver: base, name: name, arguments: arguments), offset, [base] + arguments)
                } else {
                    base = try node(.select(base, name), offset, [base])
                }
            } else if let offset = try take("[") {
                let key = try conditional()
                guard try take("]") != nil else { throw error("']' should follow the index") }
                base = try node(.operation(.index, [base, key]), offset, [base, key])
            } else {
                return base
            }
        }
    }

    private mutating func primary() throws(GuardCompileError) -> GuardSyntax {
        let offset = token.offset
        switch token.kind {
        case .int(let value):
            guard let value = Int64(exactly: value) else { throw error("a whole number must fit in 64 bits") }
            try advance()
            return GuardSyntax(.literal(.int(value)), offset: offset)
        case .double(let value):
            try advance()
            return GuardSyntax(.literal(.double(value)), offset: offset)
        case .string(let value):
            try advance()
            return GuardSyntax(.literal(.string(value)), offset: offset)
        case .name(let name): return try named(name, offset: offset)
        case .sign("."):
            try advance()
            guard case .name(let name) = token.kind else { throw error("a name should follow the dot") }
            return try named(name, offset: offset)
        case .sign("("):
            try advance()
            let inner = try conditional()
            guard try take(")") != nil else { throw error("')' is missing") }
            return inner
        case .sign("["):
            try advance()
            let values = try elements(until: "]")
            return try node(.list(values), offset, values)
        case .sign("{"):
            try advance()
            return try map(offset: offset)
        case .end: throw error("the expression ends where a value should stand")
        case .sign, .quotedName: throw error("a value should stand here")
        }
    }

    private mutating func named(_ name: String, offset: Int) throws(GuardCompileError) -> GuardSyntax {
        switch name {
        case "true", "false":
            try advance()
            return GuardSyntax(.literal(.bool(name == "true")), offset: offset)
        case "null":
            try advance()
            return GuardSyntax(.literal(.null), offset: offset)
        default:
            guard !GuardParser.reserved.contains(name), name != "in" else { throw error("'\(name)' is a reserved word") }
            try advance()
            if try take("(") != nil {
                let arguments = try elements(until: ")")
                return try node(.call(receiver: nil, name: name, arguments: arguments), offset, arguments)
            }
            guard token.kind != .sign("{") else { throw error("messages are not in the subset") }
            return GuardSyntax(.name(name), offset: offset)
        }
    }

    private mutating func map(offset: Int) throws(GuardCompileError) -> GuardSyntax {
        var members: [(key: GuardSyntax, value: GuardSyntax)] = []
        while try take("}") == nil {
            if !members.isEmpty {
                guard try take(",") != nil else { throw error("',' or '}' should stand here") }
                if try take("}") != nil { break }
            }
            let key = try conditional()
            guard try take(":") != nil else { throw error("':' should follow a key") }
            members.append((key, try conditional()))
        }
        return try node(.map(members), offset, members.flatMap { [$0.key, $0.value] })
    }

    /// Expressions with commas between them; one comma may follow the last of a list.
    private mutating func elements(until closing: String) throws(GuardCompileError) -> [GuardSyntax] {
        var elements: [GuardSyntax] = []
        while try take(closing) == nil {
            if !elements.isEmpty {
                guard try take(",") != nil else { throw error("',' or '\(closing)' should stand here") }
                if closing == "]", try take(closing) != nil { break }
            }
            elements.append(try conditional())
        }
        return elements
    }

    private mutating func selector() throws(GuardCompileError) -> String {
        guard case .name(let name) = token.kind, !GuardParser.keywords.contains(name) else {
            throw error("a field's name should follow the dot")
        }
        try advance()
        return name
    }

    // MARK: Tokens

    private mutating func operation(
        _ functions: [GuardFunction]
    ) throws(GuardCompileError) -> (function: GuardFunction, offset: Int)? {
        let text: String
        switch token.kind {
        case .sign(let sign): text = sign
        case .name("in"): text = "in"
        default: return nil
        }
        guard let function = functions.first(where: { $0.rawValue == text }) else { return nil }
        let offset = token.offset
        try advance()
        return (function, offset)
    }

    private mutating func take(_ sign: String) throws(GuardCompileError) -> Int? {
        guard token.kind == .sign(sign) else { return nil }
        let offset = token.offset
        try advance()
        return offset
    }

    private mutating func advance() throws(GuardCompileError) { token = try lexer.next() }

    private mutating func enter() throws(GuardCompileError) {
        depth += 1
        guard depth <= 2 * GuardLimits.depthMax else { throw tooDeep(token.offset) }
    }

    private func node(_ form: GuardSyntax.Form, _ offset: Int, _ parts: [GuardSyntax]) throws(GuardCompileError) -> GuardSyntax {
        let node = GuardSyntax(form, offset: offset, parts: parts)
        guard node.depth <= GuardLimits.depthMax else { throw tooDeep(offset) }
        return node
    }

    private func tooDeep(_ offset: Int) -> GuardCompileError {
        GuardCompileError(
            code: .syntax, offset: offset, message: "nested deeper than \(GuardLimits.depthMax) levels; split the expression")
    }

    private func error(_ message: String) -> GuardCompileError {
        GuardCompileError(code: .syntax, offset: token.offset, message: message)
    }
}
