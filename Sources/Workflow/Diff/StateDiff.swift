// SPDX-License-Identifier: EUPL-1.2

/// Compares two charts: finds the states that are the same, also where they were renamed or moved, then what is different in them.
struct StateDiff {
    private let old: Definition
    private let new: Definition
    /// States of the new chart by those of the old one.
    private var same: [Int: Int] = [:]

    init(old: Definition, new: Definition) {
        self.old = old
        self.new = new
        matchPaths()
        matchSignatures()
    }

    var changes: [WorkflowDiff.Change] {
        var changes: [(order: Int, change: WorkflowDiff.Change)] = []
        for state in new.states {
            if let before = same.first(where: { $0.value == state.index })?.key {
                if let change = change(from: old.states[before], to: state) { changes.append((state.index, change)) }
            } else {
                changes.append((state.index, added(state)))
            }
        }
        for state in old.states where same[state.index] == nil {
            changes.append((place(ofGone: state), make(.gone, state, in: old, subject: state.path, details: [])))
        }
        return changes.sorted { $0.order < $1.order }.map(\.change)
    }

    // MARK: Which states are the same

    private mutating func matchPaths() {
        for state in old.states {
            if let other = new.state(at: state.path) { same[state.index] = other.index }
        }
    }

    /// States that are left over on both sides are the same where exactly one is recognisable as the other. With a state go the states
    /// below it that kept their names.
    private mutating func matchSignatures() {
        for state in old.states where same[state.index] == nil {
            let description = describe(state, in: old)
            guard description.isTelling else { continue }
            let candidates = unmatched(new, Set(same.values)).filter { describe($0, in: new).signature == description.signature }
            let rivals = unmatched(old, Set(same.keys)).filter { describe($0, in: old).signature == description.signature }
            guard rivals.count == 1, candidates.count == 1, let other = candidates.first else { continue }
            same[state.index] = other.index
            matchBelow(state, other)
        }
    }

    private mutating func matchBelow(_ state: State, _ other: State) {
        for child in state.children where same[child] == nil {
            guard let match = other.children.first(where: { new.states[$0].name == old.states[child].name && !same.values.contains($0) })
            else { continue }
            same[child] = match
            matchBelow(old.states[child], new.states[match])
        }
    }

    private func unmatched(_ definition: Definition, _ matched: Set<Int>) -> [State] {
        definition.states.filter { !matched.contains($0.index) }
    }

    private func describe(_ state: State, in definition: Definition) -> StateDescription {
        StateDescription(state, in: definition) { definition.states[$0].path }
    }

    // MARK: What is different

    private func change(from before: State, to state: State) -> WorkflowDiff.Change? {
        let earlier = StateDescription(before, in: old) { self.same[$0].map { new.states[$0].path } ?? old.states[$0].path }
        let now = describe(state, in: new)
        let details = attributes(earlier, now) + rules(earlier, now)
        if before.path != state.path, !isCarriedAlong(before, state) {
            let kind: WorkflowDiff.Kind = before.name == state.name ? .moved : .renamed
            return make(kind, state, in: new, subject: "\(before.path) → \(state.path)", details: details)
        }
        return details.isEmpty ? nil : make(.changed, state, in: new, subject: state.path, details: details)
    }

    /// Whether the path is another only because a state above has another name; that one tells it.
    private func isCarriedAlong(_ before: State, _ state: State) -> Bool {
        guard let parent = before.parent, let newParent = state.parent else { return false }
        return before.name == state.name && same[parent] == newParent
    }

    private func attributes(_ earlier: StateDescription, _ now: StateDescription) -> [WorkflowDiff.Detail] {
        var details: [WorkflowDiff.Detail] = []
        for (what, value) in earlier.attributes {
            let other = now.attributes.first { $0.what == what }?.value
            if other != value { details.append(.init(what: what, old: value, new: other)) }
        }
        for (what, value) in now.attributes where !earlier.attributes.contains(where: { $0.what == what }) {
            details.append(.init(what: what, old: nil, new: value))
        }
        return details
    }

    /// Compares rules heading by heading, because the order of rules means something only among those of one heading.
    private func rules(_ earlier: StateDescription, _ now: StateDescription) -> [WorkflowDiff.Detail] {
        var headings: [String] = []
        for rule in now.rules + earlier.rules where !headings.contains(rule.heading) { headings.append(rule.heading) }
        return headings.flatMap { heading in
            rules(heading, earlier.rules.filter { $0.heading == heading }, now.rules.filter { $0.heading == heading })
        }
    }

    private func rules(
        _ heading: String, _ earlier: [StateDescription.Rule], _ now: [StateDescription.Rule]
    ) -> [WorkflowDiff.Detail] {
        guard earlier != now else { return [] }
        var gone = earlier
        var added = now
        for rule in now {
            guard let equal = gone.firstIndex(of: rule), let own = added.firstIndex(of: rule) else { continue }
            gone.remove(at: equal)
            added.remove(at: own)
        }
        if gone.isEmpty, added.isEmpty {
            return [.init(what: "order of \(heading)", old: order(earlier), new: order(now))]
        }
        var details: [WorkflowDiff.Detail] = []
        for rule in gone {
            // The one that it has become keeps its guard, else its target, else its place.
            let successor = added.firstIndex { $0["guard"] == rule["guard"] } ?? added.firstIndex { $0["target"] == rule["target"] }
            if let successor = successor ?? (gone.count == added.count ? added.indices.first : nil) {
                details += parts(heading, rule, added.remove(at: successor))
            } else {
                details.append(.init(what: heading, old: rule.inWords, new: nil))
            }
        }
        return details + added.map { .init(what: heading, old: nil, new: $0.inWords) }
    }

    private func order(_ rules: [StateDescription.Rule]) -> String {
        rules.map { $0["guard"] ?? "else" }.joined(separator: " | ")
    }

    private func parts(_ heading: String, _ before: StateDescription.Rule, _ now: StateDescription.Rule) -> [WorkflowDiff.Detail] {
        let place = now["guard"].map { "\(heading) if \($0)" } ?? heading
        let whats = now.parts.map(\.what) + before.parts.map(\.what).filter { what in now[what] == nil }
        return whats.filter { before[$0] != now[$0] }.map { .init(what: "\(place): \($0)", old: before[$0], new: now[$0]) }
    }

    // MARK: Telling it

    private func added(_ state: State) -> WorkflowDiff.Change {
        let description = describe(state, in: new)
        let details =
            description.attributes.map { WorkflowDiff.Detail(what: $0.what, old: nil, new: $0.value) }
            + description.rules.map { WorkflowDiff.Detail(what: $0.heading, old: nil, new: $0.inWords) }
        return make(.added, state, in: new, subject: state.path, details: details)
    }

    private func make(
        _ kind: WorkflowDiff.Kind, _ state: State, in definition: Definition, subject: String, details: [WorkflowDiff.Detail]
    ) -> WorkflowDiff.Change {
        let section = definition.region(of: state.index).map { definition.states[$0].path } ?? "chart"
        return WorkflowDiff.Change(
            section: section, kind: kind, subject: state.index == 0 ? "the whole" : "state \(subject)", details: details)
    }

    /// A state that is gone is told where it stood: after the nearest state before it that is still there.
    private func place(ofGone state: State) -> Int {
        (0..<state.index).reversed().lazy.compactMap { same[$0] }.first ?? 0
    }
}
