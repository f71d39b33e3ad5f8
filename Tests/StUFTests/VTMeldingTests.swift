// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages
import Testing
import Values

@testable import StUF

@Suite("A vtMeldingDi01")
struct VTMeldingTests {
    @Test("comes apart into codes, persons and narrative")
    func parts() throws {
        let message = try Checkout.read(Checkout.sample())
        #expect(message.report.sender.digits == "00000099000000001000")
        #expect(message.report.reference == "PL0900-2026000109")
        #expect(message.report.persons.map(\.role) == ["jeugdige", "ouder met gezag", "melder", "informant"])
        #expect(message.report.narrative["omschrijvingIncident"]?.stringValue?.contains("gebroken & niemand") == true)
        #expect(message.report.narrative["sashNiveau"] == "laag")
        #expect(message.report.narrative["sashIngevuld"] == true)
        #expect(message.report.narrative["indicatieAgendering"] == false)
        #expect(message.report.narrative["relevanteRegistraties"] == ["2026: twee eerdere meldingen over de omgang."])
        #expect(message.report.narrative["ingediendDoor"] == ["naam": "Politie Proefstad"])
        #expect(message.report.narrative["contactgegevens"]?["eMail"] == ["basisteam@politie.example"])
        #expect(message.stuurgegevens.ontvanger.organisatie == "00000099000000002000")
        #expect(message.stuurgegevens.tijdstipBericht == "20261124091500")
    }

    @Test("what the message has no field for is not known, and not guessed")
    func unknown() throws {
        let report = try Checkout.read(Checkout.sample()).report
        #expect(
            report.registration == [
                "acuut": false, "aangifte": false, "regelingBron": "onbekend", "regelingNagekomen": "onbekend", "sterkeArm": false,
                "dwangsom": false, "oorzaken": ["onbekend"],
            ])
        #expect(!report.isAcute)
    }

    @Test(
        "only a plain yes makes a text on the criminal complaint a code",
        arguments: [("Ja", true), (" ja ", true), ("Nee", false), ("Moeder wil geen aangifte doen", false), ("Ja, maar later", false)])
    func complaint(text: String, isFiled: Bool) throws {
        let report = try read { $0.replacing("<jz:aangifte>Nee<", with: "<jz:aangifte>\(text)<") }
        #expect(report.registration["aangifte"] == .bool(isFiled))
        #expect(report.narrative["aangifteToelichting"]?.stringValue == text.trimmingCharacters(in: .whitespaces))
    }

    @Test("formal and actual address stay apart, and an address that may not be given is secret")
    func addresses() throws {
        let persons = try Checkout.read(Checkout.sample()).report.persons
        #expect(persons[0].hasSecretAddress)
        #expect(persons[0].details["adresFeitelijk"] == nil)
        #expect(!persons[1].hasSecretAddress)
        #expect(persons[1].details["adresFormeel"]?["huisletter"] == "b")
        #expect(persons[1].details["adresFeitelijk"] == nil)
        #expect(persons[2].details["adresFormeelBuitenland"] == ["landcode": "5010", "regels": ["Rue de l'Essai 3", "Bruxelles"]])
    }

    @Test("an address that is merely unknown is not secret")
    func unknownAddress() throws {
        let person = try read { $0.replacing("nietGeautoriseerd", with: "waardeOnbekend") }.persons[0]
        #expect(!person.hasSecretAddress)
        #expect(person.details["adresFeitelijk"] == nil)
    }

    @Test("persons without a BSN pass: with a foreigner's number, with a name, or with neither")
    func withoutBSN() throws {
        let persons = try Checkout.read(Checkout.sample()).report.persons
        #expect(persons[2].details["bsn"] == nil)
        #expect(persons[2].details["vreemdelingennummer"] == "2900000001")
        #expect(persons[3].details == ["rol": "informant", "geslachtsnaam": .null, "geslacht": "O"])
    }

    @Test("an unborn child is told of at its mother")
    func unborn() throws {
        let mother = try Checkout.read(Checkout.sample()).report.persons[1]
        #expect(mother.details["aanvullendeInformatie"] == "Verwacht in maart een kind.")
    }

    @Test(
        "a date is known as far as the message says",
        arguments: [
            (#"stuf:indOnvolledigeDatum="D">19850600"#, "1985-06"), (#"stuf:indOnvolledigeDatum="D">19850601"#, "1985-06"),
            (#"stuf:indOnvolledigeDatum="M">19850000"#, "1985"), (#"stuf:indOnvolledigeDatum="J">00000000"#, nil),
            (#"stuf:indOnvolledigeDatum="V">19850630"#, "1985-06-30"), (#">19840229"#, "1984-02-29"),
        ])
    func partialDate(element: String, expected: String?) throws {
        let report = try read { $0.replacing(#"stuf:indOnvolledigeDatum="D">19850600"#, with: element) }
        #expect(report.persons[2].details["geboortedatum"]?.stringValue == expected)
    }

    @Test("what somebody said to the report is kept with that person, and with the report where it is nobody's in it")
    func told() throws {
        let report = try Checkout.read(Checkout.sample()).report
        #expect(
            report.persons[1].details["geinformeerd"] == [
                ["wijze": "mondeling", "gereageerd": true, "strekking": "Stemt in met de melding.", "datum": "2026-11-22"]
            ])
        #expect(report.narrative["geinformeerdeAnderen"] == nil)
        let other = try read {
            let parts = $0.components(separatedBy: "isGeinformeerdAan stuf")
            return parts[0] + "isGeinformeerdAan stuf" + parts[1].replacing("999996666", with: "999996678")
        }
        #expect(other.persons[1].details["geinformeerd"] == nil)
        #expect(other.narrative["geinformeerdeAnderen"]?.arrayValue?.first?["bsn"] == "999996678")
    }

    @Test("relations to others are kept with the person")
    func relations() throws {
        let mother = try Checkout.read(Checkout.sample()).report.persons[1]
        #expect(mother.details["relaties"] == [["bsn": "999996654", "omschrijving": "moeder"]])
    }

    @Test("what the sender adds beside the standard is kept where it was added")
    func extras() throws {
        let extra = #"<stuf:extraElementen><stuf:extraElement naam="hond">bijt</stuf:extraElement></stuf:extraElementen>"#
        let atPerson = try read {
            $0.replacing("<jz:jeugzorgrol>melder</jz:jeugzorgrol>", with: "<jz:jeugzorgrol>melder</jz:jeugzorgrol>\(extra)")
        }
        #expect(atPerson.persons[2].details["overigeGegevens"] == [["naam": "hond", "waarde": "bijt"]])
        let atReport = try read { $0.replacing("<jz:betreft", with: "\(extra)<jz:betreft") }
        #expect(atReport.narrative["overigeGegevens"] == [["naam": "hond", "waarde": "bijt"]])
    }

    @Test("an empty text that may be left out is left out")
    func emptyText() throws {
        let extra = #"<stuf:extraElementen><stuf:extraElement naam="hond"/></stuf:extraElementen>"#
        #expect(try read { $0.replacing("<jz:betreft", with: "\(extra)<jz:betreft") }.narrative["overigeGegevens"] == nil)
        let report = try read { $0.replacing("<jz:aanhouding>Nee<", with: "<jz:aanhouding> <") }
        #expect(report.narrative["aanhouding"] == nil)
    }

    @Test("every element that may have no value may have none")
    func nothingKnown() throws {
        let names = [
            "identificatieVtMelding", "datumMelding", "datumIncident", "locatieIncident", "omschrijvingIncident",
            "indicatieAgenderingAfstemmingsoverlegGewenst", "omschrijvingZorgelijkeSituatie", "relevanteRegistratie",
            "aanvullendeInformatie", "contactgegevensVerdiepingOpInfo", "isIngediendDoor",
        ]
        let report = try read { text in
            names.reduce(text) { text, name in
                let start = text.firstRange(of: "<jz:\(name)")
                let end = text.firstRange(of: "</jz:\(name)>")
                guard let start, let end else { return text }
                let type = name == "isIngediendDoor" ? #"stuf:entiteittype="VTMBTR""# : ""
                let element =
                    #"<jz:\#(name) \#(type) xsi:nil="true" \#(name.hasPrefix("contact") ? "" : #"stuf:noValue="waardeOnbekend""#)/>"#
                return text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: element)
            }
        }
        #expect(report.narrative["datumIncident"] == .null)
        #expect(report.narrative["omschrijvingZorgelijkeSituatie"] == .null)
        #expect(report.narrative["indicatieAgendering"] == nil)
        #expect(report.narrative["relevanteRegistraties"] == nil)
        #expect(report.narrative["contactgegevens"] == nil)
        #expect(report.narrative["ingediendDoor"] == nil)
    }

    private func read(_ change: (String) -> String) throws -> PoliceReport {
        try Checkout.read(change(Checkout.sample())).report
    }
}

@Suite("One message in many notations")
struct NotationTests {
    /// The sample without its XML declaration.
    private static func message() throws -> String {
        let sample = try Checkout.sample()
        return String(sample[(sample.firstRange(of: "?>\n")?.upperBound ?? sample.startIndex)...])
    }

    private static func envelope(_ namespace: String, header: String = "") throws -> String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <s:Envelope xmlns:s="\(namespace)">\(header)<s:Body xmlns:w="urn:w" w:Id="b">\(try message())</s:Body></s:Envelope>
        """
    }

    @Test("a SOAP envelope around it changes nothing", arguments: Namespace.soap)
    func soap(namespace: String) throws {
        let header = #"<s:Header><a:To xmlns:a="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">urn:x<a:b/></a:To></s:Header>"#
        let bare = try Checkout.read(Checkout.sample())
        for message in [try Self.envelope(namespace), try Self.envelope(namespace, header: header)] {
            let read = try Checkout.read(message)
            #expect(read.report == bare.report)
            #expect(read.plainText == bare.plainText)
        }
    }

    @Test("prefixes mean nothing")
    func prefixes() throws {
        let sample = try Checkout.sample()
        let others = sample.replacing("jz:", with: "a:").replacing("stuf:", with: "b:").replacing("bg:", with: "c.d:")
            .replacing(":jz=", with: ":a=").replacing(":stuf=", with: ":b=").replacing(":bg=", with: ":c.d=").replacing("xsi:", with: "e:")
            .replacing(":xsi=", with: ":e=")
        #expect(try Checkout.read(others).plainText == Checkout.read(sample).plainText)
        let byDefault = sample.replacing("jz:", with: "").replacing("xmlns:jz=", with: "xmlns=")
        #expect(try Checkout.read(byDefault).plainText == Checkout.read(sample).plainText)
    }

    @Test(
        "sections, references, comments and instructions say what they say",
        arguments: [
            "<![CDATA[Bij de overdracht kwam]]> het kind niet mee.", "Bij de &#111;verdracht <!-- even -->kwam het kind<?x y?> niet mee.",
            "Bij<![CDATA[ de overdracht]]> kwam het <![CDATA[kind]]> niet mee.",
        ])
    func sections(notation: String) throws {
        let sample = try Checkout.sample()
        let part = "Bij de overdracht kwam het kind niet mee."
        try #require(sample.contains(part))
        #expect(try Checkout.read(sample.replacing(part, with: notation)).plainText == Checkout.read(sample).plainText)
    }

    @Test("nothing of a text is lost: references side by side, lines, and characters outside the plane")
    func text() throws {
        let sample = try Checkout.sample()
        let part = "Bij de overdracht kwam het kind niet mee."
        let report = try Checkout.read(sample.replacing(part, with: "a &amp; &lt; &gt; &quot; &#13;&#10;b\n  c &#x1F600; é")).report
        #expect(report.narrative["omschrijvingIncident"]?.stringValue?.hasPrefix("a & < > \" \r\nb\n  c \u{1F600} é Vader") == true)
    }

    @Test("a byte order mark and Windows line ends pass")
    func lineEnds() throws {
        let sample = try Checkout.sample()
        let windows = "\u{FEFF}" + sample.replacing("\n", with: "\r\n")
        #expect(try Checkout.read(windows).plainText == Checkout.read(sample).plainText)
    }
}
