// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Crypto
import Foundation
import Messages
import PostgreSQL
import Values

/// Knows persons and households again without keeping who they are: by digests under a key that never enters the database, so that
/// nobody who has the database can try numbers until one fits.
public struct HouseholdRecognition: Sendable {
    let rules: HouseholdRules
    private let key: SymmetricKey

    /// - Parameter key: 32 bytes or more. Another key knows nobody again.
    public init(rules: HouseholdRules, key: [UInt8]) throws {
        guard key.count >= 32 else {
            throw ConfigurationError("the key for recognising households has \(key.count) bytes; it needs 32 or more, in base64")
        }
        self.rules = rules
        self.key = SymmetricKey(data: key)
    }

    /// Somebody in a report, by what he is known again.
    struct Person {
        /// Where in the report, counted from 0.
        let index: Int
        let role: String
        let digests: [Digest]
    }

    struct Digest: Hashable {
        let kind: String
        let bytes: [UInt8]
    }

    func persons(_ persons: [PoliceReport.Person]) -> [Person] {
        persons.enumerated().map { index, person in
            Person(index: index, role: person.role, digests: digests(of: person.details))
        }
    }

    private func digests(of details: JSON) -> [Digest] {
        let addresses = ["adresFormeel", "adresFeitelijk"].compactMap { details[$0] }
        var digests: [Digest] = []
        for identifier in rules.identifiers {
            // Who has no address has the identifiers that need none.
            for address in addresses.isEmpty ? [.object([:])] : addresses {
                guard let text = HouseholdRecognition.text(of: identifier, details, address) else { continue }
                let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
                let digest = Digest(kind: identifier.id, bytes: Array(code))
                if !digests.contains(digest) { digests.append(digest) }
            }
        }
        return digests
    }

    /// The identifier's fields in one form, however they were written; nil where one is missing.
    private static func text(of identifier: HouseholdRules.Identifier, _ details: JSON, _ address: JSON) -> String? {
        var parts = [identifier.id]
        for field in identifier.fields {
            let given = (details[field.name] ?? address[field.name])?.stringValue
            let plain = field.name == "geboortedatum" ? given.flatMap { CivilDate($0)?.description } : given.map(plain)
            if let plain, !plain.isEmpty {
                parts.append(plain)
            } else if field.isOptional {
                parts.append("")
            } else {
                return nil
            }
        }
        return parts.joined(separator: "\u{1F}")
    }

    /// Letters and digits only, without accents and in lower case: `Van der Berg-Özer` is `vanderbergozer`.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars.filter {
                    $0.properties.isAlphabetic && !$0.properties.isDiacritic || $0.properties.numericType == .decimal
                }))
    }

    // MARK: Matching

    /// Cases about the household of a report.
    struct Known {
        /// Those that are the same household, the oldest first.
        var cases: [CaseStore.HouseholdCase] = []
        /// Numbers of persons in a case, by their places in the report.
        var numbers: [UUID: [Int: Int]] = [:]
    }

    /// Finds the cases that are about the household of a report. Nobody else takes in a report about it until the transaction ends.
    func find(_ persons: [Person], in store: CaseStore, on connection: isolated PostgresConnection) async throws -> Known {
        let lookedUp = rules.lookedUp
        let digests = Set(persons.flatMap(\.digests).filter { lookedUp.contains($0.kind) }.map(\.bytes))
        let candidates = try await store.findHouseholds(Array(digests), on: connection)
        guard !candidates.isEmpty else { return Known() }
        let shared = try await store.sharedKeys(
            candidates.map(\.caseID), Array(Set(persons.flatMap(\.digests).map(\.bytes))), on: connection)
        return match(persons, candidates, shared)
    }

    func match(_ persons: [Person], _ candidates: [CaseStore.HouseholdCase], _ shared: [CaseStore.SharedKey]) -> Known {
        let byCase = Dictionary(grouping: shared, by: \.caseID)
        var known = Known()
        for candidate in candidates {
            let keys = byCase[candidate.caseID] ?? []
            guard rules.sameHousehold.contains(where: { rule in rule.shared.allSatisfy { holds($0, persons, keys) } }) else { continue }
            known.cases.append(candidate)
            known.numbers[candidate.caseID] = numbers(of: persons, keys)
        }
        return known
    }

    private func holds(_ shared: HouseholdRules.Shared, _ persons: [Person], _ keys: [CaseStore.SharedKey]) -> Bool {
        let matched = persons.filter { person in
            guard shared.roles?.contains(person.role) ?? true else { return false }
            return keys.contains { key in
                shared.kinds.contains(key.kind) && shared.roles?.contains(key.role) ?? true
                    && person.digests.contains(Digest(kind: key.kind, bytes: key.digest))
            }
        }
        return matched.count >= shared.atLeast
    }

    /// Each number is given once: two in a report are never one person.
    private func numbers(of persons: [Person], _ keys: [CaseStore.SharedKey]) -> [Int: Int] {
        var numbers: [Int: Int] = [:]
        for person in persons {
            let number = keys.first { key in
                rules.samePerson.contains(key.kind) && !numbers.values.contains(key.person)
                    && person.digests.contains(Digest(kind: key.kind, bytes: key.digest))
            }?.person
            if let number { numbers[person.index] = number }
        }
        return numbers
    }
}
