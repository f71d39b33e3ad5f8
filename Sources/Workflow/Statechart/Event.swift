// SPDX-License-Identifier: EUPL-1.2

public import Values

/// Something that reaches a case from outside the chart.
public enum Event: Hashable, Sendable {
    case message(Message)
    /// A term has passed. The number is the case's own.
    case deadline(Int)

    /// What somebody says.
    public struct Message: Hashable, Sendable {
        public let name: String
        /// The sender's role; nil where nobody is asked to show one.
        public let sender: String?
        public let data: JSON
        /// The question that it answers, by its number in the case.
        public let assignment: Int?
        /// Whether narrative has been taken out of `data`, as it is when stored events are played again. Conditions that were met
        /// then are not asked again.
        public let isReplay: Bool

        public init(name: String, sender: String?, data: JSON = .object([:]), assignment: Int? = nil, isReplay: Bool = false) {
            self.name = name
            self.sender = sender
            self.data = data
            self.assignment = assignment
            self.isReplay = isReplay
        }
    }
}

/// What the report that starts a case makes known to its workflow.
public struct ReportFacts: Hashable, Sendable {
    /// When the report was received; terms count from here.
    public let receivedAt: Instant
    /// Codes only.
    public let fields: JSON

    public init(receivedAt: Instant, fields: JSON = .object([:])) {
        self.receivedAt = receivedAt
        self.fields = fields
    }
}
