// SPDX-License-Identifier: EUPL-1.2

extension DefinitionReader {
    private static let patterns = ["always", "never", "precedes", "leadsTo", "reachable", "unaffected"]

    mutating func readProperties(_ document: Document?) {
        for element in problems.list(document) {
            guard let property = readProperty(element) else { continue }
            if parts.properties.contains(where: { $0.id == property.id }) {
                problems.note(element.position, "a property '\(property.id)' is there already")
            }
            parts.properties.append(property)
        }
    }

    private mutating func readProperty(_ document: Document) -> Property? {
        let known = Set(["id", "says", "source"] + DefinitionReader.patterns)
        guard let members = problems.members(document, of: "a property", known: known) else { return nil }
        guard let id = problems.text(members["id"], "id") else {
            problems.note(document.position, "'id' is missing: what the property is called")
            return nil
        }
        guard let says = problems.text(members["says"], "says") else {
            problems.note(document.position, "'says' is missing: the rule in words")
            return nil
        }
        let source = rule(members["source"])
        let named = DefinitionReader.patterns.filter { members[$0] != nil }
        guard named.count == 1, let name = named.first, let body = members[name] else {
            problems.note(document.position, "a property has one of \(DefinitionReader.patterns.joined(separator: ", "))")
            return nil
        }
        guard let pattern = readPattern(name, body) else { return nil }
        return Property(id: id, says: says, source: source, pattern: pattern, position: document.position)
    }

    private mutating func readPattern(_ name: String, _ body: Document) -> Property.Pattern? {
        switch name {
        case "precedes": return readPair(body, of: name, "first", "then").map { .precedes(first: $0, then: $1) }
        case "leadsTo": return readPair(body, of: name, "from", "to").map { .leadsTo(from: $0, to: $1) }
        case "unaffected": return readSeparation(body).map { .unaffected($0) }
        default:
            guard let expression = readExpression(body, at: body.position) else { return nil }
            return name == "always" ? .always(expression) : name == "never" ? .never(expression) : .reachable(expression)
        }
    }

    private mutating func readPair(_ document: Document, of name: String, _ first: String, _ second: String) -> (Guard, Guard)? {
        guard let members = problems.members(document, of: name, known: [first, second]) else { return nil }
        let left = readExpression(members[first], at: document.position)
        let right = readExpression(members[second], at: document.position)
        guard let left, let right else { return nil }
        return (left, right)
    }

    private mutating func readSeparation(_ document: Document) -> Property.Separation? {
        guard let members = problems.members(document, of: "unaffected", known: ["by", "those", "except"]) else { return nil }
        let by = readStateNames(members["by"], "by")
        let those = readStateNames(members["those"], "those")
        if by.isEmpty || those.isEmpty {
            problems.note(document.position, "'by' names the states whose events are meant, 'those' the states that they leave alone")
            return nil
        }
        var events: Set<String> = []
        var states: [Int] = []
        for element in problems.list(members["except"]) {
            guard let name = problems.text(element, "each of except") else { continue }
            if parts.events[name] != nil { events.insert(name) } else { states += readStateNames(element, "except") }
        }
        return Property.Separation(by: by, those: those, exceptEvents: events, exceptStates: states)
    }

    private mutating func readStateNames(_ document: Document?, _ what: String) -> [Int] {
        var states: [Int] = []
        for element in problems.list(document) {
            guard let name = problems.text(element, "each of \(what)") else { continue }
            switch tree.resolve(name) {
            case .found(let state): states.append(state)
            case .unknown: problems.note(element.position, "no state '\(name)'\(what == "except" ? " and no event" : "")")
            case .ambiguous(let paths):
                problems.note(element.position, "'\(name)' could be \(paths.joined(separator: " or ")); write more of the path")
            }
        }
        return states
    }

    // MARK: Expressions

    private mutating func readExpression(_ document: Document?, at position: SourcePosition) -> Guard? {
        guard let expression = compile(document, at: position, data: everyField, expecting: .bool) else { return nil }
        checkNames(in: expression, at: document?.position ?? position)
        return expression
    }

    /// The fields of all events together, for a property speaks of any event.
    private var everyField: GuardType {
        var types: [String: GuardType] = [:]
        for event in parts.events.values {
            for field in event.fields {
                types[field.name] = types[field.name]?.joined(with: field.type.guardType) ?? field.type.guardType
            }
        }
        return .record(types.keys.sorted().map { ($0, types[$0] ?? .dyn) })
    }

    /// An event or a sender that cannot be would make a property true that says nothing.
    private mutating func checkNames(in expression: Guard, at position: SourcePosition) {
        let roles = Set(parts.events.values.flatMap { $0.from ?? [] }).union(parts.tasks.map(\.to))
        for case .binary(let function, let left, let right) in expression.expression.parts {
            guard [.equal, .notEqual, .isIn].contains(function) else { continue }
            for (variable, names) in [(left, right), (right, left)] {
                switch variable {
                case .variable(.event):
                    for name in names.literalTexts where parts.events[name] == nil && !name.isEmpty && !name.hasPrefix("due.") {
                        problems.note(position, "no event '\(name)' is declared under 'events'")
                    }
                case .variable(.sender):
                    let anyone = parts.events.values.contains { !$0.isInternal && $0.from == nil }
                    for name in names.literalTexts where !anyone && !name.isEmpty && !roles.contains(name) {
                        problems.note(position, "nobody is '\(name)'; there is \(roles.sorted().joined(separator: ", "))")
                    }
                default: continue
                }
            }
        }
    }
}

extension Expression {
    fileprivate var literalTexts: [String] {
        switch self {
        case .literal(.string(let text)): [text]
        case .list(let elements): elements.flatMap(\.literalTexts)
        default: []
        }
    }
}
