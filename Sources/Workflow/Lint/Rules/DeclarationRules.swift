// SPDX-License-Identifier: EUPL-1.2

// Declarations that nothing uses. Each is either a slip, where the use was meant to be there, or noise.

extension LintRule {
    static let unusedFact = LintRule("unused-fact", "a fact that no guard reads") { subject in
        var reads = GuardReads(subject.guards.filter { $0.setsFact == nil }.map(\.expression))
        // A fact that is only read to give itself its next value is not read.
        for place in subject.guards {
            guard let fact = place.setsFact else { continue }
            let own = GuardReads(place.expression)
            if own.facts.subtracting([fact]).isEmpty { continue }
            reads.formUnion(own)
        }
        let properties = subject.text.root["properties"]?.allTexts ?? []
        return subject.definition.facts.enumerated().compactMap { index, fact in
            guard !reads.facts.contains(index), index != subject.definition.safetySight,
                !properties.contains(where: { $0.mentions("facts.\(fact.name)") })
            else { return nil }
            return Remark(fact.position, "no guard reads '\(fact.name)'; remove it, or write the rule that needs it")
        }
    }

    static let unusedTask = LintRule("unused-task", "a question that no state asks") { subject in
        let used = Set(subject.definition.states.compactMap(\.task))
        return subject.definition.tasks.enumerated().filter { !used.contains($0.offset) }.map {
            Remark($0.element.position, "no state has 'task: \($0.element.name)'; remove it, or write the state that asks it")
        }
    }

    static let unusedSource = LintRule("unused-source", "a source that no rule rests on") { subject in
        let used = Set(subject.text.root.values(of: "source").compactMap(\.text))
        return subject.text.declarations("sources").filter { !used.contains($0.key) }.map {
            Remark($0.position, "nothing rests on '\($0.key)'; remove it, or name it at the rule that does")
        }
    }
}

extension Document {
    /// The values of all members of this name, at any depth.
    fileprivate func values(of key: String) -> [Document] {
        switch content {
        case .scalar: []
        case .sequence(let elements): elements.flatMap { $0.values(of: key) }
        case .mapping(let members): members.flatMap { ($0.key == key ? [$0.value] : []) + $0.value.values(of: key) }
        }
    }

    fileprivate var allTexts: [String] {
        switch content {
        case .scalar(let text, _): [text]
        case .sequence(let elements): elements.flatMap(\.allTexts)
        case .mapping(let members): members.flatMap(\.value.allTexts)
        }
    }
}

extension String {
    /// Whether the name stands in this expression as a whole word.
    fileprivate func mentions(_ name: String) -> Bool {
        ranges(of: name).contains { range in
            guard range.upperBound < endIndex else { return true }
            let next = self[range.upperBound]
            return !next.isLetter && !next.isNumber && next != "_"
        }
    }
}
