// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What the world has to do because of a step. The core never does anything itself.
public enum Effect: Hashable, Sendable {
    /// Put a question to a partner.
    case openAssignment(AssignmentRequest)
    /// The question has its answer.
    case answerAssignment(number: Int)
    /// The question need not be answered any more.
    case withdrawAssignment(number: Int)
    case startDeadline(DeadlineRequest)
    /// The state was left before the term passed.
    case cancelDeadline(number: Int)
    /// The term passed and its actions follow.
    case fireDeadline(number: Int)
    case escalate(to: String, state: String)
    case remind(to: String, state: String)
    case note(String)
    /// `role` may be ``reporters``.
    case notify(role: String, what: String)
    case alarm(String)
    case outcome(state: String, name: String)
    case close

    /// Stands for a role where a notice goes to all who made a report in the case: to each once for each of its reports.
    public static let reporters = "reporters"

    public struct AssignmentRequest: Hashable, Sendable {
        public let number: Int
        public let state: String
        public let task: String
        public let to: String
        /// The organisation that a fact names; nil where the directory chooses.
        public let organisation: String?
        public let lane: Lane
    }

    public struct DeadlineRequest: Hashable, Sendable {
        public let number: Int
        public let state: String
        public let index: Int
        public let due: Instant
        /// Which calendar and how; nil for elapsed time.
        public let computation: String?
    }
}

extension Effect {
    /// The effect as an object with its name under `effect`.
    public var json: JSON {
        switch self {
        case .openAssignment(let request): request.json
        case .answerAssignment(let number): ["effect": "answerAssignment", "number": .integer(Int64(number))]
        case .withdrawAssignment(let number): ["effect": "withdrawAssignment", "number": .integer(Int64(number))]
        case .startDeadline(let request): request.json
        case .cancelDeadline(let number): ["effect": "cancelDeadline", "number": .integer(Int64(number))]
        case .fireDeadline(let number): ["effect": "fireDeadline", "number": .integer(Int64(number))]
        case .escalate(let to, let state): ["effect": "escalate", "to": .string(to), "state": .string(state)]
        case .remind(let to, let state): ["effect": "remind", "to": .string(to), "state": .string(state)]
        case .note(let code): ["effect": "note", "code": .string(code)]
        case .notify(let role, let what): ["effect": "notify", "to": .string(role), "what": .string(what)]
        case .alarm(let code): ["effect": "alarm", "code": .string(code)]
        case .outcome(let state, let name): ["effect": "outcome", "state": .string(state), "outcome": .string(name)]
        case .close: ["effect": "close"]
        }
    }
}

extension Effect.AssignmentRequest {
    fileprivate var json: JSON {
        [
            "effect": "openAssignment", "number": .integer(Int64(number)), "state": .string(state), "task": .string(task),
            "to": .string(to), "organisation": organisation.map { .string($0) } ?? .null, "lane": .string(lane.rawValue),
        ]
    }
}

extension Effect.DeadlineRequest {
    fileprivate var json: JSON {
        [
            "effect": "startDeadline", "number": .integer(Int64(number)), "state": .string(state),
            "index": .integer(Int64(index)), "due": .string(due.description),
            "computation": computation.map { .string($0) } ?? .null,
        ]
    }
}
