// SPDX-License-Identifier: EUPL-1.2

import Values

extension ScenarioReader {
    private static let expectationKeys: [String] =
        ["in", "not in", "asked", "not asked", "asked only", "due", "not due", "facts", "outcomes", "closed"]
        + Expectation.Happening.allCases.map(\.rawValue)

    /// Reads what stands under `then`, in the order in which it stands there.
    mutating func readExpectations(_ document: Document?) -> [Expectation] {
        guard let document else { return [] }
        var expectations: [Expectation] = []
        for member in problems.mapping(document, of: "then") ?? [] {
            expectations += readExpectation(member)
        }
        return expectations
    }

    private mutating func readExpectation(_ member: Document.Member) -> [Expectation] {
        let value = member.value
        func one(_ kind: Expectation.Kind) -> [Expectation] { [Expectation(kind: kind, position: member.position)] }
        switch member.key {
        case "in": return states(value).map { Expectation(kind: .isIn($0.state), position: $0.position) }
        case "not in": return states(value).map { Expectation(kind: .isNotIn($0.state), position: $0.position) }
        case "asked": return questions(value).map { Expectation(kind: .isAsked($0.question), position: $0.position) }
        case "asked only": return one(.areAsked(questions(value).map(\.question)))
        case "not asked":
            return problems.list(value).compactMap { element in
                readTask(element, "each of not asked").map { Expectation(kind: .isNotAsked(task: $0), position: element.position) }
            }
        case "due": return dues(value)
        case "not due": return states(value).map { Expectation(kind: .isNotDue(state: $0.state), position: $0.position) }
        case "facts": return facts(value)
        case "outcomes": return one(.outcomes(problems.texts(value, "outcomes")))
        case "closed": return problems.flag(value, "closed").map { one(.isClosed($0)) } ?? []
        default:
            guard let happening = Expectation.Happening(rawValue: member.key) else {
                let known = ScenarioReader.expectationKeys.joined(separator: ", ")
                problems.note(member.position, "then has no '\(member.key)'; it may have \(known)")
                return []
            }
            return one(.happened(happening, happenings(happening, value)))
        }
    }

    // MARK: Names

    private mutating func states(_ document: Document) -> [(state: Int, position: SourcePosition)] {
        problems.list(document).compactMap { element in
            guard let name = problems.text(element, "a state"), let state = state(name, at: element.position) else { return nil }
            return (state, element.position)
        }
    }

    private mutating func state(_ name: String, at position: SourcePosition) -> Int? {
        switch definition.state(named: name) {
        case .found(let index): return index
        case .unknown:
            if !isPending { problems.note(position, "no state '\(name)'") }
        case .ambiguous(let paths):
            if !isPending { problems.note(position, "'\(name)' could be \(paths.joined(separator: " or ")); write more of the path") }
        }
        return nil
    }

    mutating func readTask(_ document: Document?, _ what: String) -> String? {
        guard let document, let name = problems.text(document, what) else { return nil }
        guard definition.tasks.contains(where: { $0.name == name }) else {
            noteUnknown(document.position, "task", name, of: Set(definition.tasks.map(\.name)))
            return nil
        }
        return name
    }

    /// A question is the name of a task, or a mapping that says to whom it went and how.
    private mutating func questions(_ document: Document) -> [(question: Expectation.Question, position: SourcePosition)] {
        problems.list(document).compactMap { element in
            if case .scalar = element.content {
                return readTask(element, "a question").map {
                    (Expectation.Question(task: $0, to: nil, lane: nil, organisation: nil), element.position)
                }
            }
            let known: Set<String> = ["task", "to", "lane", "organisation"]
            guard let members = problems.members(element, of: "a question", known: known) else { return nil }
            guard let task = readTask(members["task"], "task") else {
                if members["task"] == nil { problems.note(element.position, "'task' is missing: what is asked") }
                return nil
            }
            let question = Expectation.Question(
                task: task, to: problems.text(members["to"], "to"), lane: problems.choice(members["lane"], "lane", as: Lane.self),
                organisation: problems.text(members["organisation"], "organisation"))
            return (question, element.position)
        }
    }

    // MARK: Values

    private mutating func dues(_ document: Document) -> [Expectation] {
        var expectations: [Expectation] = []
        for member in problems.mapping(document, of: "due") ?? [] {
            guard let state = state(member.key, at: member.position) else { continue }
            let moments = problems.texts(member.value, "due").compactMap { text in
                let moment = time.when(text)
                if moment == nil {
                    problems.note(member.value.position, "due should be a day as 2026-12-01 or \(LocalTime.form), not '\(text)'")
                }
                return moment
            }
            if definition.states[state].due.isEmpty {
                problems.note(member.position, "'\(definition.states[state].path)' has no term")
            }
            expectations.append(Expectation(kind: .isDue(state: state, moments), position: member.position))
        }
        return expectations
    }

    private mutating func facts(_ document: Document) -> [Expectation] {
        var expectations: [Expectation] = []
        for member in problems.mapping(document, of: "facts") ?? [] {
            guard let fact = definition.fact(named: member.key) else {
                noteUnknown(member.position, "fact", member.key, of: Set(definition.facts.map(\.name)))
                continue
            }
            let type = definition.facts[fact].type
            let json = member.value.json
            guard let value = json == .null ? .null : type.value(from: json) else {
                problems.note(member.value.position, "'\(member.key)' should be \(type.expectation)")
                continue
            }
            expectations.append(Expectation(kind: .fact(fact, value), position: member.position))
        }
        return expectations
    }

    /// What happened, in the words in which ``ScenarioRun`` tells it; notices are pairs of a role and what it is told.
    private mutating func happenings(_ happening: Expectation.Happening, _ document: Document) -> [String] {
        switch happening {
        case .fell: return states(document).map { definition.states[$0.state].path }
        case .noted, .escalated, .reminded, .alarms: return problems.texts(document, happening.rawValue)
        case .notified:
            return problems.list(document).flatMap { element in
                (problems.mapping(element, of: "each of notified") ?? []).flatMap { pair in
                    problems.texts(pair.value, "notified").map { "\(pair.key): \($0)" }
                }
            }
        }
    }
}
