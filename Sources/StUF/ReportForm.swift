// SPDX-License-Identifier: EUPL-1.2

import Messages
import Values

/// Brings a `vtMeldingDi01` into the form that all reports share.
///
/// What the message has no field for is not guessed: who set the contact arrangement and whether it was kept is `onbekend`, as
/// is the cause, and codes that say that something is so are false. Texts stay texts.
struct ReportForm {
    private let document: VTMeldingDocument
    private var concern: VTMeldingDocument.Concern { document.object.betreft.gerelateerde }

    init(_ document: VTMeldingDocument) { self.document = document }

    var json: JSON {
        let report = document.object
        let told = Told(report.isGeinformeerdAan, among: concern.heeftBetrokken)
        let extras = [report.extraElementen, report.betreft.extraElementen, concern.extraElementen, report.isIngediendDoor?.extraElementen]
        return .members([
            "zender": .string(document.stuurgegevens.zender.organisatie),
            "referentienummer": .string(document.stuurgegevens.referentienummer),
            "identificatie": .text(report.identificatieVtMelding),
            // Null stands for what the sender says is not known.
            "datumMelding": .text(report.datumMelding) ?? .null, "datumIncident": .text(report.datumIncident) ?? .null,
            "locatieIncident": .text(report.locatieIncident) ?? .null,
            "omschrijvingIncident": .text(report.omschrijvingIncident) ?? .null,
            "omschrijvingZorgelijkeSituatie": .text(concern.omschrijvingZorgelijkeSituatie) ?? .null,
            "aanvullendeInformatie": .text(concern.aanvullendeInformatie),
            "bestaandeHulpverlening": .text(concern.bestaandeHulpverlening),
            "indicatieAgendering": .indicator(report.indicatieAgenderingAfstemmingsoverlegGewenst),
            "contactgegevens": report.contactgegevensVerdiepingOpInfo.flatMap(contact), "informering": .text(report.informering),
            "sashIngevuld": .indicator(report.indicatieSASHIngevuld), "sashNiveau": .text(report.sashNiveau),
            "relevanteRegistraties": .texts(concern.relevanteRegistratie),
            "tijdelijkHuisverbod": .text(concern.tijdelijkHuisverbod), "aanhouding": .text(concern.aanhouding),
            "aangifteToelichting": .text(concern.aangifte), "eergerelateerdGeweld": .text(concern.eergerelateerdGeweld),
            "ingediendDoor": report.isIngediendDoor?.gerelateerde.flatMap(submitter), "geinformeerdeAnderen": told.others,
            "overigeGegevens": .extras(extras + told.extras),
            "acuut": false, "aangifte": .bool(isFiled(concern.aangifte)),
            "regeling": ["bron": "onbekend", "nagekomen": "onbekend", "sterkeArm": false, "dwangsom": false],
            "oorzaken": ["onbekend"],
            "betrokkenen": .array(concern.heeftBetrokken.enumerated().map { PersonForm($1, told: told.entries(of: $0)).json }),
        ])
    }

    /// The schema has a text for the criminal complaint (aangifte), not a code. A plain yes is read as the code; whatever else is
    /// written there is left to a reader.
    private func isFiled(_ text: String?) -> Bool { ["ja", "j"].contains(text?.lowercased()) }

    private func contact(_ contact: VTMeldingDocument.Contact) -> JSON? {
        .membersWherePresent([
            "naam": .text(contact.naamContactpersoon), "afdeling": .text(contact.afdeling), "eMail": .texts(contact.eMail),
            "telefoonnummers": .texts(contact.telefoonnummer),
        ])
    }

    private func submitter(_ submitter: VTMeldingDocument.Submitter) -> JSON? {
        .membersWherePresent([
            "naam": .text(submitter.naam), "instantiecode": .text(submitter.instantiecode),
            "vestigingsnummer": .text(submitter.vestiging?.vestigingsNummer),
            "rsin": .text(submitter.ingeschrevenNietNatuurlijkPersoon?.rsin),
            "kvkNummer": .text(submitter.maatschappelijkeActiviteit?.kvkNummer),
        ])
    }
}

extension JSON {
    /// An object of what is there.
    static func members(_ members: [String: JSON?]) -> JSON { .object(members.compactMapValues(\.self)) }

    /// As ``members(_:)``, and nil where nothing is.
    static func membersWherePresent(_ members: [String: JSON?]) -> JSON? {
        let present = members.compactMapValues(\.self)
        return present.isEmpty ? nil : .object(present)
    }

    static func text(_ text: String?) -> JSON? { text.map { .string($0) } }
    static func texts(_ texts: [String]) -> JSON? { list(texts.map { .string($0) }) }
    static func list(_ elements: [JSON]) -> JSON? { elements.isEmpty ? nil : .array(elements) }
    static func indicator(_ text: String?) -> JSON? { text.map { .bool($0 == "Ja") } }

    static func extras(_ groups: [VTMeldingDocument.Extras?]) -> JSON? {
        list(groups.compactMap(\.self).flatMap(\.extraElement).map { ["naam": .string($0.naam), "waarde": .string($0.value)] })
    }
}
