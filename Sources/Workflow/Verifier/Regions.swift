// SPDX-License-Identifier: EUPL-1.2

/// The chart seen as regions: the root, and every child of a parallel state. What is active in one region is independent of what is
/// active in another but for what they tell each other, so regions are what a slice keeps or cuts away.
struct Regions {
    /// The innermost region of each state, by the number of its outermost state.
    let region: [Int]
    /// All regions, in document order; the root first.
    let all: [Int]

    init(_ states: [State]) {
        var region: [Int] = []
        var all = [0]
        for state in states {
            guard let parent = state.parent else {
                region.append(0)
                continue
            }
            let isRegion = states[parent].kind == .parallel && !state.isHistory
            if isRegion { all.append(state.index) }
            region.append(isRegion ? state.index : region[parent])
        }
        self.region = region
        self.all = all
    }

    subscript(state: Int) -> Int { region[state] }
}

extension Definition {
    /// The innermost state that stays active whichever way a transition goes, for any history; nil for one without targets.
    ///
    /// A history target may lead to any state below its parent, so it counts as its parent's content.
    func staticDomain(of transition: Transition, from source: Int) -> Int? {
        guard !transition.targets.isEmpty else { return nil }
        let state = states[source]
        let isInside = transition.targets.allSatisfy(state.descendants.contains)
        if transition.isInternal, state.kind == .compound, isInside { return source }
        var ancestor = state.parent
        while let index = ancestor {
            let candidate = states[index]
            if candidate.kind == .compound || index == 0, transition.targets.allSatisfy(candidate.descendants.contains) { return index }
            ancestor = candidate.parent
        }
        return 0
    }
}
