// SPDX-License-Identifier: EUPL-1.2

/// What the check of a property over a graph came to.
enum Finding {
    case holds
    /// It holds, and this course comes to what it speaks of.
    case shown(Course)
    /// It does not hold, and this is the shortest course that shows it.
    case violated(Course)
    /// It holds because what it speaks of never happens.
    case vacuous(String)
    /// It does not hold, and there is no course to show, because something never happens.
    case missing(String)
}

/// A way through a graph, from the start of a case.
struct Course {
    /// The stimuli in order, the start first.
    var stimuli: [Stimulus]
    /// The state of the graph after each stimulus; nil after one that failed.
    var states: [Int?]
    /// What is wrong at its end, in words.
    var remark: String?
    /// A step that the surroundings of an open slice have a say in, and on which it rests that the end is an end.
    var openStep: (from: Int, edge: StateGraph.Edge)?

    static let none = Course(stimuli: [], states: [])

    mutating func append(_ stimulus: Stimulus, leadingTo state: Int?) {
        stimuli.append(stimulus)
        states.append(state)
    }
}

extension StateGraph {
    /// The shortest way to a state.
    func course(to state: Int) -> Course {
        var course = Course.none
        var current = state
        while true {
            let origin = origins[current]
            guard origin >= 0 else {
                course.append(self.stimuli.all[initial[-1 - origin].label.stimulus], leadingTo: current)
                break
            }
            course.append(stimulus(of: origin), leadingTo: current)
            current = Int(parents[current])
        }
        return Course(stimuli: course.stimuli.reversed(), states: course.states.reversed())
    }

    /// Every step with the state it starts from, nil for the start of the case, in the order in which they were found: of several
    /// steps the first has the shortest course.
    func firstStep(where matches: (Int?, Edge) -> Bool) -> (from: Int?, edge: Edge)? {
        for edge in initial where matches(nil, edge) { return (nil, edge) }
        for state in 0..<states.count {
            for number in edges(of: state) {
                let edge = self[number]
                if matches(state, edge) { return (state, edge) }
            }
        }
        return nil
    }

    func course(_ step: (from: Int?, edge: Edge), remark: String? = nil) -> Course {
        var course = step.from.map(course(to:)) ?? .none
        course.append(stimuli.all[step.edge.label.stimulus], leadingTo: step.edge.target)
        course.remark = remark
        return course
    }
}
