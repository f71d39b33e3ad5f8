// SPDX-License-Identifier: EUPL-1.2

public import Values

/// Where a case stands: all that a step reads and changes. A value; whoever has the events can compute it again.
public struct CaseState: Hashable, Sendable {
    /// A question that is out.
    public struct OpenAssignment: Hashable, Sendable {
        /// Counted per case from 1, never used again.
        public let number: Int
        public let state: Int
        public let task: Int
    }

    /// A term that runs.
    public struct OpenDeadline: Hashable, Sendable {
        /// Counted per case from 1, never used again.
        public let number: Int
        public let state: Int
        /// Which of the state's terms.
        public let index: Int
        public let due: Instant
    }

    /// All active states, compound and parallel ones included.
    public internal(set) var configuration = StateSet()
    /// In the order of the declarations.
    public internal(set) var facts: [Value]
    /// What each history state remembers.
    public internal(set) var history: [Int: [Int]] = [:]
    /// What the first report made known to guards.
    public internal(set) var report: Value
    public internal(set) var receivedAt: Instant
    public internal(set) var assignments: [OpenAssignment] = []
    public internal(set) var deadlines: [OpenDeadline] = []
    /// When the events last came that terms start from.
    public internal(set) var anchors: [String: Instant] = [:]
    /// Outcomes by the path of the final state that gave them.
    public internal(set) var outcomes: [String: String] = [:]
    public internal(set) var lastAssignment = 0
    public internal(set) var lastDeadline = 0
    /// The root has reached its end; nothing is awaited any more.
    public internal(set) var isClosed = false

    init(facts: [Value], report: Value, receivedAt: Instant) {
        self.facts = facts
        self.report = report
        self.receivedAt = receivedAt
    }
}

extension Definition {
    /// The paths of the active states that have no states below them, in document order. What a case "is in".
    public func activePaths(_ state: CaseState) -> [String] {
        state.configuration.filter { states[$0].isAtomic }.map { states[$0].path }
    }
}
