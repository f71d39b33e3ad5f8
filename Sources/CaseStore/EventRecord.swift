// SPDX-License-Identifier: EUPL-1.2

import Crypto
public import FoundationEssentials
public import Values

/// One event as it is stored, bound to the one before it.
public struct EventRecord: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case report
        case message
        case deadline
    }

    public let caseID: UUID
    /// Counted from 1 without a gap.
    public let number: Int64
    public let recordedAt: Instant
    public let kind: Kind
    public let name: String
    /// The role that the event came from.
    public let sender: String?
    /// The system that sent the message, and the message's own identifier there.
    public let source: String?
    public let messageID: String?
    public let assignment: Int?
    /// Codes only.
    public let data: JSON
    /// Of the narrative that came with it, which is kept sealed elsewhere.
    public let contentDigest: [UInt8]?
    /// Where the case stood afterwards.
    public let configuration: JSON
    public let effects: JSON
    public let previous: [UInt8]
    public let digest: [UInt8]

    /// What the first event of a case follows.
    public static let origin = [UInt8](repeating: 0, count: 32)

    public init(
        caseID: UUID, number: Int64, recordedAt: Instant, kind: Kind, name: String, sender: String?, source: String?, messageID: String?,
        assignment: Int?, data: JSON, contentDigest: [UInt8]?, configuration: JSON, effects: JSON, previous: [UInt8]
    ) {
        self.caseID = caseID
        self.number = number
        self.recordedAt = recordedAt.roundedDownToMicroseconds
        self.kind = kind
        self.name = name
        self.sender = sender
        self.source = source
        self.messageID = messageID
        self.assignment = assignment
        self.data = data
        self.contentDigest = contentDigest
        self.configuration = configuration
        self.effects = effects
        self.previous = previous
        let text: JSON = [
            "case": .string(caseID.capitalText), "number": .integer(number), "recordedAt": .string(self.recordedAt.description),
            "kind": .string(kind.rawValue), "name": .string(name), "sender": sender.map { .string($0) } ?? .null,
            "source": source.map { .string($0) } ?? .null, "messageID": messageID.map { .string($0) } ?? .null,
            "assignment": assignment.map { .integer(Int64($0)) } ?? .null, "data": data,
            "content": contentDigest.map { .string($0.hexadecimal) } ?? .null, "configuration": configuration, "effects": effects,
        ]
        digest = Array(SHA256.hash(data: previous + text.utf8))
    }
}

extension [UInt8] {
    public var hexadecimal: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            for (index, byte) in enumerated() {
                for (place, digit) in [byte >> 4, byte & 0xF].enumerated() {
                    text[2 * index + place] = digit < 10 ? 48 + digit : 87 + digit
                }
            }
            return 2 * count
        }
    }

    /// SHA-256.
    public var digest: [UInt8] { Array(SHA256.hash(data: self)) }
}
