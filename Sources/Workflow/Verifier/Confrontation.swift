// SPDX-License-Identifier: EUPL-1.2

/// Plays a course of a slice in the workflow whole and finds where the two part.
struct Confrontation {
    let graph: StateGraph
    let whole: Definition

    /// What the surroundings of a slice do in a step and the workflow whole does not, with what shows the difference.
    enum Obstacle {
        /// They answer that something holds or does not, and in the workflow it is otherwise.
        case answer(Expression, Bool, Surroundings.Subject)
        /// They raise an event.
        case word(regions: Set<Int>)
        /// They await an event.
        case listener(regions: Set<Int>)
        /// It cannot be told what it is.
        case unknown

        var subject: Surroundings.Subject {
            switch self {
            case .answer(_, _, let subject): subject
            case .word(let regions), .listener(let regions): Surroundings.Subject(regions: regions)
            case .unknown: Surroundings.Subject()
            }
        }
    }

    /// What stands in the way of the course; nil where it is one of the workflow whole.
    func obstacle(to course: Course) -> Obstacle? {
        var replay = Replay(in: whole)
        for (number, stimulus) in course.stimuli.enumerated() {
            let isPlayed = replay.play(stimulus)
            if let target = course.states[number] {
                if isPlayed, let state = replay.states.last, agrees(state, with: target) { continue }
            } else if replay.isFault {
                return nil
            }
            return obstacle(toStep: number, of: course, isAwaited: isPlayed, in: replay.states.last)
        }
        guard let step = course.openStep, let state = replay.states.last else { return nil }
        let event = graph.stimuli.all[step.edge.label.stimulus].event
        if graph.slice.surroundings.decideOn(event, in: graph.caseState(step.from).configuration) {
            return .listener(regions: graph.slice.surroundings.listeners[event]?.regions ?? [])
        }
        return obstacle(among: graph.outcomes(over: step.edge, from: step.from).flatMap(\.influences), in: state)
    }

    func agrees(_ state: CaseState, with number: Int) -> Bool { graph.layout.agrees(state, with: graph.states[number]) }

    /// - Parameters:
    ///   - isAwaited: whether the workflow whole takes the step.
    ///   - state: the case of the workflow whole after the step, or before it where it is refused; nil where there is none.
    func obstacle(toStep number: Int, of course: Course, isAwaited: Bool, in state: CaseState?) -> Obstacle {
        let stimulus = course.stimuli[number]
        if !isAwaited, let listeners = graph.slice.surroundings.listeners[stimulus.event] { return .listener(regions: listeners.regions) }
        guard let state else { return .unknown }
        let before = number == 0 ? nil : course.states[number - 1].map(graph.caseState)
        let outcomes = graph.slice.outcomes(of: stimulus, in: before).filter { outcome in
            guard let target = course.states[number] else { return true }
            guard case .success(let step) = outcome.result else { return false }
            return agrees(step.state, with: target)
        }
        return obstacle(among: outcomes.flatMap(\.influences), in: state)
    }

    /// The first of the surroundings' influences that is not as it is in the workflow whole.
    private func obstacle(among influences: [Outside.Influence], in state: CaseState) -> Obstacle {
        let surroundings = graph.slice.surroundings
        var suspects: [Obstacle] = []
        for influence in influences {
            switch influence {
            case .word(let number): suspects.insert(.word(regions: Set(surroundings.words[number].sites.map(\.region))), at: 0)
            case .answer(let number, let isYes):
                let question = surroundings.questions[number]
                if let part = question.wrongPart(answered: isYes, in: state) {
                    return .answer(part.expression, isYes, part.subject)
                }
                suspects.append(.answer(question.parts[0].expression, isYes, question.parts[0].subject))
            }
        }
        return suspects.first ?? .unknown
    }
}

extension Surroundings.Question {
    /// A part because of which the answer is wrong; nil where it is right.
    fileprivate func wrongPart(answered isYes: Bool, in state: CaseState) -> Surroundings.Part? {
        let values = parts.map { $0.expression.holds(in: state) }
        let isTrue = isConjunction ? values.allSatisfy { $0 } : values.contains(true)
        guard isTrue != isYes else { return nil }
        return zip(parts, values).first { $0.1 != isYes }?.0
    }
}

extension Expression {
    /// The value of a condition that reads nothing but what is active and the facts.
    func holds(in state: CaseState) -> Bool {
        let scope = GuardScope(facts: state.facts, now: .verification, activeStates: state.configuration)
        return Guard(source: "", type: .bool, expression: self, localCount: 0).outcome(in: scope) == .bool(true)
    }
}
