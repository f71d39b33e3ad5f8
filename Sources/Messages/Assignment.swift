// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A question to a partner, as it is handed out.
public struct Assignment: Hashable, Sendable {
    /// Which case, and which of its questions.
    public struct Reference: Hashable, Sendable, CustomStringConvertible {
        public let caseID: String
        public let number: Int

        public init(caseID: String, number: Int) {
            self.caseID = caseID
            self.number = number
        }

        public init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let number = Int(parts[1]), number > 0 else { return nil }
            self.init(caseID: String(parts[0]), number: number)
        }

        public var description: String { "\(caseID)/\(number)" }
    }

    /// An event with which it may be answered, and the closed JSON Schema of its data.
    public struct Answer: Hashable, Sendable {
        public let event: String
        public let schema: JSON

        public init(event: String, schema: JSON) {
            self.event = event
            self.schema = schema
        }
    }

    public var reference: Reference
    public var task: String
    public var title: String
    /// Proves that the answer belongs to this hand-out and no earlier one. Opaque.
    public var token: String
    public var isAcute: Bool
    public var dueAt: Instant?
    /// How long the partner has it before it is handed out again, unless a heartbeat comes.
    public var leaseSeconds: Int
    public var purpose: String
    public var answers: [Answer]
    /// What this partner may see of the case.
    public var content: JSON

    public init(
        reference: Reference, task: String, title: String, token: String, isAcute: Bool, dueAt: Instant?, leaseSeconds: Int,
        purpose: String, answers: [Answer], content: JSON
    ) {
        self.reference = reference
        self.task = task
        self.title = title
        self.token = token
        self.isAcute = isAcute
        self.dueAt = dueAt
        self.leaseSeconds = leaseSeconds
        self.purpose = purpose
        self.answers = answers
        self.content = content
    }

    public var json: JSON {
        [
            "opdracht": .string(reference.description), "taak": .string(task), "titel": .string(title), "token": .string(token),
            "acuut": .bool(isAcute), "uiterlijk": dueAt.map { .string($0.description) } ?? .null,
            "leaseSeconden": .integer(Int64(leaseSeconds)), "doel": .string(purpose),
            "antwoorden": .array(answers.map { ["gebeurtenis": .string($0.event), "schema": $0.schema] }), "inhoud": content,
        ]
    }

    public init(_ json: JSON) throws(Problem) {
        guard let reference = json["opdracht"]?.stringValue.flatMap({ Reference($0) }), let task = json["taak"]?.stringValue,
            let token = json["token"]?.stringValue, let isAcute = json["acuut"]?.boolValue,
            let lease = json["leaseSeconden"]?.integerValue, let answers = json["antwoorden"]?.arrayValue
        else { throw Problem(.schema, "this is no assignment") }
        self.init(
            reference: reference, task: task, title: json["titel"]?.stringValue ?? task, token: token, isAcute: isAcute,
            dueAt: json["uiterlijk"]?.stringValue.flatMap { Instant($0) }, leaseSeconds: Int(clamping: lease),
            purpose: json["doel"]?.stringValue ?? "",
            answers: answers.compactMap { answer in
                answer["gebeurtenis"]?.stringValue.map { Answer(event: $0, schema: answer["schema"] ?? .null) }
            },
            content: json["inhoud"] ?? .object([:]))
    }
}

/// What a partner says about a question: that it has it, still has it, will not have it, or the answer.
public struct PartnerStatement: Hashable, Sendable {
    /// Nil for what a partner says without being asked.
    public var assignment: Assignment.Reference?
    public var token: String?
    public var data: JSON

    public init(assignment: Assignment.Reference?, token: String?, data: JSON = .object([:])) {
        self.assignment = assignment
        self.token = token
        self.data = data
    }

    public var json: JSON {
        var members: [String: JSON] = ["gegevens": data]
        members["opdracht"] = assignment.map { .string($0.description) }
        members["token"] = token.map { .string($0) }
        return .object(members)
    }

    public init(_ json: JSON) throws(Problem) {
        guard case .object(let members) = json, members.keys.allSatisfy({ ["opdracht", "token", "gegevens"].contains($0) }) else {
            throw Problem(.schema, "data should be an object with opdracht, token and gegevens")
        }
        var reference: Assignment.Reference?
        if let given = members["opdracht"] {
            reference = given.stringValue.flatMap { Assignment.Reference($0) }
            guard reference != nil else { throw Problem(.schema, "opdracht should be <zaak>/<nummer>") }
        }
        self.init(assignment: reference, token: members["token"]?.stringValue, data: members["gegevens"] ?? .object([:]))
    }
}
