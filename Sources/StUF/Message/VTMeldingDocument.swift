// SPDX-License-Identifier: EUPL-1.2

/// A `vtMeldingDi01` as the decoder finds it in the plain form: what has no value is not there.
struct VTMeldingDocument: Decodable {
    let stuurgegevens: Stuurgegevens
    let object: Report

    struct Report: Decodable {
        let identificatieVtMelding: String?
        let datumMelding: String?
        let datumIncident: String?
        let locatieIncident: String?
        let omschrijvingIncident: String?
        let indicatieAgenderingAfstemmingsoverlegGewenst: String?
        let contactgegevensVerdiepingOpInfo: Contact?
        let informering: String?
        let indicatieSASHIngevuld: String?
        let sashNiveau: String?
        let extraElementen: Extras?
        let betreft: Concerns
        let isGeinformeerdAan: [Informed]
        let isIngediendDoor: Submission?

        enum CodingKeys: String, CodingKey {
            case identificatieVtMelding, datumMelding, datumIncident, locatieIncident, omschrijvingIncident
            case indicatieAgenderingAfstemmingsoverlegGewenst, contactgegevensVerdiepingOpInfo, informering, indicatieSASHIngevuld
            case sashNiveau = "SASHniveau"
            case extraElementen, betreft, isGeinformeerdAan, isIngediendDoor
        }
    }

    struct Contact: Decodable {
        let naamContactpersoon: String?
        let afdeling: String?
        let eMail: [String]
        let telefoonnummer: [String]
    }

    struct Extras: Decodable {
        let extraElement: [Extra]
    }

    struct Extra: Decodable {
        let naam: String
        let value: String

        enum CodingKeys: String, CodingKey {
            case naam
            case value = ""
        }
    }

    struct Concerns: Decodable {
        let gerelateerde: Concern
        let extraElementen: Extras?
    }

    struct Concern: Decodable {
        let omschrijvingZorgelijkeSituatie: String?
        let relevanteRegistratie: [String]
        let aanvullendeInformatie: String?
        let bestaandeHulpverlening: String?
        let tijdelijkHuisverbod: String?
        let aanhouding: String?
        let aangifte: String?
        let eergerelateerdGeweld: String?
        let extraElementen: Extras?
        let heeftBetrokken: [Involved]
    }

    struct Involved: Decodable {
        let gerelateerde: NaturalPerson?
        let jeugzorgrol: String
        let aanvullendeInformatieBetrokkenPersoon: String?
        let overigeZorgMinderjarige: String?
        let extraElementen: Extras?
    }

    struct Informed: Decodable {
        let gerelateerde: NamedPerson?
        let wijzeVanInformering: String?
        let indicatieGereageerd: String?
        let strekkingReactie: String?
        let datumGeinformeerd: String?
        let extraElementen: Extras?
    }

    struct Submission: Decodable {
        let gerelateerde: Submitter?
        let extraElementen: Extras?
    }

    struct Submitter: Decodable {
        struct Establishment: Decodable { let vestigingsNummer: String? }
        struct LegalPerson: Decodable { let rsin: String? }
        struct Activity: Decodable { let kvkNummer: String? }

        let vestiging: Establishment?
        let naam: String?
        let instantiecode: String?
        let ingeschrevenNietNatuurlijkPersoon: LegalPerson?
        let maatschappelijkeActiviteit: Activity?
    }
}
