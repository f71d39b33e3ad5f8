// SPDX-License-Identifier: EUPL-1.2

import Foundation
public import Messages
import Yams

/// The most that each role may ever be shown of each group of fields. Read from `Config/projections.yaml`.
public struct ProjectionRules: Sendable {
    private struct File: Decodable {
        struct Group: Decodable {
            struct Limit: Decodable {
                let when: String
                let otherwise: String
            }

            let id: String
            let show: [String: String]
            let limits: [String: Limit]?
        }

        let groups: [Group]
    }

    private struct Rule: Sendable {
        let show: String
        /// A condition, and what is shown where it is not known to hold.
        let limit: (condition: String, otherwise: String)?

        func level(established: Set<String>) -> String {
            guard let limit, !established.contains(limit.condition) else { return show }
            return limit.otherwise
        }
    }

    private let rules: [String: [String: Rule]]

    public init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        rules = Dictionary(
            file.groups.map { group in
                (
                    group.id,
                    Dictionary(
                        group.show.map { ($0.key, Rule(show: $0.value, limit: group.limits?[$0.key].map { ($0.when, $0.otherwise) })) }
                    ) {
                        first, _ in first
                    }
                )
            }
        ) { first, _ in first }
    }

    /// The most that a role may see of a group, as the file has it; nil where there is no such group.
    func most(of group: String, for role: String) -> String? {
        rules[group].map { $0[role]?.show ?? "none" }
    }

    /// Every group that a role may ever be shown anything of.
    var shown: [(role: String, group: String)] {
        rules.flatMap { group, roles in roles.filter { $0.value.show != Projection.Level.none.rawValue }.map { ($0.key, group) } }
    }

    /// The condition that whoever is shown something reported it himself.
    static let ownReport = "eigen-melding"

    /// What a role sees of the groups that a task asks for. A limit whose condition nobody has established holds the lower level:
    /// what is not certain is not shown.
    public func projection(groups: [String], role: String, isAcute: Bool, established: Set<String>) -> Projection {
        var levels: [String: Projection.Level] = [:]
        for group in groups {
            guard let rule = rules[group]?[role] else { continue }
            switch rule.level(established: established) {
            case "acute-only": levels[group] = isAcute ? .full : Projection.Level.none
            case let name: levels[group] = Projection.Level(rawValue: name) ?? Projection.Level.none
            }
        }
        return Projection(levels: levels)
    }
}
