// SPDX-License-Identifier: EUPL-1.2

/// Compares what two texts declare outside their charts: the head, sources, facts, the report, events, tasks, properties.
///
/// It works on the documents, so that a key that a later version of the language adds is compared as well.
struct DeclarationDiff {
    let old: Document
    let new: Document

    enum Place {
        case states, end
    }

    /// Sections whose members have names of their own, with the word for one member; where they stand among the changes.
    private static let named: [(key: String, word: String, before: Place)] = [
        ("sources", "source", .states), ("facts", "fact", .states), ("report", "report field", .states), ("events", "event", .states),
        ("tasks", "task", .states), ("properties", "property", .end),
    ]
    /// Members of the document that the chart is made of; ``StateDiff`` compares them.
    private static let chart: Set<String> = ["type", "initial", "states", "on", "always", "onDone", "entry", "exit"]

    func changes(before place: Place) -> [WorkflowDiff.Change] {
        var changes = place == .states ? head : []
        for section in DeclarationDiff.named where section.before == place {
            changes += self.changes(in: section.key, word: section.word)
        }
        return changes
    }

    /// Single values at the top: the version, the title, the calendar.
    private var head: [WorkflowDiff.Change] {
        let apart = Set(DeclarationDiff.named.map(\.key)).union(DeclarationDiff.chart)
        func values(_ document: Document) -> [(String, String)] {
            (document.members ?? []).filter { !apart.contains($0.key) }.flatMap { DeclarationDiff.flat($0.value, $0.key) }
        }
        let details = DeclarationDiff.details(old: values(old), new: values(new))
        return details.isEmpty ? [] : [WorkflowDiff.Change(section: "head", kind: .changed, subject: "workflow", details: details)]
    }

    private func changes(in key: String, word: String) -> [WorkflowDiff.Change] {
        let before = DeclarationDiff.entries(old, key)
        let after = DeclarationDiff.entries(new, key)
        func change(_ kind: WorkflowDiff.Kind, _ name: String, _ details: [WorkflowDiff.Detail]) -> WorkflowDiff.Change {
            WorkflowDiff.Change(section: key, kind: kind, subject: "\(word) \(name)", details: details)
        }
        var changes = before.filter { entry in !after.contains { $0.name == entry.name } }.map { change(.gone, $0.name, []) }
        for entry in after {
            let values = DeclarationDiff.flat(entry.value, "")
            guard let earlier = before.first(where: { $0.name == entry.name }) else {
                changes.append(change(.added, entry.name, values.map { .init(what: $0.0, old: nil, new: $0.1) }))
                continue
            }
            let details = DeclarationDiff.details(old: DeclarationDiff.flat(earlier.value, ""), new: values)
            if !details.isEmpty { changes.append(change(.changed, entry.name, details)) }
        }
        return changes
    }

    // MARK: Documents as lists of values

    /// The members of a section; those of a list are named by their `id`.
    private static func entries(_ document: Document, _ key: String) -> [(name: String, value: Document)] {
        guard let section = document.members?.first(where: { $0.key == key })?.value else { return [] }
        switch section.content {
        case .mapping(let members): return members.map { ($0.key, $0.value) }
        case .sequence(let elements):
            return elements.enumerated().map { number, element in
                (element.members.flatMap { DeclarationDiff.text($0, "id") } ?? "\(number + 1)", element)
            }
        case .scalar: return []
        }
    }

    /// Every single value with the way to it. A list of one is as good as the value itself; members of a list of mappings are named
    /// by what tells them apart, else by their number.
    private static func flat(_ document: Document, _ path: String) -> [(String, String)] {
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch document.content {
        case .scalar(let text, _): return [(path.isEmpty ? "text" : path, TransitionWords.oneLine(text))]
        case .mapping(let members): return members.flatMap { flat($0.value, below($0.key)) }
        case .sequence(let elements):
            let scalars = elements.compactMap { element in
                if case .scalar(let text, _) = element.content { text } else { nil }
            }
            if scalars.count == elements.count { return [(path, scalars.joined(separator: ", "))] }
            return elements.enumerated().flatMap { number, element in
                let name = element.members.flatMap { text($0, "else") ?? text($0, "id") } ?? "\(number + 1)"
                return flat(element, "\(path)[\(name)]")
            }
        }
    }

    private static func text(_ members: [Document.Member], _ key: String) -> String? {
        guard case .scalar(let text, _) = members.first(where: { $0.key == key })?.value.content else { return nil }
        return text
    }

    private static func details(old: [(String, String)], new: [(String, String)]) -> [WorkflowDiff.Detail] {
        var details: [WorkflowDiff.Detail] = []
        for (what, value) in old {
            let now = new.first { $0.0 == what }?.1
            if now != value { details.append(.init(what: what, old: value, new: now)) }
        }
        for (what, value) in new where !old.contains(where: { $0.0 == what }) {
            details.append(.init(what: what, old: nil, new: value))
        }
        return details
    }
}
