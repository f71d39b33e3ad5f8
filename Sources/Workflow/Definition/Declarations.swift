// SPDX-License-Identifier: EUPL-1.2

public import Values

/// Something about a case that guards may read. Facts are registration, never narrative.
public struct FactDeclaration: Hashable, Sendable {
    public let name: String
    public let type: DataType
    /// What the fact is before anything is known. Null where the declaration names nothing.
    public let initial: Value
    public let position: SourcePosition
}

/// One field of a message's data.
public struct FieldDeclaration: Hashable, Sendable {
    public let name: String
    public let type: DataType
    public let isRequired: Bool
}

/// Something that can happen to a case: who may say so, with which data, under which conditions, and what it makes known.
public struct EventDeclaration: Sendable {
    /// A condition of law on an event. Where it does not hold, the event is refused and its sender told.
    public struct Requirement: Sendable {
        public internal(set) var that: Guard
        /// The code that the sender of a refused event gets.
        public let otherwise: String
        public let source: String?
    }

    public let name: String
    /// Roles that may send the event; nil means anyone, an empty list nobody.
    public let from: [String]?
    /// Raised by the workflow itself and by nobody else.
    public let isInternal: Bool
    public let fields: [FieldDeclaration]
    public internal(set) var requirements: [Requirement]
    /// Facts that take a value from the event, in the order of the text.
    public internal(set) var assignments: [Assignment]
    public let position: SourcePosition

    /// A fact and the expression that gives its value.
    public struct Assignment: Sendable {
        public let fact: Int
        public let value: Guard
    }

    /// The event's data as a closed JSON Schema.
    public var jsonSchema: JSON {
        [
            "type": "object",
            "additionalProperties": false,
            "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
            "properties": .object(Dictionary(fields.map { ($0.name, $0.type.jsonSchema) }) { first, _ in first }),
        ]
    }
}

/// A question to a partner: the only way in which a workflow asks anybody anything.
public struct TaskDeclaration: Sendable {
    public let name: String
    public let title: String?
    /// The partner's role.
    public let to: String
    /// Which organisation in that role, where a fact says so; else the directory chooses.
    public let organisation: Guard?
    /// Events with which the partner may answer.
    public let answers: [String]
    /// Field groups that the partner is shown.
    public let shows: [String]
    public let purpose: String?
    public let basis: String?
    public let lane: Lane
    public let retry: RetryPolicy
    public let position: SourcePosition
}

/// How often and when a question is put again to a partner who does not take it, in the words of Amazon States Language.
public struct RetryPolicy: Hashable, Sendable {
    /// Hand-outs in all, the first included; 1 or more.
    public var maxAttempts: Int
    public var interval: Duration
    /// The factor by which the interval grows; 1 or more.
    public var backoffRate: Double

    public init(maxAttempts: Int, interval: Duration, backoffRate: Double) {
        self.maxAttempts = maxAttempts
        self.interval = interval
        self.backoffRate = backoffRate
    }

    /// The wait after hand-out number `attempt`, which counts from 1.
    public func wait(afterAttempt attempt: Int) -> Duration {
        var wait = interval
        for _ in 1..<max(attempt, 1) { wait = wait * backoffRate }
        return wait
    }
}

/// Acute danger has its own way through everything.
public enum Lane: String, Hashable, Sendable, CaseIterable {
    case acute
    case routine
}
