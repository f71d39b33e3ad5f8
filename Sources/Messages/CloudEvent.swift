// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A message's envelope: CloudEvents 1.0 in the NL GOV profile, JSON. Attributes hold no personal data.
public struct CloudEvent: Hashable, Sendable {
    public var id: String
    public var source: SystemSource
    public var type: MessageType
    public var time: Instant
    public var data: JSON
    /// The case, by its pseudonymous identifier.
    public var caseID: String?
    /// The organisation that it is for.
    public var receiver: OIN?
    /// The legal basis of what is disclosed in `data`.
    public var legalBasis: String?
    /// The message that this one answers.
    public var answers: String?

    public static let contentType = "application/cloudevents+json"

    public init(
        id: String, source: SystemSource, type: MessageType, time: Instant, data: JSON, caseID: String? = nil, receiver: OIN? = nil,
        legalBasis: String? = nil, answers: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.data = data
        self.caseID = caseID
        self.receiver = receiver
        self.legalBasis = legalBasis
        self.answers = answers
    }
}

/// Who sent a message: `urn:nld:oin:<OIN>:systeem:<name>`.
public struct SystemSource: Hashable, Sendable, CustomStringConvertible {
    public let organisation: OIN
    public let system: String

    public init(organisation: OIN, system: String) {
        self.organisation = organisation
        self.system = system
    }

    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "urn", parts[1] == "nld", parts[2] == "oin", parts[4] == "systeem",
            let oin = OIN(String(parts[3])),
            !parts[5].isEmpty, parts[5].utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        self.init(organisation: oin, system: String(parts[5]))
    }

    public var description: String { "urn:nld:oin:\(organisation):systeem:\(system)" }
}

extension CloudEvent {
    private static let attributes: Set<String> = [
        "specversion", "id", "source", "type", "time", "datacontenttype", "data", "zaakid", "ontvangeroin", "grondslagid", "antwoordop",
    ]

    /// The envelope as bytes.
    ///
    /// - Throws: ``Problem`` where it is larger than a message may be.
    public func encoded() throws(Problem) -> [UInt8] {
        var members: [String: JSON] = [
            "specversion": "1.0", "id": .string(id), "source": .string(source.description), "type": .string(type.description),
            "time": .string(time.description), "datacontenttype": "application/json", "data": data,
        ]
        members["zaakid"] = caseID.map { .string($0) }
        members["ontvangeroin"] = receiver.map { .string($0.digits) }
        members["grondslagid"] = legalBasis.map { .string($0) }
        members["antwoordop"] = answers.map { .string($0) }
        let bytes = JSON.object(members).utf8
        guard bytes.count <= MessageLimits.eventBytesMax else { throw Problem(.tooLarge, "the message has \(bytes.count) bytes") }
        return bytes
    }

    /// Reads an envelope; what is not in the profile is refused.
    public init(_ bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= MessageLimits.eventBytesMax else { throw Problem(.tooLarge, "the message has \(bytes.count) bytes") }
        let json: JSON
        do {
            json = try JSON.parse(utf8: bytes)
        } catch {
            throw Problem(.schema, "the message is no JSON: \(error)")
        }
        try self.init(json)
    }

    /// As ``init(_:)-([UInt8])``, from an envelope that has been read already.
    public init(_ json: JSON) throws(Problem) {
        guard case .object(let members) = json else { throw Problem(.schema, "a message is an object") }
        guard members.keys.allSatisfy({ CloudEvent.attributes.contains($0) }) else {
            throw Problem(.schema, "an attribute is not known; there is \(CloudEvent.attributes.sorted().joined(separator: ", "))")
        }
        guard members["specversion"] == "1.0" else { throw Problem(.schema, "specversion should be 1.0") }
        guard let id = members["id"]?.stringValue, MessageLimits.isIdentifier(id) else {
            throw Problem(.schema, "id should be a text of 1 to \(MessageLimits.identifierBytesMax) bytes without control characters")
        }
        guard let source = members["source"]?.stringValue.flatMap({ SystemSource($0) }) else {
            throw Problem(.schema, "source should be urn:nld:oin:<OIN>:systeem:<name>")
        }
        guard let type = members["type"]?.stringValue.flatMap({ MessageType($0) }) else {
            throw Problem(.schema, "type should be \(MessageType.domain).<name>.v<number>")
        }
        guard let time = members["time"]?.stringValue.flatMap({ Instant($0) }) else {
            throw Problem(.schema, "time should be a moment in RFC 3339")
        }
        self.init(
            id: id, source: source, type: type, time: time, data: members["data"] ?? .null, caseID: members["zaakid"]?.stringValue,
            receiver: members["ontvangeroin"]?.stringValue.flatMap { OIN($0) }, legalBasis: members["grondslagid"]?.stringValue,
            answers: members["antwoordop"]?.stringValue)
    }
}
