// SPDX-License-Identifier: EUPL-1.2

import Messages

/// What a `vtMeldingDi01` may hold: the schemas of StUF Jeugdzorg 1.0.9 (VNG Realisatie, 2025-10-13) as rules.
///
/// The rules ask for more than the schemas in what a report cannot do without: a sender's OIN, a role of the list, a BSN that
/// passes the eleven-proof, dates that exist, and persons who are there.
enum VTMeldingRules {
    static let messageName = "vtMeldingDi01"

    /// The message alone, or in an envelope of SOAP 1.1 or 1.2.
    static func roots(roles: PersonRoles) -> [ElementRule] {
        let message = message(roles: roles)
        return Namespace.soap.map { namespace in
            let header = ElementRule(name: ElementName(namespace: namespace, local: "Header"), content: .foreign).optional
            let body = ElementRule(name: ElementName(namespace: namespace, local: "Body"), content: .envelope([message]))
            return ElementRule(name: ElementName(namespace: namespace, local: "Envelope"), content: .envelope([header, body]))
        } + [message]
    }

    private static func message(roles: PersonRoles) -> ElementRule {
        .jz(messageName, .group([StuurgegevensRules.rule(function: messageName), report(roles: roles)]))
    }

    private static func report(roles: PersonRoles) -> ElementRule {
        .jz(
            "object",
            .group([
                .jz("identificatieVtMelding", .text(.reference)).nillable,
                .jz("datumMelding", .date).nillable,
                .jz("datumIncident", .date).nillable,
                .jz("locatieIncident", .text(.text(bytesMax: 2_000))).nillable,
                .jz("omschrijvingIncident", .text(.narrative)).nillable,
                .jz("indicatieAgenderingAfstemmingsoverlegGewenst", .indicator).nillable,
                .jz("contactgegevensVerdiepingOpInfo", .group(contact)).nillable,
                .jz("informering", .text(.narrative)).optional,
                .jz("indicatieSASHIngevuld", .indicator),
                .jz("SASHniveau", .code(.sashLevel)).optional,
                .extraElements,
                .jz("betreft", .group([concern(roles: roles), .extraElements])).entity("VTMZOS", isRequired: true),
                .jz("isGeinformeerdAan", .group(informed, isOptional: true)).occurring(0...MessageLimits.personsMax).nillable
                    .entity("VTMNPS", isRequired: true),
                .jz("isIngediendDoor", .group([submitter, .extraElements])).nillable.entity("VTMBTR", isRequired: true),
            ])
        ).entity("VTM", isRequired: true)
    }

    private static let contact: [ElementRule] = [
        .jz("naamContactpersoon", .text(.name)).optional,
        .jz("afdeling", .text(.name)).optional.nillable,
        .jz("eMail", .text(.characters(254))).occurring(0...MessageLimits.repeatsMax).nillable,
        .jz("telefoonnummer", .text(.characters(20))).occurring(0...MessageLimits.repeatsMax).nillable,
    ]

    private static let informed: [ElementRule] = [
        .jz("gerelateerde", .group(PersonRules.reference)).nillable.entity(nil, isRequired: false),
        .jz("wijzeVanInformering", .code(.wayOfInforming)).optional.nillable,
        .jz("indicatieGereageerd", .indicator).nillable,
        .jz("strekkingReactie", .text(.narrative)).optional.nillable,
        .jz("datumGeinformeerd", .date).optional.nillable,
        .extraElements,
    ]

    private static func concern(roles: PersonRoles) -> ElementRule {
        .jz(
            "gerelateerde",
            .group([
                .jz("omschrijvingZorgelijkeSituatie", .text(.narrative)).nillable,
                .jz("relevanteRegistratie", .text(.narrative)).occurring(0...MessageLimits.repeatsMax).nillable,
                .jz("aanvullendeInformatie", .text(.narrative)).optional.nillable,
                .jz("bestaandeHulpverlening", .text(.narrative)).optional,
                .jz("tijdelijkHuisverbod", .text(.narrative)).optional,
                .jz("aanhouding", .text(.narrative)).optional,
                .jz("aangifte", .text(.narrative)).optional,
                .jz("eergerelateerdGeweld", .text(.narrative)).optional,
                .extraElements,
                .jz("heeftBetrokken", .group(involved(roles: roles))).occurring(1...MessageLimits.personsMax)
                    .entity("ZOSNPS", isRequired: true),
            ])
        ).entity("ZOS", isRequired: true)
    }

    private static func involved(roles: PersonRoles) -> [ElementRule] {
        [
            .jz("gerelateerde", .group(PersonRules.person)).entity(nil, isRequired: false),
            .jz("jeugzorgrol", .code(.choice(roles.wordings))),
            .jz("aanvullendeInformatieBetrokkenPersoon", .text(.narrative)).optional.nillable,
            .jz("overigeZorgMinderjarige", .text(.narrative)).optional.nillable,
            .extraElements,
        ]
    }

    private static let submitter = ElementRule.jz(
        "gerelateerde",
        .group([
            .zkn("vestiging", .group([.bg("vestigingsNummer", .text(.characters(12))).nillable])).optional.entity("VES", isRequired: false),
            .zkn("naam", .text(.characters(200))).optional.nillable,
            .zkn("instantiecode", .text(.name)).optional.nillable,
            .zkn("ingeschrevenNietNatuurlijkPersoon", .group([.bg("rsin", .text(.characters(9)))])).optional.nillable
                .entity("NNPINN", isRequired: false),
            .zkn("maatschappelijkeActiviteit", .group([.bg("kvkNummer", .text(.characters(8))).nillable])).optional.nillable
                .entity("MAC", isRequired: false),
        ])
    ).nillable.entity("BTR", isRequired: false)
}
