// SPDX-License-Identifier: EUPL-1.2

import Values

extension ScenarioRun {
    /// Compares one expectation with where the case stands now.
    mutating func check(_ expectation: Expectation) {
        // A refused report leaves no case behind; that it was refused is checked already.
        guard let state else {
            return differ(expectation.position, "case", expected: ["a case"], actual: ["none: the report was refused"])
        }
        let position = expectation.position
        switch expectation.kind {
        case .isIn(let index):
            guard !state.configuration.contains(index) else { return }
            differ(position, "in", expected: [definition.states[index].path], actual: activePaths(beside: index, in: state))
        case .isNotIn(let index):
            guard state.configuration.contains(index) else { return }
            differ(position, "not in", expected: [], actual: activePaths(beside: index, in: state))
        case .isAsked(let question):
            guard !open(state).contains(where: question.describes) else { return }
            differ(position, "asked", expected: [question.description], actual: open(state).map(question.inTheSameWords))
        case .isNotAsked(let task):
            let found = open(state).filter { $0.task == task }
            if !found.isEmpty { differ(position, "not asked", expected: [], actual: found.map { Expectation.Question($0).description }) }
        case .areAsked(let questions): checkAll(questions, state, position)
        case .isDue(let index, let moments): check(moments, of: index, state, position)
        case .isNotDue(let index):
            let dues = dues(of: index, state)
            if !dues.isEmpty { differ(position, "not due", expected: [], actual: dues.map(time.text)) }
        case .fact(let fact, let value):
            let name = definition.facts[fact].name
            if state.facts[fact] != value {
                differ(position, "facts", expected: ["\(name): \(value.json.text)"], actual: ["\(name): \(state.facts[fact].json.text)"])
            }
        case .outcomes(let outcomes): compare(position, "outcomes", outcomes.sorted(), state.outcomes.values.sorted())
        case .isClosed(let isClosed): compare(position, "closed", ["\(isClosed)"], ["\(state.isClosed)"])
        case .happened(let happening, let expected): compare(position, happening.rawValue, expected, happened[happening] ?? [])
        }
    }

    private mutating func compare(_ position: SourcePosition, _ what: String, _ expected: [String], _ actual: [String]) {
        if expected != actual { differ(position, what, expected: expected, actual: actual) }
    }

    // MARK: States

    /// Where the case is in the track of the given state; everywhere, where there are no tracks.
    private func activePaths(beside index: Int, in state: CaseState) -> [String] {
        let region = definition.states[0].kind == .parallel ? definition.region(of: index) : nil
        return state.configuration
            .filter { definition.states[$0].isAtomic && (region == nil || definition.region(of: $0) == region) }
            .map { definition.states[$0].path }
    }

    // MARK: Questions

    private func open(_ state: CaseState) -> [Effect.AssignmentRequest] { state.assignments.compactMap { asked[$0.number] } }

    /// Takes away pairs of an expected and an open question; what is left on either side is the difference.
    private mutating func checkAll(_ questions: [Expectation.Question], _ state: CaseState, _ position: SourcePosition) {
        var rest = open(state)
        var missing: [String] = []
        for question in questions {
            if let found = rest.firstIndex(where: question.describes) {
                rest.remove(at: found)
            } else {
                missing.append(question.description)
            }
        }
        if !missing.isEmpty || !rest.isEmpty {
            differ(position, "asked only", expected: missing, actual: rest.map { Expectation.Question($0).description })
        }
    }

    // MARK: Terms

    private func dues(of index: Int, _ state: CaseState) -> [Instant] {
        state.deadlines.filter { $0.state == index }.sorted { $0.index < $1.index }.map(\.due)
    }

    private mutating func check(_ moments: [Expectation.When], of index: Int, _ state: CaseState, _ position: SourcePosition) {
        let actual = dues(of: index, state)
        let isMet =
            moments.count == actual.count
            && zip(moments, actual).allSatisfy { moment, due in
                switch moment {
                case .day(let day): time.civil(due).date == day
                case .instant(let instant): due == instant
                }
            }
        guard !isMet else { return }
        let path = definition.states[index].path
        let expected = moments.map { moment in
            switch moment {
            case .day(let day): "\(path): \(day)"
            case .instant(let instant): "\(path): \(time.text(instant))"
            }
        }
        differ(position, "due", expected: expected, actual: actual.map { "\(path): \(time.text($0))" })
    }
}
