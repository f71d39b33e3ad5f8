// SPDX-License-Identifier: EUPL-1.2

import Crypto
public import FoundationEssentials
import Values

/// Seals personal content. Every person in every case has a key of his own, which is stored sealed by a key from outside the
/// database; destroying a person's key destroys what was written about him, in backups too once they are older than the key.
public struct ContentVault: Sendable {
    private let wrappingKey: SymmetricKey
    private let cache = KeyCache()

    /// - Parameter wrappingKey: 32 bytes that never enter the database.
    public init(wrappingKey: [UInt8]) throws(ContentVaultError) {
        guard wrappingKey.count == 32 else { throw .wrongKeyLength(wrappingKey.count) }
        self.wrappingKey = SymmetricKey(data: wrappingKey)
    }

    /// A person's key, opened for as long as it is needed.
    public struct Key: Sendable {
        let key: SymmetricKey
        /// As it is stored.
        public let wrapped: [UInt8]
    }

    public func makeKey(caseID: UUID, subject: String) throws -> Key {
        let key = SymmetricKey(size: .bits256)
        let wrapped = try key.withUnsafeBytes { try seal(Array($0), with: wrappingKey, context: context(caseID, subject, "key")) }
        return Key(key: key, wrapped: wrapped)
    }

    public func openKey(_ wrapped: [UInt8], caseID: UUID, subject: String) throws -> Key {
        let place = context(caseID, subject, "key")
        let key = try cache.key(wrapped, place: place) { SymmetricKey(data: try open(wrapped, with: wrappingKey, context: place)) }
        return Key(key: key, wrapped: wrapped)
    }

    /// - Parameter name: what the content is; it cannot be opened under another name.
    public func seal(_ content: [UInt8], with key: Key, caseID: UUID, subject: String, name: String) throws -> [UInt8] {
        try seal(content, with: key.key, context: context(caseID, subject, name))
    }

    public func open(_ sealed: [UInt8], with key: Key, caseID: UUID, subject: String, name: String) throws -> [UInt8] {
        try open(sealed, with: key.key, context: context(caseID, subject, name))
    }

    private func seal(_ content: [UInt8], with key: SymmetricKey, context: [UInt8]) throws -> [UInt8] {
        guard let combined = try AES.GCM.seal(content, using: key, authenticating: context).combined else {
            throw ContentVaultError.sealFailed
        }
        return Array(combined)
    }

    private func open(_ sealed: [UInt8], with key: SymmetricKey, context: [UInt8]) throws -> [UInt8] {
        Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: context))
    }

    private func context(_ caseID: UUID, _ subject: String, _ name: String) -> [UInt8] {
        Array("\(caseID.capitalText)/\(subject)/\(name)".utf8)
    }
}

public enum ContentVaultError: Error, Hashable, Sendable, CustomStringConvertible {
    case wrongKeyLength(Int)
    case sealFailed

    public var description: String {
        switch self {
        case .wrongKeyLength(let count): "the key for personal content has \(count) bytes; it needs 32, in base64"
        case .sealFailed: "content could not be sealed"
        }
    }
}
