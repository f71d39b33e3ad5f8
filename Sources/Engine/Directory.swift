// SPDX-License-Identifier: EUPL-1.2

import Foundation
public import Messages
public import Values
import Yams

/// Who takes part: the roles, and the organisations that fill them, each from its first day to its last. Read from
/// `Config/partners.yaml`.
public struct Directory: Sendable {
    public struct Organisation: Hashable, Sendable {
        public let oin: OIN
        public let name: String
        /// Codes of four digits; `*` stands for those that no other organisation of the role names.
        public let municipalities: [String]
        let from: CivilDate
        let until: CivilDate?
        /// Who take over its open work after its last day.
        let successors: [OIN]

        func isValid(on day: CivilDate) -> Bool { from <= day && until.map { day <= $0 } ?? true }
    }

    private let organisations: [String: [Organisation]]
    private let membershipsByNumber: [OIN: [(role: String, organisation: Organisation)]]
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
            let successors: [String]?
        }

        let partners: [Partner]
    }

    /// - Throws: ``ConfigurationError`` where the directory cannot be used, or what the YAML reader has against it.
    public init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        var organisations: [String: [Organisation]] = [:]
        for partner in file.partners { organisations[partner.id] = try partner.organisations.map { try Directory.organisation($0) } }
        for (role, members) in organisations {
            for member in members {
                for successor in member.successors where !members.contains(where: { $0.oin == successor }) {
                    throw ConfigurationError(
                        "partners.yaml: successor \(successor) of \(member.oin) is no organisation in the role '\(role)'")
                }
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
        membershipsByNumber = Dictionary(
            grouping: organisations.sorted { $0.key < $1.key }.flatMap { role, members in members.map { (role: role, organisation: $0) } },
            by: \.organisation.oin)
    }

    private static func organisation(_ entry: File.Entry) throws -> Organisation {
        func oin(_ text: String) throws -> OIN {
            guard let oin = OIN(text) else { throw ConfigurationError("partners.yaml: '\(text)' is no OIN of twenty digits") }
            return oin
        }
        func day(_ text: String) throws -> CivilDate {
            guard let day = CivilDate(text) else { throw ConfigurationError("partners.yaml: '\(text)' is no date; write yyyy-mm-dd") }
            return day
        }
        return Organisation(
            oin: try oin(entry.oin), name: entry.name, municipalities: entry.municipalities, from: try day(entry.geldigVanaf),
            until: try entry.geldigTot.map(day), successors: try (entry.successors ?? []).map(oin))
    }

    public var roles: [String] { organisations.keys.sorted() }

    private static let messagesAtOnceMax = 100

    /// How many messages may travel as one under a routing key. A partner who has not said that he reads batches gets single ones.
    func messagesAtOnce(inRoutingKey key: String) -> Int { messagesAtOnceByKey[key] ?? 1 }

    /// The role that an organisation has on a day. Nil before its first day and after its last: what it says then does not count.
    public func role(of oin: OIN, on day: CivilDate) -> String? {
        membershipsByNumber[oin]?.first { $0.organisation.isValid(on: day) }?.role
    }

    /// The organisation in a role on a day: the one that was named, or who took over from it; else the one of the municipality, else
    /// the one for all others.
    public func organisation(role: String, named oin: String?, municipality: String?, on day: CivilDate) -> Organisation? {
        let members = organisations[role] ?? []
        if let oin { return valid(oin, among: members, municipality: municipality, on: day, hops: 0) }
        return Directory.organisation(of: municipality, among: members.filter { $0.isValid(on: day) })
    }

    /// Numbers of organisations whose last day has passed.
    func ended(before day: CivilDate) -> [String] {
        organisations.values.joined().filter { $0.until.map { $0 < day } ?? false }.map(\.oin.digits)
    }

    private static func organisation(of municipality: String?, among members: [Organisation]) -> Organisation? {
        members.first { municipality.map($0.municipalities.contains) ?? false } ?? members.first { $0.municipalities.contains("*") }
    }

    /// Follows successors, who may have ended themselves meanwhile; not without end, for a directory may go in a ring.
    private func valid(
        _ oin: String, among members: [Organisation], municipality: String?, on day: CivilDate, hops: Int
    ) -> Organisation? {
        guard hops < members.count, let named = members.first(where: { $0.oin.digits == oin }) else { return nil }
        if named.isValid(on: day) { return named }
        guard named.until.map({ $0 < day }) ?? false else { return nil }
        let successors = named.successors.compactMap {
            valid($0.digits, among: members, municipality: municipality, on: day, hops: hops + 1)
        }
        // Each takes what lies in its municipalities; what lies in nobody's goes to the only one there is.
        return Directory.organisation(of: municipality, among: successors) ?? (successors.count == 1 ? successors.first : nil)
    }
}

/// A file under `Config` that cannot be used.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
