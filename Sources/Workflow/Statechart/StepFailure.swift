// SPDX-License-Identifier: EUPL-1.2

/// Why an event did not become a step. Nothing has changed.
public enum StepFailure: Error, Hashable, Sendable {
    /// The sender is told and can do better.
    case rejected(Rejection)
    /// The workflow itself cannot go on; an operator has to look.
    case faulted(Fault)
}

/// An event that is refused, with a stable code for machines and words for people.
public struct Rejection: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: String
    public let message: String
    /// The law that a condition rests on.
    public let source: String?

    static let notAwaited = "event-not-awaited"
    static let unknownEvent = "event-unknown"
    static let notEntitled = "ONBEVOEGD"
    static let invalidData = "schema-ongeldig"
    static let assignmentNotOpen = "opdracht-niet-open"
    static let deadlineNotOpen = "termijn-niet-open"

    init(_ code: String, _ message: String, source: String? = nil) {
        self.code = code
        self.message = message
        self.source = source
    }

    public var description: String { "\(code): \(message)" }
}

/// A workflow that could not be carried out.
public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable {
        /// An expression had no value. It is never taken for false.
        case guardFailed = "guard-failed"
        /// A fact was given a value that its type does not have.
        case factType = "fact-type"
        /// Eventless transitions went on beyond any sense.
        case endless = "step-endless"
        /// A term lies beyond the calendar, or there is none.
        case calendar
        /// An open case in which nobody has sight on safety.
        case noHolder = "no-holder"
    }

    public let code: Code
    /// The path of the state, or the name of the event, at which it happened.
    public let place: String
    public let message: String

    public init(code: Code, place: String, message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    public var description: String { "\(code.rawValue) at \(place): \(message)" }
}
