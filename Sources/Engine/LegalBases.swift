// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values
import Yams

/// The legal bases on which something may be disclosed. Read from `Config/legal-bases.yaml`; what is not there is not disclosed.
public struct LegalBases: Sendable {
    private struct File: Decodable {
        struct Basis: Decodable {
            let id: String
            let to: [String]
            let purposes: [String]
            let geldigVanaf: String
            let geldigTot: String?
        }

        let legalBases: [Basis]
    }

    private struct Basis: Sendable {
        let receivers: Set<String>
        let purposes: Set<String>
        let from: CivilDate
        let until: CivilDate?
    }

    private let bases: [String: Basis]

    public init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        var bases: [String: Basis] = [:]
        for entry in file.legalBases {
            guard let from = CivilDate(entry.geldigVanaf) else {
                throw ConfigurationError("legal-bases.yaml: geldigVanaf of '\(entry.id)' should be a date as yyyy-mm-dd")
            }
            let until = try entry.geldigTot.map { text in
                guard let date = CivilDate(text) else {
                    throw ConfigurationError("legal-bases.yaml: geldigTot of '\(entry.id)' should be a date as yyyy-mm-dd")
                }
                return date
            }
            let basis = Basis(receivers: Set(entry.to), purposes: Set(entry.purposes), from: from, until: until)
            guard bases.updateValue(basis, forKey: entry.id) == nil else {
                throw ConfigurationError("legal-bases.yaml: '\(entry.id)' is there twice")
            }
        }
        self.bases = bases
    }

    var names: [String] { bases.keys.sorted() }

    /// - Throws: ``ConfigurationError`` where the basis does not let this role be told for this purpose on this day.
    func require(_ name: String, to role: String, purpose: String, on day: CivilDate) throws {
        guard let basis = bases[name] else {
            throw ConfigurationError("there is no legal basis '\(name)' in Config/legal-bases.yaml, so nothing may be disclosed on it")
        }
        guard basis.receivers.contains(role) || basis.receivers.contains("*"), basis.purposes.contains(purpose) else {
            throw ConfigurationError("legal basis '\(name)' does not cover a disclosure to '\(role)' for '\(purpose)'")
        }
        guard basis.from <= day, basis.until.map({ day <= $0 }) ?? true else {
            throw ConfigurationError("legal basis '\(name)' is not in force on \(day)")
        }
    }
}
