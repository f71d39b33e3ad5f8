// SPDX-License-Identifier: EUPL-1.2

/// Resolves the names of an expression and follows its types as far as they are known.
struct GuardChecker {
    let environment: GuardEnvironment
    private(set) var localCount = 0
    private var locals: [(name: String, slot: Int, type: GuardType)] = []

    typealias Checked = (expression: Expression, type: GuardType)

    init(environment: GuardEnvironment) { self.environment = environment }

    mutating func check(_ syntax: GuardSyntax) throws(GuardCompileError) -> Checked {
        switch syntax.form {
        case .literal(let value): return (.literal(value), type(of: value))
        case .name(let name): return try check(name: name, at: syntax.offset)
        case .select(let base, let name): return try check(select: name, of: base, at: syntax.offset)
        case .call(let receiver, let name, let arguments):
            return try check(call: name, receiver: receiver, arguments: arguments, at: syntax.offset)
        case .operation(let function, let operands): return try check(function, operands, at: syntax.offset)
        case .and(let left, let right):
            return (.and(try check(left, as: .bool), try check(right, as: .bool)), .bool)
        case .or(let left, let right):
            return (.or(try check(left, as: .bool), try check(right, as: .bool)), .bool)
        case .conditional(let condition, let whenTrue, let whenFalse):
            let condition = try check(condition, as: .bool)
            let first = try check(whenTrue)
            let second = try check(whenFalse)
            return (.conditional(condition, first.expression, second.expression), first.type.joined(with: second.type))
        case .list(let elements): return try check(list: elements)
        case .map(let members): return try check(map: members)
        }
    }

    /// Checks an expression whose place asks for a type.
    private mutating func check(_ syntax: GuardSyntax, as expected: GuardType) throws(GuardCompileError) -> Expression {
        let checked = try check(syntax)
        if environment.isStrict, !checked.type.isComparable(with: expected) || checked.type == .null {
            throw error(syntax.offset, "this is a \(checked.type.description) where a \(expected.description) should stand")
        }
        return checked.expression
    }

    private func type(of value: Value) -> GuardType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .double: .double
        case .string: .string
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .list: .list(.dyn)
        case .map: .map(.dyn)
        }
    }

    // MARK: Names

    private func check(name: String, at offset: Int) throws(GuardCompileError) -> Checked {
        if let local = locals.last(where: { $0.name == name }) { return (.local(local.slot), local.type) }
        switch Expression.Variable(rawValue: name) {
        case .facts:
            if case .fields = environment.facts { throw error(offset, "'facts' stands before the name of a fact, as in facts.name") }
            return (.variable(.facts), environment.facts)
        case .data: return (.variable(.data), environment.data)
        case .report: return (.variable(.report), environment.report)
        case .event: return (.variable(.event), .string)
        case .sender: return (.variable(.sender), .string)
        case .now: return (.variable(.now), .timestamp)
        case nil:
            if Value.typeNames.contains(name) { return (.literal(.type(name)), .type) }
            return try unresolved(offset, "no name '\(name)'; there is facts, data, event, sender, report and now")
        }
    }

    private mutating func check(
        select name: String, of base: GuardSyntax, at offset: Int
    ) throws(GuardCompileError) -> Checked {
        if let type = timeTypeName(name, of: base) { return (.literal(.type(type)), .type) }
        if case .name("facts") = base.form, !isLocal("facts"), case .fields(let fields) = environment.facts {
            guard let slot = fields.firstIndex(where: { $0.name == name }) else {
                throw error(offset, unknown(field: name, of: fields, called: "fact"))
            }
            return (.fact(slot), fields[slot].type)
        }
        let checked = try check(base)
        return (.select(checked.expression, field: .string(name)), try type(ofField: name, in: checked.type, at: offset))
    }

    private func isLocal(_ name: String) -> Bool { locals.contains { $0.name == name } }

    /// `google.protobuf.Timestamp` and `google.protobuf.Duration` are names of types, not fields of fields.
    private func timeTypeName(_ name: String, of base: GuardSyntax) -> String? {
        guard name == "Timestamp" || name == "Duration", case .select(let outer, "protobuf") = base.form,
            case .name("google") = outer.form, !isLocal("google")
        else { return nil }
        return "google.protobuf.\(name)"
    }

    private func type(ofField name: String, in type: GuardType, at offset: Int) throws(GuardCompileError) -> GuardType {
        switch type {
        case .dyn: return .dyn
        case .map(let value): return value
        case .fields(let fields):
            guard let field = fields.first(where: { $0.name == name }) else {
                throw error(offset, unknown(field: name, of: fields, called: "field"))
            }
            return field.type
        default:
            guard environment.isStrict else { return .dyn }
            throw error(offset, "a \(type.description) has no fields")
        }
    }

    private func unknown(field name: String, of fields: [GuardType.Field], called what: String) -> String {
        let names = fields.map(\.name).sorted().joined(separator: ", ")
        return "no \(what) '\(name)'; there is \(names.isEmpty ? "none" : names)"
    }

    // MARK: Lists, maps, operators

    private mutating func check(list elements: [GuardSyntax]) throws(GuardCompileError) -> Checked {
        var expressions: [Expression] = []
        var type: GuardType?
        for element in elements {
            let checked = try check(element)
            expressions.append(checked.expression)
            type = type?.joined(with: checked.type) ?? checked.type
        }
        return (.list(expressions), .list(type ?? .dyn))
    }

    private mutating func check(map members: [(key: GuardSyntax, value: GuardSyntax)]) throws(GuardCompileError) -> Checked {
        var expressions: [(key: Expression, value: Expression)] = []
        var type: GuardType?
        for member in members {
            let key = try check(member.key)
            let value = try check(member.value)
            expressions.append((key.expression, value.expression))
            type = type?.joined(with: value.type) ?? value.type
        }
        return (.map(expressions), .map(type ?? .dyn))
    }

    private mutating func check(
        _ function: GuardFunction, _ operands: [GuardSyntax], at offset: Int
    ) throws(GuardCompileError) -> Checked {
        var checked: [Checked] = []
        for operand in operands { checked.append(try check(operand)) }
        if environment.isStrict, checked.count == 2 { try checkCodes(function, operands, checked) }
        let types = checked.map(\.type)
        guard let result = GuardSignature.result(of: function, types), !environment.isStrict || fits(function, types) else {
            if !environment.isStrict { return (call(function, checked), .dyn) }
            let given = types.map(\.description).joined(separator: ", ")
            throw error(offset, "'\(function.rawValue)' is not defined for (\(given))")
        }
        return (call(function, checked), result)
    }

    private func call(_ function: GuardFunction, _ operands: [Checked]) -> Expression {
        operands.count == 1
            ? .unary(function, operands[0].expression) : .binary(function, operands[0].expression, operands[1].expression)
    }

    private func fits(_ function: GuardFunction, _ types: [GuardType]) -> Bool {
        switch function {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: types[0].isComparable(with: types[1])
        case .isIn:
            if case .list(let element) = types[1] { types[0].isComparable(with: element) } else { true }
        default: true
        }
    }

    /// A code compared with a text that is none of its values is a slip of the pen that would silently be false for ever.
    private func checkCodes(
        _ function: GuardFunction, _ operands: [GuardSyntax], _ checked: [Checked]
    ) throws(GuardCompileError) {
        guard [.equal, .notEqual, .isIn].contains(function) else { return }
        for (this, other) in [(0, 1), (1, 0)] {
            let values: [String]
            switch checked[this].type {
            case .enumeration(_, let codes), .list(.enumeration(_, let codes)): values = codes
            default: continue
            }
            for literal in literalTexts(operands[other]) where !values.contains(literal.text) {
                throw error(
                    literal.offset, "'\(literal.text)' is none of the values; there is \(values.joined(separator: ", "))")
            }
        }
    }

    private func literalTexts(_ syntax: GuardSyntax) -> [(text: String, offset: Int)] {
        switch syntax.form {
        case .literal(.string(let text)): [(text, syntax.offset)]
        case .list(let elements): elements.flatMap(literalTexts)
        default: []
        }
    }

    // MARK: Calls and macros

    private mutating func check(
        call name: String, receiver: GuardSyntax?, arguments: [GuardSyntax], at offset: Int
    ) throws(GuardCompileError) -> Checked {
        if receiver == nil, name == "has" { return try check(has: arguments, at: offset) }
        if receiver == nil, name == "active" { return try check(active: arguments, at: offset) }
        if let receiver, let kind = Expression.Comprehension.Kind(rawValue: name) {
            return try check(macro: kind, of: receiver, arguments, at: offset)
        }
        let operands = (receiver.map { [$0] } ?? []) + arguments
        guard let function = GuardFunction(rawValue: name), let forms = GuardFunction.named[name],
            let arity = receiver == nil ? forms.global : forms.member, arity.contains(operands.count)
        else {
            return try unresolved(
                offset, "no \(receiver == nil ? "function" : "method") '\(name)' with \(arguments.count) arguments")
        }
        return try check(function, operands, at: offset)
    }

    private mutating func check(has arguments: [GuardSyntax], at offset: Int) throws(GuardCompileError) -> Checked {
        guard arguments.count == 1, case .select(let base, let name) = arguments[0].form else {
            throw error(offset, "has() asks for a field, as in has(data.name)")
        }
        if case .name("facts") = base.form, !isLocal("facts"), case .fields = environment.facts {
            // A declared fact is always there; what is not known of it is null.
            let fact = try check(select: name, of: base, at: arguments[0].offset)
            return (.binary(.notEqual, fact.expression, .literal(.null)), .bool)
        }
        let checked = try check(base)
        _ = try type(ofField: name, in: checked.type, at: arguments[0].offset)
        return (.has(checked.expression, field: .string(name)), .bool)
    }

    private func check(active arguments: [GuardSyntax], at offset: Int) throws(GuardCompileError) -> Checked {
        guard arguments.count == 1, case .literal(.string(let name)) = arguments[0].form else {
            throw error(offset, "active() asks for the name of a state in quotes")
        }
        switch environment.resolveState(name) {
        case .found(let state): return (.active(state), .bool)
        case .unknown: throw error(arguments[0].offset, "no state '\(name)'")
        case .ambiguous(let paths):
            throw error(arguments[0].offset, "'\(name)' could be \(paths.joined(separator: " or ")); write more of the path")
        }
    }

    private mutating func check(
        macro kind: Expression.Comprehension.Kind, of receiver: GuardSyntax, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardCompileError) -> Checked {
        let counts = kind == .map ? 2...3 : 2...2
        guard counts.contains(arguments.count), case .name(let name) = arguments[0].form else {
            throw error(offset, "\(kind.rawValue)() asks for a name and what to do with it, as in list.\(kind.rawValue)(x, x > 0)")
        }
        let range = try check(receiver)
        let element = try elementType(of: range.type, at: receiver.offset)
        let slot = localCount
        localCount += 1
        locals.append((name, slot, element))
        defer { locals.removeLast() }
        let condition = arguments.count == 3 ? try check(arguments[1], as: .bool) : nil
        let isTransform = kind == .map
        let body: Checked
        if isTransform {
            body = try check(arguments[arguments.count - 1])
        } else {
            body = (try check(arguments[1], as: .bool), .bool)
        }
        let type: GuardType = kind == .filter ? .list(element) : isTransform ? .list(body.type) : .bool
        let comprehension = Expression.Comprehension(
            kind: kind, range: range.expression, local: slot, condition: condition, body: body.expression)
        return (.comprehension(comprehension), type)
    }

    private func elementType(of type: GuardType, at offset: Int) throws(GuardCompileError) -> GuardType {
        switch type {
        case .dyn: return .dyn
        case .list(let element): return element
        case .map: return .dyn
        case .fields: return .string
        default:
            guard environment.isStrict else { return .dyn }
            throw error(offset, "this is a \(type.description) where a list or a map should stand")
        }
    }

    private func error(_ offset: Int, _ message: String) -> GuardCompileError {
        GuardCompileError(code: .type, offset: offset, message: message)
    }

    /// Where everything is declared an unknown name is an error of its own; else it is one when it is read.
    private func unresolved(_ offset: Int, _ message: String) throws(GuardCompileError) -> Checked {
        let problem = error(offset, message)
        guard !environment.isStrict else { throw problem }
        return (.unresolved(GuardError(code: .unresolvedName, message: problem.description)), .dyn)
    }
}
