// SPDX-License-Identifier: EUPL-1.2

public import Messages
import Values
import Yams

extension PersonRoles {
    private struct File: Decodable {
        struct Entry: Decodable {
            let wording: String
            let geldigVanaf: String
            let geldigTot: String?
        }

        let codes: [Entry]
        let withoutCode: [Entry]?
    }

    /// Reads `Config/code-lists/jeugdzorgrollen.yaml`.
    ///
    /// - Parameter today: `yyyy-mm-dd`; wordings that are not valid on that day are left out.
    /// - Throws: ``ConfigurationError`` where the list cannot be used, or what the YAML reader has against it.
    public init(yaml: String, today: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        let entries = file.codes + (file.withoutCode ?? [])
        for day in entries.flatMap({ [$0.geldigVanaf, $0.geldigTot].compactMap(\.self) }) where CivilDate(day) == nil {
            throw ConfigurationError("jeugdzorgrollen.yaml: '\(day)' is no date; write yyyy-mm-dd")
        }
        self.init(
            entries.filter { entry in entry.geldigVanaf <= today && entry.geldigTot.map { today <= $0 } ?? true }.map(\.wording))
        for role in [PersonRoles.child, PersonRoles.reporter] where !wordings.contains(role) {
            throw ConfigurationError("jeugdzorgrollen.yaml: no wording '\(role)' is valid on \(today); the program cannot do without")
        }
    }
}
