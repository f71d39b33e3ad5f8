// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
import JWTKit

/// Who is at the other end: a name and what that name may do. Signed, and good for a limited time.
public struct AccessToken: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// Sees cases by pseudonym.
        case reader
        /// Sees cases, takes reports in, frees stuck ones.
        case `operator`
        /// A machine that brings reports and does nothing else.
        case intake
    }

    public let name: String
    public let role: Role
    public let expires: Date

    public init(name: String, role: Role, expires: Date) {
        self.name = name
        self.role = role
        self.expires = expires
    }
}

/// Signs and checks tokens with a key of the console's own (HMAC-SHA-256, RFC 7519).
public struct TokenAuthority: Sendable {
    private let keys = JWTKeyCollection()

    private struct Claims: JWTPayload {
        var sub: SubjectClaim
        var exp: ExpirationClaim
        var role: String

        func verify(using algorithm: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
    }

    /// - Parameter key: 32 bytes or more that nobody else has.
    public init(key: [UInt8]) async throws(TokenError) {
        guard key.count >= 32 else { throw .keyTooShort(key.count) }
        await keys.add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }

    public func sign(_ token: AccessToken) async throws -> String {
        try await keys.sign(Claims(sub: .init(value: token.name), exp: .init(value: token.expires), role: token.role.rawValue))
    }

    /// - Throws: ``TokenError/invalid`` without saying why: a caller who may not come in is told nothing that helps to get in.
    public func check(_ text: String) async throws(TokenError) -> AccessToken {
        do {
            let claims = try await keys.verify(text, as: Claims.self)
            guard let role = AccessToken.Role(rawValue: claims.role) else { throw TokenError.invalid }
            return AccessToken(name: claims.sub.value, role: role, expires: claims.exp.value)
        } catch {
            throw .invalid
        }
    }
}

public enum TokenError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalid
    case keyTooShort(Int)

    public var description: String {
        switch self {
        case .invalid: "the token is not valid, or no longer"
        case .keyTooShort(let count): "the key for tokens has \(count) bytes; it needs 32 or more, in base64"
        }
    }
}
