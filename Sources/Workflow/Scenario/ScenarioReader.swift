// SPDX-License-Identifier: EUPL-1.2

import Values

extension Scenario {
    /// Reads a scenario against the definition that it is about.
    ///
    /// - Throws: everything that is wrong, at once, each with line and column: unknown keys, states, tasks, events, facts and roles,
    ///   values that a fact cannot have, moments out of order. A pending scenario may name what does not exist yet.
    public static func load(_ text: String, file: String, definition: Definition) throws(DefinitionError) -> Scenario {
        let document = try DefinitionError.parse(text, file: file)
        var reader = ScenarioReader(definition: definition)
        let scenario = reader.read(document, file: file)
        guard let scenario, reader.problems.problems.isEmpty else {
            throw DefinitionError(file: file, problems: reader.problems.problems.sorted { $0.position < $1.position })
        }
        return scenario
    }
}

/// Turns a document into a scenario: the moments one after another, with the clock that they move.
struct ScenarioReader {
    let definition: Definition
    let time: LocalTime
    var problems = ProblemList()
    /// Names are not held to the definition in a scenario that waits for it to grow.
    private(set) var isPending = false
    private var clock: Instant?

    private static let keys: Set<String> = ["scenario", "about", "workflow", "pending", "report", "course"]
    private static let reportKeys: Set<String> = ["at", "with", "refused", "then"]
    private static let momentKeys: Set<String> = ["at", "after", "with", "answering", "refused", "then"]
    private static let says = " says"

    init(definition: Definition) {
        self.definition = definition
        time = LocalTime(calendar: definition.calendar)
    }

    mutating func read(_ document: Document, file: String) -> Scenario? {
        guard let members = problems.members(document, of: "a scenario", known: ScenarioReader.keys) else { return nil }
        guard let title = problems.text(members["scenario"], "scenario") else {
            if members["scenario"] == nil { problems.note(document.position, "'scenario' is missing: what it is about, in a few words") }
            return nil
        }
        _ = problems.text(members["about"], "about")
        let reason = problems.text(members["pending"], "pending")
        isPending = members["pending"] != nil
        var moments: [Scenario.Moment] = []
        if let report = members["report"] {
            if let moment = readReport(report) { moments.append(moment) }
        } else if !isPending {
            problems.note(document.position, "'report' is missing: when a report was received and what it says")
        }
        for element in problems.list(members["course"]) {
            if let moment = readMoment(element) { moments.append(moment) }
        }
        if let reason { return Scenario(title: title, file: file, content: .pending(reason: reason)) }
        if problems.problems.isEmpty, moments.allSatisfy({ $0.expectations.isEmpty && $0.refusal == nil }) {
            problems.note(document.position, "a scenario that expects nothing cannot fail; add 'then' or 'refused' to a moment")
        }
        return Scenario(title: title, file: file, content: .course(moments))
    }

    private mutating func readReport(_ document: Document) -> Scenario.Moment? {
        guard let members = problems.members(document, of: "a report", known: ScenarioReader.reportKeys) else { return nil }
        guard let at = members["at"] else {
            problems.note(document.position, "'at' is missing: when the report was received")
            return nil
        }
        guard let instant = readInstant(at) else { return nil }
        clock = instant
        return Scenario.Moment(
            at: instant, occurrence: .report(readData(members["with"])), refusal: readRefusal(members["refused"]),
            expectations: readExpectations(members["then"]), position: document.position)
    }

    private mutating func readMoment(_ document: Document) -> Scenario.Moment? {
        guard let all = problems.mapping(document, of: "a moment") else { return nil }
        let sayings = all.filter { $0.key.hasSuffix(ScenarioReader.says) }
        var members: [String: Document] = [:]
        for member in all where !member.key.hasSuffix(ScenarioReader.says) {
            if !ScenarioReader.momentKeys.contains(member.key) {
                let known = ScenarioReader.momentKeys.sorted().joined(separator: ", ")
                problems.note(member.position, "a moment has no '\(member.key)'; it may have ROLE says, \(known)")
            }
            members[member.key] = member.value
        }
        for extra in sayings.dropFirst() { problems.note(extra.position, "one says something at a time; write a second moment") }
        if sayings.isEmpty {
            for key in ["with", "answering", "refused"] {
                if let stray = members[key] { problems.note(stray.position, "'\(key)' goes with ROLE says: EVENT") }
            }
            if members["at"] == nil, members["after"] == nil {
                problems.note(document.position, "a moment says when it is, or who says what")
            }
        }
        let at = readClock(members, at: document.position)
        let occurrence = sayings.first.flatMap { readSaying($0, members) } ?? .timePasses
        let refusal = readRefusal(members["refused"])
        let expectations = readExpectations(members["then"])
        guard let at else { return nil }
        return Scenario.Moment(
            at: at, occurrence: occurrence, refusal: refusal, expectations: expectations, position: document.position)
    }

    private mutating func readSaying(_ saying: Document.Member, _ members: [String: Document]) -> Scenario.Occurrence? {
        let role = String(saying.key.dropLast(ScenarioReader.says.count))
        guard let name = problems.text(saying.value, saying.key) else { return nil }
        // Whoever is refused for what he is may be anybody, and say anything.
        if members["refused"] == nil {
            if !definition.roles.isEmpty, !definition.roles.contains(role) {
                noteUnknown(saying.position, "role", role, of: definition.roles)
            }
            if definition.events[name].map(\.isInternal) ?? true {
                let sendable = definition.events.values.filter { !$0.isInternal }.map(\.name)
                noteUnknown(saying.value.position, "event that can be sent", name, of: Set(sendable))
            }
        }
        return .message(name: name, sender: role, data: readData(members["with"]), answering: readTask(members["answering"], "answering"))
    }

    private mutating func readData(_ document: Document?) -> JSON {
        guard let document, problems.mapping(document, of: "with") != nil, !document.isNull else { return .object([:]) }
        return document.json
    }

    private mutating func readRefusal(_ document: Document?) -> Scenario.Refusal? {
        guard let document, let code = problems.text(document, "refused") else { return nil }
        return Scenario.Refusal(code: code, position: document.position)
    }

    // MARK: The clock

    /// Moves the clock to where a moment says it is.
    private mutating func readClock(_ members: [String: Document], at position: SourcePosition) -> Instant? {
        if let after = members["after"], members["at"] != nil {
            problems.note(after.position, "a moment is 'at' a time or 'after' a while, not both")
        }
        guard let before = clock else { return nil }
        if let at = members["at"] {
            guard let instant = readInstant(at) else { return nil }
            guard instant >= before else {
                problems.note(at.position, "this lies before \(time.text(before)), at which the course has arrived")
                return nil
            }
            clock = instant
        } else if let after = members["after"], let term = problems.term(after, "after") {
            do {
                guard let instant = try time.instant(term, after: before) else {
                    problems.note(after.position, "a while in \(term.unit.rawValue) needs the workflow to name its 'calendar'")
                    return nil
                }
                clock = instant
            } catch {
                problems.note(after.position, "\(error)")
                return nil
            }
        }
        return clock
    }

    private mutating func readInstant(_ document: Document) -> Instant? {
        guard let text = problems.text(document, "at") else { return nil }
        guard let instant = time.instant(text) else {
            problems.note(document.position, "at should be \(LocalTime.form); a weekday must be the date's own")
            return nil
        }
        return instant
    }

    mutating func noteUnknown(_ position: SourcePosition, _ kind: String, _ name: String, of known: Set<String>) {
        guard !isPending else { return }
        problems.note(position, "no \(kind) '\(name)'; there is \(known.sorted().joined(separator: ", "))")
    }
}
