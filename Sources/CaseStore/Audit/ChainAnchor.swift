// SPDX-License-Identifier: EUPL-1.2

import Crypto
public import Foundation
public import PostgreSQL
public import Values

/// The heads of chains at one moment, signed, for a place that whoever can change the database cannot change: a chain that was
/// computed anew from a false history would not come to the same head.
///
/// An anchor names the cases that have moved since the anchor before it, and binds that anchor by its digest; so the first one names
/// all cases, and none can be taken away unseen.
///
/// ```
/// ketenroute anchor 1
/// at 2026-12-01T10:00:00Z
/// previous 0000…
/// 0191…-… 7 5f3a…
/// signature 9bc0…
/// ```
public struct ChainAnchor: Hashable, Sendable {
    public struct Head: Hashable, Sendable {
        public let caseID: UUID
        /// The number of the event that is the head.
        public let revision: Int64
        public let digest: [UInt8]

        public init(caseID: UUID, revision: Int64, digest: [UInt8]) {
            self.caseID = caseID
            self.revision = revision
            self.digest = digest
        }
    }

    public let at: Instant
    /// SHA-256 of the file before this one; zeros for the first.
    public let previous: [UInt8]
    public let heads: [Head]

    public static let none = [UInt8](repeating: 0, count: 32)
    private static let title = "ketenroute anchor 1"

    public init(at: Instant, previous: [UInt8], heads: [Head]) {
        self.at = at
        self.previous = previous
        self.heads = heads
    }

    private var signedText: String {
        var text = "\(ChainAnchor.title)\nat \(at)\nprevious \(previous.hexadecimal)\n"
        for head in heads { text += "\(head.caseID.uuidString.lowercased()) \(head.revision) \(head.digest.hexadecimal)\n" }
        return text
    }

    /// The file's content.
    public func signed(with key: AnchorKey) throws -> String {
        let text = signedText
        return text + "signature \(try key.sign(Array(text.utf8)).hexadecimal)\n"
    }

    /// Reads a file and checks its signature.
    ///
    /// - Throws: ``ChainAnchorError``.
    public init(_ text: String, signedBy key: AnchorKey.Public) throws(ChainAnchorError) {
        var lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        guard lines.count >= 4, text.hasPrefix(ChainAnchor.title + "\n"), let last = lines.popLast(), last.count == 2,
            last[0] == "signature",
            let signature = [UInt8](hexadecimal: last[1]), let at = lines[1].last.flatMap({ Instant($0) }),
            let previous = lines[2].last.flatMap({ [UInt8](hexadecimal: $0) })
        else { throw .unreadable }
        var heads: [Head] = []
        for line in lines.dropFirst(3) {
            guard line.count == 3, let caseID = UUID(uuidString: line[0]), let revision = Int64(line[1]),
                let digest = [UInt8](hexadecimal: line[2])
            else { throw .unreadable }
            heads.append(Head(caseID: caseID, revision: revision, digest: digest))
        }
        self.init(at: at, previous: previous, heads: heads)
        guard key.isSignature(signature, of: Array(signedText.utf8)) else { throw .wrongSignature }
    }

    /// The heads of the cases that have moved since `instant`; nil where somebody else is at it.
    ///
    /// It is to be read in the transaction that ends when the anchor is written.
    public static func heads(since instant: Instant, on connection: isolated PostgresConnection) async throws -> [Head]? {
        guard try await connection.query(AuditStatements.anchorLock).first?.decode("mine", as: Bool.self) == true else { return nil }
        return try await connection.query(AuditStatements.headsSince, instant).map { row in
            Head(
                caseID: try row.decode("case_id"), revision: try row.decode("revision"),
                digest: try row.decode("chain_head", as: [UInt8].self))
        }
    }
}

public enum ChainAnchorError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable
    case wrongSignature
    case wrongKeyLength(Int)

    public var description: String {
        switch self {
        case .unreadable: "it is no anchor, or not all of one"
        case .wrongSignature: "its signature does not fit: it has been changed, or was signed with another key"
        case .wrongKeyLength(let count): "the key for anchors has \(count) bytes; it needs 32, in base64"
        }
    }
}

/// The Ed25519 key that signs anchors. It is kept outside the database, and outside the place of the anchors.
public struct AnchorKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    public init(_ bytes: [UInt8]) throws(ChainAnchorError) {
        guard bytes.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {
            throw .wrongKeyLength(bytes.count)
        }
        self.key = key
    }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }

    public var publicKey: Public { Public(key: key.publicKey) }

    /// What whoever checks anchors needs; it signs nothing.
    public struct Public: Sendable {
        let key: Curve25519.Signing.PublicKey

        func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool { key.isValidSignature(signature, for: bytes) }
    }
}

extension [UInt8] {
    /// Nil where the text is not an even number of hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else { return nil }
            bytes.append(byte)
        }
        self = bytes
    }
}
