// SPDX-License-Identifier: EUPL-1.2

import Values

extension DefinitionReader {
    private static let typeKeys: Set<String> = ["type", "values", "of"]
    private static let eventKeys: Set<String> = ["from", "data", "require", "sets", "internal", "title", "source"]
    private static let taskKeys: Set<String> = [
        "to", "organisation", "answers", "shows", "purpose", "basis", "retry", "lane", "title", "source",
    ]

    // MARK: Facts and fields

    mutating func readFacts(_ document: Document?) {
        for member in document.flatMap({ problems.mapping($0, of: "facts") }) ?? [] {
            let known = DefinitionReader.typeKeys.union(["initial", "title", "source"])
            guard let members = problems.members(member.value, of: "a fact", known: known),
                let type = readType(members, at: member.position)
            else { continue }
            if type.isPersonalContent {
                problems.note(member.position, "a fact cannot be text: facts are registration, text is personal content")
            }
            let initial = readInitial(members["initial"], type: type, at: member.position)
            parts.facts.append(FactDeclaration(name: member.key, type: type, initial: initial, position: member.position))
        }
    }

    private mutating func readInitial(_ document: Document?, type: DataType, at position: SourcePosition) -> Value {
        guard let document else {
            switch type {
            case .boolean: return .bool(false)
            case .integer: return .int(0)
            case .set, .list: return .list([])
            case .code, .date, .instant, .text: return .null
            case .enumeration:
                problems.note(position, "an enumerated fact needs 'initial': what it is before anything is known")
                return .null
            }
        }
        if let value = type.value(from: document.json) { return value }
        problems.note(document.position, "initial should be \(type.expectation)")
        return .null
    }

    mutating func readFields(_ document: Document, of what: String) -> [FieldDeclaration] {
        var fields: [FieldDeclaration] = []
        for member in problems.mapping(document, of: what) ?? [] {
            let known = DefinitionReader.typeKeys.union(["required", "title"])
            guard let members = problems.members(member.value, of: "a field", known: known),
                let type = readType(members, at: member.position)
            else { continue }
            let isRequired = problems.flag(members["required"], "required") ?? false
            fields.append(FieldDeclaration(name: member.key, type: type, isRequired: isRequired))
        }
        return fields
    }

    private mutating func readType(_ members: [String: Document], at position: SourcePosition) -> DataType? {
        guard let document = members["type"] else {
            problems.note(position, "'type' is missing")
            return nil
        }
        switch problems.text(document, "type") {
        case "boolean", "bool": return .boolean
        case "integer", "int": return .integer
        case "code": return .code
        case "date": return .date
        case "instant": return .instant
        case "text": return .text
        case "enum": return .enumeration(readValues(members, at: position))
        case "set": return .set(readValues(members, at: position))
        case "list":
            guard let of = members["of"] else {
                problems.note(position, "a list says 'of' which type it is")
                return nil
            }
            // `of: integer` is short for `of: { type: integer }`.
            let inner = of.members.map { Dictionary($0.map { ($0.key, $0.value) }) { first, _ in first } } ?? ["type": of]
            return readType(inner, at: of.position).map { .list($0) }
        default:
            problems.note(document.position, "type should be boolean, integer, enum, set, list, code, date, instant or text")
            return nil
        }
    }

    private mutating func readValues(_ members: [String: Document], at position: SourcePosition) -> [String] {
        let values = problems.texts(members["values"], "values")
        if values.isEmpty { problems.note(position, "'values' is missing: the codes that it may have") }
        if Set(values).count < values.count { problems.note(position, "a value is named twice") }
        return values
    }

    // MARK: Events

    mutating func readEvents(_ document: Document?) {
        for member in document.flatMap({ problems.mapping($0, of: "events") }) ?? [] {
            guard let members = problems.members(member.value, of: "an event", known: DefinitionReader.eventKeys) else { continue }
            parts.events[member.key] = readEvent(member.key, members, at: member.position)
        }
    }

    private mutating func readEvent(_ name: String, _ members: [String: Document], at position: SourcePosition) -> EventDeclaration {
        let isInternal = problems.flag(members["internal"], "internal") ?? false
        let from = members["from"].map { problems.texts($0, "from") }
        if isInternal, from != nil { problems.note(position, "an internal event is raised by the workflow; nobody sends it") }
        let fields = members["data"].map { readFields($0, of: "data") } ?? []
        var requirements: [EventDeclaration.Requirement] = []
        for document in problems.list(members["require"]) {
            if let requirement = readRequirement(document, fields: fields) { requirements.append(requirement) }
        }
        let assignments = members["sets"].map { readAssignments($0, fields: fields.filter { !$0.type.isPersonalContent }) } ?? []
        _ = rule(members["source"])
        return EventDeclaration(
            name: name, from: from, isInternal: isInternal, fields: fields, requirements: requirements, assignments: assignments,
            position: position)
    }

    private mutating func readRequirement(_ document: Document, fields: [FieldDeclaration]) -> EventDeclaration.Requirement? {
        let known: Set<String> = ["that", "else", "source"]
        guard let members = problems.members(document, of: "a requirement", known: known) else { return nil }
        let source = rule(members["source"])
        guard let otherwise = problems.text(members["else"], "else") else {
            problems.note(document.position, "'else' is missing: the code that a refused sender gets")
            return nil
        }
        guard let that = compile(members["that"], at: document.position, fields: fields, expecting: .bool) else { return nil }
        return EventDeclaration.Requirement(that: that, otherwise: otherwise, source: source)
    }

    mutating func readAssignments(_ document: Document, fields: [FieldDeclaration]) -> [EventDeclaration.Assignment] {
        var assignments: [EventDeclaration.Assignment] = []
        for member in problems.mapping(document, of: "what is set") ?? [] {
            guard let fact = parts.facts.firstIndex(where: { $0.name == member.key }) else {
                problems.note(member.position, "no fact '\(member.key)' is declared")
                continue
            }
            if let value = compile(member.value, at: member.position, fields: fields, expecting: nil) {
                assignments.append(EventDeclaration.Assignment(fact: fact, value: value))
            }
        }
        return assignments
    }

    // MARK: Tasks

    mutating func readTasks(_ document: Document?) {
        for member in document.flatMap({ problems.mapping($0, of: "tasks") }) ?? [] {
            guard let members = problems.members(member.value, of: "a task", known: DefinitionReader.taskKeys) else { continue }
            if let task = readTask(member.key, members, at: member.position) { parts.tasks.append(task) }
        }
    }

    private mutating func readTask(_ name: String, _ members: [String: Document], at position: SourcePosition) -> TaskDeclaration? {
        _ = rule(members["source"])
        guard let to = problems.text(members["to"], "to") else {
            problems.note(position, "'to' is missing: the partner who is asked")
            return nil
        }
        let answers = problems.texts(members["answers"], "answers")
        for answer in answers {
            guard let event = parts.events[answer] else {
                problems.note(position, "answer '\(answer)' is not declared under 'events'")
                continue
            }
            if let from = event.from, !from.contains(to) {
                problems.note(position, "answer '\(answer)' may not come from \(to); 'from' of the event does not name it")
            }
        }
        return TaskDeclaration(
            name: name, title: problems.text(members["title"], "title"), to: to,
            organisation: members["organisation"].flatMap { compile($0, at: position, fields: [], expecting: nil) },
            answers: answers, shows: problems.texts(members["shows"], "shows"),
            purpose: problems.text(members["purpose"], "purpose"), basis: problems.text(members["basis"], "basis"),
            lane: problems.choice(members["lane"], "lane", as: Lane.self) ?? .routine,
            retry: readRetry(members["retry"]), position: position)
    }

    private mutating func readRetry(_ document: Document?) -> RetryPolicy {
        // Without a word about it a question is put again as Digikoppeling's best practice does: eight times, three hours apart.
        var policy = RetryPolicy(maxAttempts: 8, interval: .seconds(3 * 3_600), backoffRate: 1)
        guard let document,
            let members = problems.members(document, of: "retry", known: ["maxAttempts", "interval", "backoffRate"])
        else { return policy }
        policy.maxAttempts = problems.integer(members["maxAttempts"], "maxAttempts", in: 1...1_000) ?? policy.maxAttempts
        policy.backoffRate = problems.number(members["backoffRate"], "backoffRate", atLeast: 1) ?? policy.backoffRate
        if let interval = members["interval"], let term = problems.term(interval, "interval") {
            if let duration = term.duration {
                policy.interval = duration
            } else {
                problems.note(interval.position, "interval should be in seconds, minutes or hours")
            }
        }
        return policy
    }
}
