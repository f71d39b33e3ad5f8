// SPDX-License-Identifier: EUPL-1.2

import Values

extension DefinitionReader {
    mutating func readActions(_ document: Document?, of node: StateNode, fields: [FieldDeclaration] = []) -> [Action] {
        var actions: [Action] = []
        for element in problems.list(document) {
            for member in problems.mapping(element, of: "an action") ?? [] {
                actions += readAction(member, of: node, fields: fields)
            }
        }
        return actions
    }

    private mutating func readAction(_ member: Document.Member, of node: StateNode, fields: [FieldDeclaration]) -> [Action] {
        switch member.key {
        case "raise": return readRaise(member)
        case "set": return readAssignments(member.value, fields: fields).map { .set(fact: $0.fact, value: $0.value) }
        case "escalate": return problems.texts(member.value, "escalate").map { .escalate(to: $0) }
        case "remind": return problems.texts(member.value, "remind").map { .remind(to: $0) }
        case "note": return problems.text(member.value, "note").map { [.note($0)] } ?? []
        case "alarm": return problems.text(member.value, "alarm").map { [.alarm($0)] } ?? []
        case "notify": return readNotify(member)
        default:
            problems.note(
                member.position, "no action '\(member.key)'; there is raise, set, escalate, remind, note, notify and alarm")
            return []
        }
    }

    private mutating func readRaise(_ member: Document.Member) -> [Action] {
        guard let name = problems.text(member.value, "raise") else { return [] }
        guard let event = parts.events[name] else {
            problems.note(member.value.position, "no event '\(name)' is declared under 'events'")
            return []
        }
        // What an outsider may send is told to the case by him alone; a workflow that could say it would decide in his name.
        if !event.isInternal, event.from != nil {
            problems.note(member.value.position, "'\(name)' comes from outside; only an internal event can be raised")
        }
        return [.raise(name)]
    }

    private mutating func readNotify(_ member: Document.Member) -> [Action] {
        guard let members = problems.members(member.value, of: "notify", known: ["to", "what"]) else { return [] }
        guard let what = problems.text(members["what"], "what") else {
            problems.note(member.position, "'what' is missing: the code of the notice")
            return []
        }
        let roles = problems.texts(members["to"], "to")
        if roles.isEmpty { problems.note(member.position, "'to' is missing: who is told") }
        return roles.map { .notify(role: $0, what: what) }
    }

    // MARK: Guards

    /// Compiles an expression that may read the facts, the report, the clock, and the given fields of the event's data.
    mutating func compile(
        _ document: Document?, at position: SourcePosition, fields: [FieldDeclaration], expecting type: GuardType?
    ) -> Guard? {
        compile(document, at: position, data: .record(fields.map { ($0.name, $0.type.guardType) }), expecting: type)
    }

    /// As above, where `data` has the given type.
    mutating func compile(
        _ document: Document?, at position: SourcePosition, data: GuardType, expecting type: GuardType?
    ) -> Guard? {
        guard let document else {
            problems.note(position, "an expression is missing")
            return nil
        }
        // A bare `true` or `3` in YAML is an expression too.
        guard case .scalar(let text, _) = document.content else {
            problems.note(document.position, "an expression should stand here")
            return nil
        }
        do {
            return try Guard.compile(text, in: environment(data: data), expecting: type)
        } catch {
            problems.note(document.position, "'\(text)': \(error)")
            return nil
        }
    }

    private func environment(data: GuardType) -> GuardEnvironment {
        let report: GuardType =
            parts.declaresReport
            ? .record(
                parts.report.filter { !$0.type.isPersonalContent }.map { ($0.name, $0.type.guardType) } + [("receivedAt", .timestamp)])
            : .dyn
        let tree = tree
        return GuardEnvironment(
            facts: .record(parts.facts.map { ($0.name, $0.type.guardType) }),
            data: data,
            report: report,
            resolveState: { name in
                switch tree.resolve(name) {
                case .found(let index): .found(index)
                case .unknown: .unknown
                case .ambiguous(let paths): .ambiguous(paths)
                }
            })
    }
}
