// SPDX-License-Identifier: EUPL-1.2

/// Makes a course of a slice into one of the workflow whole: where the surroundings have a say, it looks for a way in which the
/// regions outside come to say so, with those inside standing still.
///
/// What is found is a course of the workflow like any other, though not always the shortest. That nothing is found shows nothing.
struct Detour {
    private let confrontation: Confrontation
    private let whole: Slice
    private let stimuli: StimulusList
    private let layout: StateLayout

    /// Steps that one search tries. A way that is not found soon is left to a larger slice.
    private static let stepsMax = 5_000

    init(graph: StateGraph, whole: WholeWorkflow) {
        confrontation = Confrontation(graph: graph, whole: whole.slice.definition)
        self.whole = whole.slice
        stimuli = whole.stimuli
        layout = whole.layout
    }

    /// The course with its detours; nil where none is found.
    func course(along course: Course) -> [Stimulus]? {
        guard course.openStep == nil, let first = course.stimuli.first, let start = play(first, nil), let begin = course.states[0],
            confrontation.agrees(start, with: begin)
        else { return nil }
        var way = Way(stimuli: [first], state: start)
        for number in course.stimuli.indices.dropFirst() {
            guard let target = course.states[number], let next = way.following(number, of: course, target, self) else { return nil }
            way = next
        }
        return way.stimuli
    }

    /// A way gone so far.
    private struct Way {
        var stimuli: [Stimulus]
        var state: CaseState

        func then(_ stimulus: Stimulus, _ state: CaseState) -> Way { Way(stimuli: stimuli + [stimulus], state: state) }

        /// The way with one step of a course more, and with what makes that step possible.
        func following(_ number: Int, of course: Course, _ target: Int, _ detour: Detour) -> Way? {
            var way = self
            // Each round mends one thing that is in the way.
            for _ in 0...detour.whole.definition.states[0].children.count {
                if let done = detour.step(course.stimuli[number], way, target) { return done }
                let after = detour.play(course.stimuli[number], way.state)
                let obstacle = detour.confrontation.obstacle(
                    toStep: number, of: course, isAwaited: after != nil, in: after ?? way.state)
                guard let before = course.states[number - 1] else { return nil }
                switch detour.search(from: way, around: obstacle, before: before, course.stimuli[number], target) {
                case .arrived(let there): return there
                case .mended(let there): way = there
                case .stuck: return nil
                }
            }
            return nil
        }
    }

    private enum Search {
        /// The step of the course is done.
        case arrived(Way)
        /// What was in the way is no longer.
        case mended(Way)
        case stuck
    }

    private func step(_ stimulus: Stimulus, _ way: Way, _ target: Int) -> Way? {
        if case .elsewhere = stimulus.kind { return confrontation.agrees(way.state, with: target) ? way : nil }
        guard let state = play(stimulus, way.state), confrontation.agrees(state, with: target) else { return nil }
        return way.then(stimulus, state)
    }

    private func play(_ stimulus: Stimulus, _ state: CaseState?) -> CaseState? {
        try? whole.outcomes(of: stimulus, in: state).first?.result.get().state
    }

    /// Breadth first over what is sent to the regions outside that are in the way, and then to all of them.
    private func search(
        from way: Way, around obstacle: Confrontation.Obstacle, before: Int, _ stimulus: Stimulus, _ target: Int
    ) -> Search {
        let outside = Set(0..<whole.definition.states.count).subtracting(confrontation.graph.slice.cone.regions)
        let writing = obstacle.subject.facts.reduce(into: Set<Int>()) { $0.formUnion(whole.definition.writers(of: $1)) }
        for regions in [obstacle.subject.regions.union(writing), outside] {
            let found = search(from: way, in: heard(in: regions), obstacle, before: before, stimulus, target)
            if case .stuck = found { continue }
            return found
        }
        return .stuck
    }

    private func search(
        from way: Way, in numbers: [Int], _ obstacle: Confrontation.Obstacle, before: Int, _ stimulus: Stimulus, _ target: Int
    ) -> Search {
        var seen = StateArena(wordCount: layout.wordCount)
        var layout = layout
        func isNew(_ state: CaseState) -> Bool {
            var words: [UInt64] = []
            guard layout.learn(state), layout.pack(state, onto: &words) else { return false }
            return seen.insert(words, at: 0).isNew
        }
        var queue = [way]
        _ = isNew(way.state)
        var head = 0
        var steps = 0
        while head < queue.count, steps < Detour.stepsMax {
            let current = queue[head]
            head += 1
            for number in numbers {
                steps += 1
                guard let state = play(stimuli.all[number], current.state), isNew(state) else { continue }
                let next = current.then(stimuli.all[number], state)
                if case .elsewhere = stimulus.kind, confrontation.agrees(state, with: target) { return .arrived(next) }
                guard confrontation.agrees(state, with: before) else { continue }
                if let done = step(stimulus, next, target) { return .arrived(done) }
                if case .answer(let expression, let isYes, _) = obstacle, expression.holds(in: state) == isYes { return .mended(next) }
                queue.append(next)
            }
        }
        return .stuck
    }

    /// The messages and terms that states of some regions wait for.
    private func heard(in regions: Set<Int>) -> [Int] {
        let definition = whole.definition
        let states = StateSet(regions.flatMap { [$0] + Array(definition.states[$0].descendants) })
        let messages = stimuli.messages.filter { $0.awaitedBy.intersects(states) }.flatMap(\.range)
        let terms = definition.states.filter { states.contains($0.index) }.flatMap { state in
            stimuli.terms[state.index].map { first in state.due.indices.map { first + $0 } } ?? []
        }
        return messages + terms
    }
}

/// The workflow with nothing cut away, ready for stepping.
struct WholeWorkflow {
    let slice: Slice
    let stimuli: StimulusList
    let layout: StateLayout
}

extension Definition {
    /// The states that react to what sets a fact, or set it.
    fileprivate func writers(of fact: Int) -> Set<Int> {
        var writers: Set<Int> = []
        for event in events.values where event.assignments.contains(where: { $0.fact == fact }) {
            writers.formUnion(chart.listening[event.name] ?? StateSet())
        }
        for state in states {
            let actions = state.entry + state.exit + state.transitions.flatMap(\.actions)
            let sets = actions.contains { if case .set(fact, _) = $0 { true } else { false } }
            if sets { writers.insert(state.parent ?? state.index) }
        }
        return writers
    }
}
