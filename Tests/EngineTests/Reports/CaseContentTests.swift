// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages

@Suite("What is shown of many reports")
struct CaseContentTests {
    /// A report as its pieces are opened: a text, a child and a mother with an address.
    private static func report(
        _ number: Int, by reporter: String, text: String, street: String, isSecret: Bool = false, bsn: String? = nil
    ) throws -> [(subject: String, name: String, body: [UInt8])] {
        let name = number == 1 ? "melding" : "melding \(number)"
        let common: JSON = [
            "narrative": ["omschrijvingIncident": .string(text)], "registration": ["aangifte": .bool(number > 1)],
            "municipality": number == 1 ? .null : "9901", "reporter": .string(reporter),
        ]
        let mother: JSON = [
            "number": 2, "role": "ouder met gezag", "secret": .bool(isSecret),
            "details": [
                "bsn": bsn.map { .string($0) } ?? .null, "adresFormeel": ["straat": .string(street)],
                "aanvullendeInformatie": .string(text),
            ],
        ]
        let child: JSON = ["number": 1, "role": "jeugdige", "secret": false, "details": ["geslacht": "V"]]
        return [("zaak", name, common.utf8), ("persoon 2", name, mother.utf8), ("persoon 1", name, child.utf8)]
    }

    private static func content(_ reports: [[(subject: String, name: String, body: [UInt8])]]) throws -> CaseContent {
        CaseContent(reports: try ReportContent.reports(reports.flatMap { $0 }.reversed()), filed: [])
    }

    private static func projection(_ groups: [String: Projection.Level], own: [String: Projection.Level] = [:]) -> (Bool) -> Projection {
        { isOwn in Projection(levels: isOwn ? groups.merging(own) { _, level in level } : groups) }
    }

    private static let all: [String: Projection.Level] = [
        "kinderen": .full, "ouders": .full, "melding": .full, "adresFormeel": .full, "adresFeitelijk": .none,
    ]

    @Test("each person is as the newest report has him, with what only an earlier one knows; the texts are all there")
    func newestFirst() throws {
        let content = try Self.content([
            Self.report(1, by: "politie", text: "eerst", street: "Oud", bsn: "999996630"),
            Self.report(2, by: "politie", text: "dan", street: "Nieuw"), Self.report(10, by: "politie", text: "laatst", street: "Nieuwst"),
        ])
        let shown = content.projected(earlierMax: 9, to: "veilig-thuis", Self.projection(Self.all)).content
        let mother = shown["ouders"]?.arrayValue?.first
        #expect(mother?["adresFormeel"]?["straat"] == "Nieuwst" && mother?["bsn"] == "999996630")
        #expect(shown["melding"]?["omschrijvingIncident"] == "laatst")
        let earlier = shown["eerdereMeldingen"]?.arrayValue ?? []
        #expect(earlier.map { $0["melding"]?["omschrijvingIncident"] } == ["dan", "eerst"])
        #expect(shown["eerdereMeldingenNietGetoond"] == nil)
        #expect(content.municipality == "9901")
    }

    @Test("an address that one report calls secret is secret in all, before it and after it", arguments: [1, 2])
    func secret(inReport secret: Int) throws {
        let content = try Self.content(
            (1...2).map { try Self.report($0, by: "politie", text: "a", street: "Schuil", isSecret: $0 == secret) })
        let shown = content.projected(earlierMax: 9, to: "om", Self.projection(Self.all)).content
        let mothers = [shown] + (shown["eerdereMeldingen"]?.arrayValue ?? [])
        for mother in mothers.map({ $0["ouders"]?.arrayValue?.first }) {
            #expect(mother?["adresFormeel"] == .null && mother?["geheimAdres"] == true)
        }
        #expect(mothers.count == 2 && !shown.text.contains("Schuil"))
    }

    @Test("what only a report's own maker may see he sees of his own report, and of no other's")
    func ownReport() throws {
        let content = try Self.content([
            Self.report(1, by: "politie", text: "van ons", street: "A"),
            Self.report(2, by: "veilig-thuis", text: "niet van ons", street: "A"),
        ])
        let groups: [String: Projection.Level] = ["ouders": .full]
        let shown = content.projected(earlierMax: 9, to: "politie", Self.projection(groups, own: ["melding": .full])).content
        #expect(shown["melding"] == nil)
        #expect(shown["ouders"]?.arrayValue?.first?["aanvullendeInformatie"] == nil)
        #expect(shown["eerdereMeldingen"]?.arrayValue?.map { $0["melding"]?["omschrijvingIncident"] } == ["van ons"])
    }

    @Test("of more reports than a message holds the oldest are left out, and that is said")
    func tooMany() throws {
        let content = try Self.content((1...5).map { try Self.report($0, by: "politie", text: "\($0)", street: "A") })
        let shown = content.projected(earlierMax: 2, to: "veilig-thuis", Self.projection(Self.all)).content
        #expect(shown["eerdereMeldingen"]?.arrayValue?.map { $0["melding"]?["omschrijvingIncident"] } == ["4", "3"])
        #expect(shown["eerdereMeldingenNietGetoond"] == 2)
    }
}
