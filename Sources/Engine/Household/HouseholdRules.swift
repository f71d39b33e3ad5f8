// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Yams

/// By what persons and households are known again, and what counts as the same household. Read from `Config/households.yaml`.
public struct HouseholdRules: Sendable {
    /// Something by which a person is known again: fields of the person and of one address, all of which have to be there.
    struct Identifier: Sendable {
        struct Field: Sendable {
            let name: String
            let isOptional: Bool
        }

        let id: String
        let fields: [Field]
    }

    /// Something that two reports have in common.
    struct Shared: Sendable {
        /// Nil: any role.
        let roles: Set<String>?
        let kinds: Set<String>
        /// Different persons; 1 or more.
        let atLeast: Int
    }

    struct Rule: Sendable {
        let id: String
        let shared: [Shared]
    }

    let identifiers: [Identifier]
    /// Identifiers that make somebody the same person.
    let samePerson: Set<String>
    let sameHousehold: [Rule]

    /// Identifiers by which cases are looked up.
    var lookedUp: Set<String> { Set(sameHousehold.compactMap(\.shared.first).flatMap(\.kinds)) }

    private struct File: Decodable {
        struct Identifier: Decodable {
            let id: String
            let fields: [String]
        }

        struct Rule: Decodable {
            struct Shared: Decodable {
                let roles: [String]?
                let by: [String]
                let atLeast: Int
            }

            let id: String
            let shared: [Shared]
        }

        let identifiers: [Identifier]
        let samePerson: [String]
        let sameHousehold: [Rule]
    }

    /// - Throws: ``ConfigurationError`` where the rules cannot be used, or what the YAML reader has against them.
    public init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        let known = Set(file.identifiers.map(\.id))
        func check(_ kinds: [String], _ place: String) throws {
            guard !kinds.isEmpty, known.isSuperset(of: kinds) else {
                let names = known.sorted().joined(separator: ", ")
                throw ConfigurationError("households.yaml: \(place) should name identifiers; there is \(names)")
            }
        }
        guard known.count == file.identifiers.count else { throw ConfigurationError("households.yaml: an identifier is there twice") }
        for identifier in file.identifiers where identifier.fields.allSatisfy({ $0.hasSuffix("?") }) {
            throw ConfigurationError("households.yaml: '\(identifier.id)' has no field that has to be there, so all would have it")
        }
        try check(file.samePerson, "'samePerson'")
        for rule in file.sameHousehold {
            guard !rule.shared.isEmpty else { throw ConfigurationError("households.yaml: rule '\(rule.id)' shares nothing") }
            for shared in rule.shared {
                try check(shared.by, "'by' of '\(rule.id)'")
                guard shared.atLeast >= 1 else { throw ConfigurationError("households.yaml: 'atLeast' of '\(rule.id)' is 1 or more") }
            }
        }
        identifiers = file.identifiers.map { identifier in
            Identifier(
                id: identifier.id,
                fields: identifier.fields.map {
                    Identifier.Field(name: $0.hasSuffix("?") ? String($0.dropLast()) : $0, isOptional: $0.hasSuffix("?"))
                })
        }
        samePerson = Set(file.samePerson)
        sameHousehold = file.sameHousehold.map { rule in
            Rule(
                id: rule.id,
                shared: rule.shared.map { Shared(roles: $0.roles.map { Set($0) }, kinds: Set($0.by), atLeast: $0.atLeast) })
        }
    }
}
