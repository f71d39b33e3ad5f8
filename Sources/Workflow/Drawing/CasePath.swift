// SPDX-License-Identifier: EUPL-1.2

public import Values

/// The way that one case has gone through its workflow, as a drawing shows it.
public struct CasePath: Hashable, Sendable {
    /// Transitions that were taken at least once.
    public private(set) var walked: Set<Step.TakenTransition> = []
    /// States that were active at any time.
    public private(set) var visited = StateSet()
    /// States that are active now.
    public private(set) var current = StateSet()

    public init() {}

    /// Follows the case one step further. States that a step enters and leaves again count as visited.
    public mutating func follow(_ step: Step, in definition: Definition) {
        for taken in step.taken {
            walked.insert(taken)
            visited.insert(taken.state)
            for target in definition.states[taken.state].transitions[taken.transition].targets { visited.insert(target) }
        }
        current = step.state.configuration
        visited.formUnion(current)
    }

    /// One thing that happened to a case, as it is stored.
    public struct Happening: Sendable {
        public enum Kind: Hashable, Sendable {
            /// The report that started the case, with when it was received.
            case report(receivedAt: Instant)
            case message(name: String, sender: String?)
            /// The term that passed, by its number in the case.
            case deadline(Int)
        }

        public let kind: Kind
        public let at: Instant
        public let data: JSON
        /// Where the case stood afterwards; nil where it is not known.
        public let configuration: [String]?

        public init(kind: Kind, at: Instant, data: JSON, configuration: [String]?) {
            self.kind = kind
            self.at = at
            self.data = data
            self.configuration = configuration
        }
    }
}

/// A history that does not lead where the stored case says it did.
public struct CasePathError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number of the event, counted from 1.
    public let event: Int
    public let message: String

    public var description: String { "event \(event) of the history cannot be followed: \(message)" }
}

extension CasePath {
    /// Replays a case's history and notes the way it takes.
    ///
    /// - Throws: ``CasePathError`` where the definition does not do what the history says: then it is another version, or one of
    ///   them has been tampered with, and no drawing would be true.
    public static func replay(_ history: [Happening], in definition: Definition) throws(CasePathError) -> CasePath {
        var path = CasePath()
        var state: CaseState?
        for (index, happening) in history.enumerated() {
            let step: Step
            do throws(StepFailure) {
                step = try definition.replay(happening, on: state)
            } catch {
                throw CasePathError(event: index + 1, message: error.inWords)
            }
            state = step.state
            path.follow(step, in: definition)
            if let expected = happening.configuration, definition.activePaths(step.state) != expected {
                let reached = definition.activePaths(step.state).joined(separator: ", ")
                throw CasePathError(
                    event: index + 1, message: "it leads to \(reached), and the case was in \(expected.joined(separator: ", "))")
            }
        }
        return path
    }
}

extension Definition {
    fileprivate func replay(_ happening: CasePath.Happening, on state: CaseState?) throws(StepFailure) -> Step {
        switch (happening.kind, state) {
        case (.report(let receivedAt), _):
            return try start(report: ReportFacts(receivedAt: receivedAt, fields: happening.data), now: happening.at)
        case (.message(let name, let sender), let state?):
            let message = Event.Message(name: name, sender: sender, data: happening.data, isReplay: true)
            return try step(state, .message(message), now: happening.at)
        case (.deadline(let number), let state?): return try step(state, .deadline(number), now: happening.at)
        case (_, nil): throw .rejected(Rejection(Rejection.invalidData, "the history does not begin with a report"))
        }
    }
}

extension StepFailure {
    /// The failure in a few words, for people who try out a workflow.
    var inWords: String {
        switch self {
        case .rejected(let rejection): "refused: \(rejection)"
        case .faulted(let fault): "fault: \(fault)"
        }
    }
}
