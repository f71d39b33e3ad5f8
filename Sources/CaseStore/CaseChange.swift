// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import Values

/// A case as it is read for a step, locked until the transaction ends.
public struct StoredCase: Sendable {
    public let caseID: UUID
    public let workflow: String
    public let version: Int
    public let revision: Int64
    public let state: JSON
    public let chainHead: [UInt8]

    public init(caseID: UUID, workflow: String, version: Int, revision: Int64, state: JSON, chainHead: [UInt8]) {
        self.caseID = caseID
        self.workflow = workflow
        self.version = version
        self.revision = revision
        self.state = state
        self.chainHead = chainHead
    }
}

/// Everything that one case owes to the database after one or more steps. It is written whole or not at all.
public struct CaseChange: Sendable {
    public struct Assignment: Sendable {
        public var number: Int
        public var task: String
        public var state: String
        public var partner: String
        public var organisation: String
        public var lane: String
        public var attempt: Int
        public var token: String
        public var retryAt: Instant

        public init(
            number: Int, task: String, state: String, partner: String, organisation: String, lane: String, attempt: Int, token: String,
            retryAt: Instant
        ) {
            self.number = number
            self.task = task
            self.state = state
            self.partner = partner
            self.organisation = organisation
            self.lane = lane
            self.attempt = attempt
            self.token = token
            self.retryAt = retryAt
        }
    }

    public struct Deadline: Sendable {
        public var number: Int
        public var state: String
        public var dueAt: Instant
        public var computation: String?

        public init(number: Int, state: String, dueAt: Instant, computation: String?) {
            self.number = number
            self.state = state
            self.dueAt = dueAt
            self.computation = computation
        }
    }

    /// A message that has to leave. `body` is sealed before it is written.
    public struct Message: Sendable {
        public var id: UUID
        public var lane: String
        public var routingKey: String
        public var body: [UInt8]

        public init(id: UUID, lane: String, routingKey: String, body: [UInt8]) {
            self.id = id
            self.lane = lane
            self.routingKey = routingKey
            self.body = body
        }
    }

    public struct Disclosure: Sendable {
        public var messageID: UUID
        public var subject: String
        public var assignment: Int
        public var receiver: String
        public var groups: [String]
        public var purpose: String
        public var legalBasis: String

        public init(
            messageID: UUID, subject: String, assignment: Int, receiver: String, groups: [String], purpose: String, legalBasis: String
        ) {
            self.messageID = messageID
            self.subject = subject
            self.assignment = assignment
            self.receiver = receiver
            self.groups = groups
            self.purpose = purpose
            self.legalBasis = legalBasis
        }
    }

    public struct Content: Sendable {
        public var subject: String
        public var name: String
        public var body: [UInt8]

        public init(subject: String, name: String, body: [UInt8]) {
            self.subject = subject
            self.name = name
            self.body = body
        }
    }

    public struct Report: Sendable {
        public var number: Int
        public var sender: String
        /// The role in which the sender reports.
        public var role: String
        public var reference: String
        public var receivedAt: Instant
        public var isAcute: Bool
        public var digest: [UInt8]
        /// Those who are not in the case yet.
        public var persons: [(number: Int, role: String)]

        public init(
            number: Int, sender: String, role: String, reference: String, receivedAt: Instant, isAcute: Bool, digest: [UInt8],
            persons: [(number: Int, role: String)]
        ) {
            self.number = number
            self.sender = sender
            self.role = role
            self.reference = reference
            self.receivedAt = receivedAt
            self.isAcute = isAcute
            self.digest = digest
            self.persons = persons
        }
    }

    /// Something by which a person is known again, as a keyed digest.
    public struct HouseholdKey: Hashable, Sendable {
        public var person: Int
        public var kind: String
        public var digest: [UInt8]

        public init(person: Int, kind: String, digest: [UInt8]) {
            self.person = person
            self.kind = kind
            self.digest = digest
        }
    }

    /// What the maker of a report is told.
    public struct Feedback: Hashable, Sendable {
        public var report: Int
        public var what: String
        public var messageID: UUID

        public init(report: Int, what: String, messageID: UUID) {
            self.report = report
            self.what = what
            self.messageID = messageID
        }
    }

    public var caseID: UUID
    public var workflow: String
    public var version: Int
    public var isNew: Bool
    public var isClosed = false
    public var revision: Int64
    public var state: JSON
    public var chainHead: [UInt8]
    public var safetyHolder: String?
    public var at: Instant

    public var events: [EventRecord] = []
    public var report: Report?
    public var assignments: [Assignment] = []
    public var endedAssignments: [(number: Int, status: String)] = []
    public var deadlines: [Deadline] = []
    public var endedDeadlines: [(number: Int, status: String)] = []
    public var messages: [Message] = []
    public var disclosures: [Disclosure] = []
    public var contents: [Content] = []
    public var householdKeys: [HouseholdKey] = []
    public var relatedCases: [UUID] = []
    public var feedback: [Feedback] = []

    public init(_ stored: StoredCase, isNew: Bool, at: Instant) {
        caseID = stored.caseID
        workflow = stored.workflow
        version = stored.version
        revision = stored.revision
        state = stored.state
        chainHead = stored.chainHead
        self.isNew = isNew
        self.at = at
    }
}

/// A message of somebody's that has been dealt with, and what came of it.
public struct InboxEntry: Sendable {
    public var source: String
    public var messageID: String
    public var digest: [UInt8]
    public var caseID: UUID?
    public var outcome: JSON

    public init(source: String, messageID: String, digest: [UInt8], caseID: UUID?, outcome: JSON) {
        self.source = source
        self.messageID = messageID
        self.digest = digest
        self.caseID = caseID
        self.outcome = outcome
    }
}
