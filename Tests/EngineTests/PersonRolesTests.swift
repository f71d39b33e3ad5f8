// SPDX-License-Identifier: EUPL-1.2

import Engine
import Foundation
import Messages
import Testing

@Suite("The role list")
struct PersonRolesTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Config/code-lists/jeugdzorgrollen.yaml")

    private static func list(_ entries: String...) -> String {
        (["codes:"] + entries.map { "  - { \($0) }" }).joined(separator: "\n")
    }

    private static let needed = [
        "wording: jeugdige, geldigVanaf: 2020-01-01, geldigTot: null", "wording: melder, geldigVanaf: 2020-01-01, geldigTot: null",
    ]

    @Test("the shipped list has the roles of the schema, also those whose code is not known")
    func shippedList() throws {
        let roles = try PersonRoles(yaml: String(contentsOf: Self.shipped, encoding: .utf8), today: "2026-11-24")
        #expect(roles.wordings.count == 23)
        #expect(roles.wordings.contains("ouder met gezag"))
        #expect(roles.wordings.contains("stiefbroer of -zus"))
    }

    @Test(
        "a wording is in the list from its first day to its last",
        arguments: [("2021-05-31", false), ("2021-06-01", true), ("2022-06-30", true), ("2022-07-01", false)])
    func validity(today: String, isValid: Bool) throws {
        let list = Self.list(Self.needed[0], Self.needed[1], "wording: peetoom, geldigVanaf: 2021-06-01, geldigTot: 2022-06-30")
        #expect(try PersonRoles(yaml: list, today: today).wordings.contains("peetoom") == isValid)
    }

    @Test("a list without the two roles that the program knows is refused, and so is a date that is none")
    func unusable() {
        #expect(throws: ConfigurationError.self) { try PersonRoles(yaml: Self.list(Self.needed[0]), today: "2026-11-24") }
        #expect(throws: ConfigurationError.self) {
            try PersonRoles(
                yaml: Self.list(Self.needed[0], Self.needed[1], "wording: oom, geldigVanaf: 2021-02-30, geldigTot: null"),
                today: "2026-11-24")
        }
    }
}
