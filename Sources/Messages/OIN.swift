// SPDX-License-Identifier: EUPL-1.2

/// An organisation's number in government traffic (Organisatie-identificatienummer, Logius): twenty digits.
public struct OIN: Hashable, Sendable, CustomStringConvertible {
    public let digits: String

    /// The register that the number comes from, by its first eight digits, in the OIN standard's table. 00000099 is for tests.
    private static let prefixes: Set<String> = ["00000001", "00000002", "00000003", "00000004", "00000007", "00000008", "00000099"]

    public init?(_ digits: String) {
        guard digits.utf8.count == 20, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            OIN.prefixes.contains(String(digits.prefix(8)))
        else { return nil }
        self.digits = digits
    }

    public var isTest: Bool { digits.hasPrefix("00000099") }

    public var description: String { digits }
}
