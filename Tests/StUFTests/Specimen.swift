// SPDX-License-Identifier: EUPL-1.2

import Values

/// A made-up report that can be written in both notations, each by itself.
struct Specimen {
    struct Person {
        var role: String
        var bsn: String?
        var foreignerNumber: String?
        var familyName: String?
        var firstNames: String?
        var sex: String
        var birth: (year: Int, month: Int, day: Int)?
        var street: String?
        var houseNumber: Int
        var isActual: Bool
        var note: String?
    }

    var reference: String
    var incident: String?
    var situation: String
    var location: String?
    var registrations: [String]
    var sashLevel: String?
    var complaint: String?
    var persons: [Person]

    init(using generator: inout SplitMix64) {
        let words = ["omgang", "é & co", "<kind>", "\"wel\"", "5 > 3", "'s avonds", "\u{1F600}", "overdracht", "ß"]
        func text() -> String {
            (0..<Int.random(in: 1...8, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        }
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
        func pick(_ values: [String]) -> String { values.randomElement(using: &generator) ?? "" }
        reference = "PL\(Int.random(in: 1...999_999, using: &generator))"
        incident = maybe(text())
        situation = text()
        location = maybe(text())
        registrations = (0..<Int.random(in: 0...3, using: &generator)).map { _ in text() }
        sashLevel = maybe(pick(["laag", "matig", "hoog"]))
        complaint = maybe(pick(["Ja", "Nee", "later"]))
        persons = (0..<Int.random(in: 1...5, using: &generator)).map { index in
            Person(
                role: index == 0 ? "jeugdige" : pick(["ouder met gezag", "melder", "informant", "broer of zus"]),
                bsn: maybe(pick(["999996708", "999996630", "999996642", "999996654", "999996666", "999996678"])),
                foreignerNumber: maybe("290000000\(index)"), familyName: maybe(text()), firstNames: maybe(text()),
                sex: pick(["M", "V", "O"]),
                birth: maybe(
                    (
                        Int.random(in: 1940...2026, using: &generator), Int.random(in: 1...12, using: &generator),
                        Int.random(in: 1...28, using: &generator)
                    )),
                street: maybe(text()), houseNumber: Int.random(in: 1...99_999, using: &generator), isActual: Bool.random(using: &generator),
                note: maybe(text()))
        }
    }

    // MARK: - As JSON

    var json: String {
        var members: [String: JSON] = [
            "zender": "00000099000000001000", "referentienummer": .string(reference), "identificatie": .string(reference),
            "datumMelding": "2026-11-24", "datumIncident": "2026-11-22", "locatieIncident": location.map { .string($0) } ?? .null,
            "omschrijvingIncident": incident.map { .string($0) } ?? .null, "omschrijvingZorgelijkeSituatie": .string(situation),
            "indicatieAgendering": true, "sashIngevuld": .bool(sashLevel != nil), "acuut": false, "aangifte": .bool(complaint == "Ja"),
            "regeling": ["bron": "onbekend", "nagekomen": "onbekend", "sterkeArm": false, "dwangsom": false], "oorzaken": ["onbekend"],
            "betrokkenen": .array(persons.map(\.json)),
        ]
        if !registrations.isEmpty { members["relevanteRegistraties"] = .array(registrations.map { .string($0) }) }
        members["sashNiveau"] = sashLevel.map { .string($0) }
        members["aangifteToelichting"] = complaint.map { .string($0) }
        return JSON.object(members).text
    }

    // MARK: - As XML

    var xml: String {
        """
        <jz:vtMeldingDi01 xmlns:jz="http://www.stufstandaarden.nl/koppelvlak/jz0100" xmlns:s="http://www.egem.nl/StUF/StUF0301"
          xmlns:bg="http://www.egem.nl/StUF/sector/bg/0310" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <jz:stuurgegevens><s:berichtcode>Di01</s:berichtcode>
        <s:zender><s:organisatie>00000099000000001000</s:organisatie><s:applicatie>BVH</s:applicatie></s:zender>
        <s:ontvanger><s:organisatie>00000099000000002000</s:organisatie><s:applicatie>VTIS</s:applicatie></s:ontvanger>
        \(element("s:referentienummer", reference))<s:tijdstipBericht>20261124</s:tijdstipBericht>
        <s:functie>vtMeldingDi01</s:functie></jz:stuurgegevens>
        <jz:object s:entiteittype="VTM">\(element("jz:identificatieVtMelding", reference))
        <jz:datumMelding>20261124</jz:datumMelding><jz:datumIncident>20261122</jz:datumIncident>
        \(elementOrNil("jz:locatieIncident", location))\(elementOrNil("jz:omschrijvingIncident", incident))
        <jz:indicatieAgenderingAfstemmingsoverlegGewenst>Ja</jz:indicatieAgenderingAfstemmingsoverlegGewenst>
        <jz:contactgegevensVerdiepingOpInfo/><jz:indicatieSASHIngevuld>\(sashLevel == nil ? "Nee" : "Ja")</jz:indicatieSASHIngevuld>
        \(element("jz:SASHniveau", sashLevel))<jz:betreft s:entiteittype="VTMZOS"><jz:gerelateerde s:entiteittype="ZOS">
        \(element("jz:omschrijvingZorgelijkeSituatie", situation))\(registrations.map { element("jz:relevanteRegistratie", $0) }.joined())
        \(element("jz:aangifte", complaint))\(persons.map(\.xml).joined())</jz:gerelateerde></jz:betreft>
        <jz:isIngediendDoor s:entiteittype="VTMBTR"><jz:gerelateerde/></jz:isIngediendDoor></jz:object></jz:vtMeldingDi01>
        """
    }
}

private func element(_ name: String, _ text: String?) -> String {
    guard let text else { return "" }
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<\(name)>\(escaped)</\(name)>"
}

private func elementOrNil(_ name: String, _ text: String?) -> String {
    text == nil ? "<\(name) xsi:nil=\"true\" s:noValue=\"waardeOnbekend\"/>" : element(name, text)
}

private func digits(_ number: Int, _ count: Int) -> String {
    String(repeating: "0", count: max(0, count - "\(number)".count)) + "\(number)"
}

extension Specimen.Person {
    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "rol": .string(role), "geslachtsnaam": familyName.map { .string($0) } ?? .null, "geslacht": .string(sex),
        ]
        members["bsn"] = bsn.map { .string($0) }
        members["vreemdelingennummer"] = foreignerNumber.map { .string($0) }
        members["voornamen"] = firstNames.map { .string($0) }
        members["geboortedatum"] = birth.map { .string("\(digits($0.year, 4))-\(digits($0.month, 2))-\(digits($0.day, 2))") }
        members["aanvullendeInformatie"] = note.map { .string($0) }
        if let street {
            members[isActual ? "adresFeitelijk" : "adresFormeel"] = [
                "straat": .string(street), "huisnummer": .string("\(houseNumber)"), "woonplaats": "Proefstad",
            ]
        }
        return .object(members)
    }

    fileprivate var xml: String {
        let place = isActual ? "bg:feitelijkVerblijfsadresBinnenland" : "bg:formeelVerblijfadresBinnenland"
        let address = street.map {
            "<\(place)>\(element("bg:wpl.woonplaatsNaam", "Proefstad"))\(element("bg:gor.openbareRuimteNaam", $0))"
                + "\(element("bg:aoa.huisnummer", "\(houseNumber)"))</\(place)>"
        }
        return """
            <jz:heeftBetrokken s:entiteittype="ZOSNPS"><jz:gerelateerde s:entiteittype="NPS">\(element("bg:inp.bsn", bsn))
            \(elementOrNil("bg:geslachtsnaam", familyName))\(element("bg:voornamen", firstNames))\(element("bg:geslachtsaanduiding", sex))
            \(element("bg:geboortedatum", birth.map { "\(digits($0.year, 4))\(digits($0.month, 2))\(digits($0.day, 2))" }))
            \(element("bg:vreemdelingennummer", foreignerNumber))\(address ?? "")</jz:gerelateerde>\(element("jz:jeugzorgrol", role))
            \(element("jz:aanvullendeInformatieBetrokkenPersoon", note))</jz:heeftBetrokken>
            """
    }
}
