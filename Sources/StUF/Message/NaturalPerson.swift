// SPDX-License-Identifier: EUPL-1.2

/// A natural person (NPS) in the report, in the plain form.
struct NaturalPerson: Decodable {
    let bsn: String?
    let geslachtsnaam: String?
    let voorvoegselGeslachtsnaam: String?
    let voornamen: String?
    let geslachtsaanduiding: String?
    let geboortedatum: String?
    let extraElementen: VTMeldingDocument.Extras?
    let vreemdelingennummer: String?
    let rni: String?
    let telefoonnummer: [String]
    let nationaliteit: String?
    let taal: String?
    let formeelBuitenland: AddressAbroad?
    let formeelBinnenland: Address?
    let feitelijkBuitenland: AddressAbroad?
    let feitelijkBinnenland: Address?
    let staatInRelatieTot: [Relation]

    enum CodingKeys: String, CodingKey {
        case bsn = "inp.bsn"
        case geslachtsnaam, voorvoegselGeslachtsnaam, voornamen, geslachtsaanduiding, geboortedatum, extraElementen
        case vreemdelingennummer, rni, telefoonnummer, nationaliteit, taal
        case formeelBuitenland = "formeelVerblijfsadresBuitenland"
        // The schema's own spelling.
        case formeelBinnenland = "formeelVerblijfadresBinnenland"
        case feitelijkBuitenland = "feitelijkVerblijfsadresBuitenland"
        case feitelijkBinnenland = "feitelijkVerblijfsadresBinnenland"
        case staatInRelatieTot
    }

    struct Relation: Decodable {
        /// Whoever it is a relation to.
        let gerelateerde: NamedPerson?
        let omschrijvingSocialeRelatie: String?
        let extraElementen: VTMeldingDocument.Extras?
    }

    /// A part of an address: its text, or why the sender does not give it.
    struct AddressPart: Decodable {
        let value: String
        let noValue: String?

        enum CodingKeys: String, CodingKey {
            case value = ""
            case noValue
        }

        /// The sender has it and may not give it: somebody wants it kept from others.
        var isWithheld: Bool { noValue == "nietGeautoriseerd" }
        var text: String? { value.isEmpty ? nil : value }
    }

    struct Address: Decodable {
        let woonplaats: AddressPart?
        let straat: AddressPart?
        let postcode: AddressPart?
        let huisnummer: AddressPart?
        let huisletter: AddressPart?
        let huisnummertoevoeging: AddressPart?

        enum CodingKeys: String, CodingKey {
            case woonplaats = "wpl.woonplaatsNaam"
            case straat = "gor.openbareRuimteNaam"
            case postcode = "aoa.postcode"
            case huisnummer = "aoa.huisnummer"
            case huisletter = "aoa.huisletter"
            case huisnummertoevoeging = "aoa.huisnummertoevoeging"
        }
    }

    struct AddressAbroad: Decodable {
        let landcode: AddressPart?
        let regel1: AddressPart?
        let regel2: AddressPart?
        let regel3: AddressPart?

        enum CodingKeys: String, CodingKey {
            case landcode = "lnd.landcode"
            case regel1 = "sub.adresBuitenland1"
            case regel2 = "sub.adresBuitenland2"
            case regel3 = "sub.adresBuitenland3"
        }
    }
}

/// A natural person (NPS) who is named beside those in the report: by number and name, without more.
struct NamedPerson: Decodable {
    let bsn: String?
    let geslachtsnaam: String?
    let voorvoegselGeslachtsnaam: String?
    let voornamen: String?
    let extraElementen: VTMeldingDocument.Extras?
    let vreemdelingennummer: String?
    let rni: String?
    let volledigeNaam: String?

    enum CodingKeys: String, CodingKey {
        case bsn = "inp.bsn"
        case geslachtsnaam, voorvoegselGeslachtsnaam, voornamen, extraElementen, vreemdelingennummer, rni, volledigeNaam
    }
}
