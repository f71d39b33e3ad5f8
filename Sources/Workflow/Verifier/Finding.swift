// SPDX-License-Identifier: EUPL-1.2

/// What the check of a property over a graph came to.
enum Finding {
    case holds
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
    /// What is wrong at its end, in words.
    var remark: String?
}

extension StateGraph {
    /// The shortest way to a state.
    func course(to state: Int) -> Course {
        var stimuli: [Stimulus] = []
        var current = state
        while true {
            let origin = origins[current]
            guard origin >= 0 else {
                stimuli.append(self.stimuli.all[initial[-1 - origin].label.stimulus])
                break
            }
            stimuli.append(stimulus(of: origin))
            current = Int(parents[current])
        }
        return Course(stimuli: stimuli.reversed())
    }

    /// The shortest way to a state, and one step further.
    func course(to state: Int, then label: Label, remark: String? = nil) -> Course {
        var course = course(to: state)
        course.stimuli.append(stimuli.all[label.stimulus])
        course.remark = remark
        return course
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
        guard let from = step.from else {
            return Course(stimuli: [stimuli.all[step.edge.label.stimulus]], remark: remark)
        }
        return course(to: from, then: step.edge.label, remark: remark)
    }
}
