// SPDX-License-Identifier: EUPL-1.2

/// The type of a CloudEvent: a reverse domain name with a version, such as `nl.zorgmeldingen.melding-ontvangen.v1`.
public struct MessageType: Hashable, Sendable, CustomStringConvertible {
    /// Lower case words joined by hyphens.
    public let name: String
    public let version: Int

    static let domain = "nl.zorgmeldingen"

    public init(name: String, version: Int = 1) {
        self.name = name
        self.version = version
    }

    /// The type under which a workflow's event travels: `veiligheidsbeoordelingAfgerond` as `veiligheidsbeoordeling-afgerond`.
    public init(eventName: String) {
        var name = ""
        for character in eventName {
            if character.isUppercase { name += "-" + character.lowercased() } else { name.append(character) }
        }
        self.init(name: name)
    }

    /// The workflow's event that travels under this type.
    public var eventName: String {
        let words = name.split(separator: "-")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    public init?(_ text: String) {
        let prefix = MessageType.domain + "."
        guard text.hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
            parts[0].utf8.allSatisfy({ (97...122).contains($0) || $0 == 45 || (48...57).contains($0) }),
            parts[1].first == "v", let version = Int(parts[1].dropFirst()), version > 0
        else { return nil }
        self.init(name: String(parts[0]), version: version)
    }

    public var description: String { "\(MessageType.domain).\(name).v\(version)" }
}

extension MessageType {
    // What the engine sends.
    public static let assignment = MessageType(name: "opdracht")
    public static let assignmentWithdrawn = MessageType(name: "opdracht-ingetrokken")
    public static let notice = MessageType(name: "kennisgeving")
    public static let rejection = MessageType(name: "bericht-afgewezen")
    // What a partner sends besides the events of workflows.
    public static let taken = MessageType(name: "opdracht-aangenomen")
    public static let heartbeat = MessageType(name: "opdracht-hartslag")
    public static let refusal = MessageType(name: "opdracht-geweigerd")
    /// In the routing key of several messages that travel as one.
    public static let batch = MessageType(name: "reeks")
}
