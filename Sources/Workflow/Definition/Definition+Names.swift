// SPDX-License-Identifier: EUPL-1.2

extension Definition {
    /// What a name says about a state, where it is said outside the chart: its path from the root, or the end of exactly one path.
    public enum NamedState: Hashable, Sendable {
        case found(Int)
        case unknown
        case ambiguous([String])
    }

    public func state(named name: String) -> NamedState {
        if let exact = state(at: name), exact.index != 0 { return .found(exact.index) }
        let matches = states.filter { $0.path.hasSuffix("." + name) }
        switch matches.count {
        case 0: return .unknown
        case 1: return .found(matches[0].index)
        default: return .ambiguous(matches.map(\.path))
        }
    }

    /// The state below the root that a state lies in: its track of the case. Nil for the root.
    public func region(of state: Int) -> Int? {
        var index = state
        while let parent = states[index].parent {
            if parent == 0 { return index }
            index = parent
        }
        return nil
    }

    /// All roles that are asked something or may say something.
    public var roles: Set<String> {
        Set(tasks.map(\.to)).union(events.values.flatMap { $0.from ?? [] })
    }
}
