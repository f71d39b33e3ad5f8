// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Messages

@Suite("Identifiers")
struct IdentifierTests {
    @Test(
        "the eleven-proof tells a BSN from other numbers",
        arguments: [
            ("999996708", true), ("999996630", true), ("111222333", true), ("99999670", false), ("999998620", false), ("123456789", false),
            ("000000000", false), ("99999670x", false), ("", false),
        ])
    func bsn(text: String, isValid: Bool) { #expect((BSN(text) != nil) == isValid) }

    @Test("a BSN does not print itself")
    func bsnIsSilent() throws {
        let bsn = try #require(BSN("999996708"))
        #expect(!"\(bsn) \(String(reflecting: bsn))".contains("9999"))
    }

    @Test(
        "an OIN has twenty digits and comes from a register",
        arguments: [("00000099000000001000", true), ("00000098000000001000", false), ("0000009900000000100", false), ("x", false)])
    func oin(text: String, isValid: Bool) { #expect((OIN(text) != nil) == isValid) }

    @Test(
        "what identifies a message or a report has a length and no control character",
        arguments: [
            ("R-1", true), ("R 1 acuut", true), ("", false), ("R\u{0}1", false), ("R\n1", false),
            (String(repeating: "x", count: 129), false),
        ])
    func identifier(text: String, isValid: Bool) {
        #expect(MessageLimits.isIdentifier(text) == isValid)
        #expect(Schema.reference.violations(in: .string(text)).isEmpty == isValid)
    }

    @Test("a workflow's event and its message type name each other", arguments: ["veiligheidsbeoordelingAfgerond", "rechterBeslist", "x"])
    func types(name: String) throws {
        let type = MessageType(eventName: name)
        #expect(type.eventName == name)
        #expect(MessageType(type.description) == type)
    }
}

@Suite("Envelopes")
struct CloudEventTests {
    private func event() throws -> CloudEvent {
        let oin = try #require(OIN("00000099000000001000"))
        return CloudEvent(
            id: "a-1", source: SystemSource(organisation: oin, system: "test"), type: .taken, time: Instant(seconds: 1_800_000_000),
            data: ["x": 1], caseID: "c", receiver: oin, legalBasis: "wmo-4.1.1", answers: "b-2")
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let event = try event()
        #expect(try CloudEvent(event.encoded()) == event)
    }

    @Test(
        "what is not in the profile is refused",
        arguments: [
            ("\"specversion\":\"1.0\"", "\"specversion\":\"0.3\""), ("\"id\":\"a-1\"", "\"id\":\"\""), ("urn:nld:oin", "urn:nld:x"),
            ("nl.zorgmeldingen", "com.example"), ("\"zaakid\"", "\"extra\""), ("2027-01-15T08:00:00Z", "yesterday"), ("{", "["),
        ])
    func refused(part: String, replacement: String) throws {
        let text = String(decoding: try event().encoded(), as: UTF8.self)
        try #require(text.contains(part))
        #expect(throws: Problem.self) { try CloudEvent(Array(text.replacing(part, with: replacement).utf8)) }
    }

    @Test("a message of more than 64 KB does not leave and is not read")
    func size() throws {
        var large = try event()
        large.data = .string(String(repeating: "x", count: MessageLimits.eventBytesMax))
        let error = #expect(throws: Problem.self) { try large.encoded() }
        #expect(error?.code == "te-groot")
        #expect(throws: Problem.self) { try CloudEvent(Array(repeating: 0x20, count: MessageLimits.eventBytesMax + 1)) }
    }
}

@Suite("Projections")
struct ProjectionTests {
    private let persons = [
        (1, PoliceReport.Person(role: "jeugdige", details: ["geslachtsnaam": "Kind", "bsn": "999996708"], hasSecretAddress: false)),
        (
            2,
            PoliceReport.Person(
                role: "ouder met gezag", details: ["geslachtsnaam": "Ouder", "adresFormeel": "formeel", "adresFeitelijk": "schuilplaats"],
                hasSecretAddress: true)
        ),
        (3, PoliceReport.Person(role: "melder", details: ["geslachtsnaam": "Melder"], hasSecretAddress: false)),
    ].map { (number: $0.0, person: $0.1) }

    private func apply(_ levels: [String: Projection.Level]) -> Projection.Result {
        Projection(levels: levels).apply(narrative: ["omschrijvingIncident": "verhaal"], registration: ["code": 1], persons: persons)
    }

    @Test("what no group names is shown to nobody")
    func nothing() { #expect(apply([:]).content == .object([:])) }

    @Test("a secret address is nowhere but where it may be, and its secrecy is told")
    func secretAddress() {
        let without = apply(["ouders": .full, "adresFormeel": .full]).content.text
        #expect(!without.contains("schuilplaats"))
        #expect(!without.contains("\"formeel\""))
        #expect(without.contains("\"geheimAdres\":true"))
        #expect(apply(["ouders": .full, "adresFeitelijk": .full]).content.text.contains("schuilplaats"))
    }

    @Test("the reporter is seen by those alone who may see the reporter")
    func reporter() {
        #expect(!apply(["ouders": .full]).content.text.contains("Melder"))
        #expect(apply(["ouders": .full, "melder": .full]).content.text.contains("Melder"))
    }

    @Test("an address abroad is as secret as one at home")
    func addressAbroad() {
        let details: JSON = ["adresFormeelBuitenland": "formeel", "adresFeitelijkBuitenland": "schuilplaats"]
        let persons = [(number: 1, person: PoliceReport.Person(role: "voogd", details: details, hasSecretAddress: true))]
        func text(_ levels: [String: Projection.Level]) -> String {
            Projection(levels: levels).apply(narrative: [:], registration: [:], persons: persons).content.text
        }
        #expect(!text(["ouders": .full, "adresFormeel": .full]).contains("formeel\""))
        #expect(!text(["ouders": .full, "adresFormeel": .full]).contains("schuilplaats"))
        #expect(text(["ouders": .full, "adresFeitelijk": .full]).contains("schuilplaats"))
    }

    @Test("what the police have on record is not shown with the text of the report")
    func registers() {
        func content(_ levels: [String: Projection.Level]) -> String {
            let narrative: JSON = [
                "omschrijvingIncident": "verhaal", "relevanteRegistraties": ["eerder"], "geinformeerdeAnderen": ["buurman"],
            ]
            return Projection(levels: levels).apply(narrative: narrative, registration: [:], persons: []).content.text
        }
        #expect(content(["melding": .full]) == #"{"melding":{"omschrijvingIncident":"verhaal"}}"#)
        #expect(content(["registraties": .full]) == #"{"registraties":{"relevanteRegistraties":["eerder"]}}"#)
    }

    @Test("somebody's relations, which may lead to the reporter, are shown with the reporter alone")
    func relations() {
        let details: JSON = ["relaties": ["vader"], "aanvullendeInformatie": "zwanger", "telefoonnummers": ["06"]]
        func text(_ levels: [String: Projection.Level]) -> String {
            Projection(levels: levels).apply(
                narrative: [:], registration: [:],
                persons: [(number: 1, person: PoliceReport.Person(role: "ouder met gezag", details: details, hasSecretAddress: false))]
            ).content.text
        }
        #expect(!text(["ouders": .full]).contains("zwanger"))
        #expect(text(["ouders": .full, "melding": .full]).contains("zwanger"))
        #expect(!text(["ouders": .full, "melding": .full]).contains("vader"))
        #expect(text(["ouders": .full, "melding": .full, "melder": .full]).contains("vader"))
    }

    @Test("a pseudonym shows a number and a role, and is no disclosure of a person")
    func pseudonym() {
        let result = apply(["kinderen": .pseudonym])
        #expect(result.content == ["kinderen": [["persoon": 1, "rol": "jeugdige"]]])
        #expect(result.subjects.isEmpty)
    }

    @Test("each person whose data are in a message is named for the log")
    func subjects() { #expect(apply(["kinderen": .full, "ouders": .full]).subjects == [1, 2]) }
}
