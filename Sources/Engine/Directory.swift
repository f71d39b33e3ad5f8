// SPDX-License-Identifier: EUPL-1.2

import Foundation
public import Messages
import Yams

/// Who takes part: the roles, and the organisations that fill them. Read from `Config/partners.yaml`.
public struct Directory: Sendable {
    public struct Organisation: Sendable {
        public let oin: OIN
        public let name: String
        public let municipalities: [String]
    }

    private let organisations: [String: [Organisation]]
    private let rolesByNumber: [OIN: String]
    private let messagesAtOnceByKey: [String: Int]

    private struct File: Decodable {
        struct Partner: Decodable {
            let id: String
            let messagesAtOnce: Int?
            let organisations: [Entry]
        }

        struct Entry: Decodable {
            let oin: String
            let name: String
            let municipalities: [String]
            let geldigVanaf: String
            let geldigTot: String?
        }

        let partners: [Partner]
    }

    /// - Parameter today: `yyyy-mm-dd`; organisations that are not valid on that day are left out.
    public init(yaml: String, today: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        var organisations: [String: [Organisation]] = [:]
        for partner in file.partners {
            organisations[partner.id] = try partner.organisations.compactMap { entry in
                guard entry.geldigVanaf <= today, entry.geldigTot.map({ today <= $0 }) ?? true else { return nil }
                guard let oin = OIN(entry.oin) else { throw ConfigurationError("partners.yaml: '\(entry.oin)' of \(partner.id) is no OIN") }
                return Organisation(oin: oin, name: entry.name, municipalities: entry.municipalities)
            }
        }
        self.organisations = organisations
        for partner in file.partners where !(1...Directory.messagesAtOnceMax).contains(partner.messagesAtOnce ?? 1) {
            throw ConfigurationError(
                "partners.yaml: messagesAtOnce of \(partner.id) should be a number from 1 to \(Directory.messagesAtOnceMax)")
        }
        // Nobody lets an acute message wait for another one to be read first.
        messagesAtOnceByKey = Dictionary(
            file.partners.map { (Addresses.toPartner($0.id, lane: "routine"), $0.messagesAtOnce ?? 1) }
        ) { first, _ in first }
        rolesByNumber = Dictionary(
            organisations.sorted { $0.key < $1.key }.flatMap { role, organisations in organisations.map { ($0.oin, role) } }
        ) { first, _ in first }
    }

    public var roles: [String] { organisations.keys.sorted() }

    private static let messagesAtOnceMax = 100

    /// How many messages may travel as one under a routing key. A partner who has not said that he reads batches gets single ones.
    func messagesAtOnce(inRoutingKey key: String) -> Int { messagesAtOnceByKey[key] ?? 1 }

    /// The role that an organisation has.
    public func role(of oin: OIN) -> String? { rolesByNumber[oin] }

    /// The organisation in a role: the one that was named, else the one of the municipality, else the one for all others.
    public func organisation(role: String, named oin: String?, municipality: String?) -> Organisation? {
        let candidates = organisations[role] ?? []
        if let oin { return candidates.first { $0.oin.digits == oin } }
        return candidates.first { municipality.map($0.municipalities.contains) ?? false }
            ?? candidates.first { $0.municipalities.contains("*") }
    }
}

/// A file under `Config` that cannot be used.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
