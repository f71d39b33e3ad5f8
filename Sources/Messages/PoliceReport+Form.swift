// SPDX-License-Identifier: EUPL-1.2

import Values

/// The form that every report is brought into, and the checks that all notations share.
extension PoliceReport {
    private static let causes = ["positieKind", "praktisch", "veiligheidszorg", "conflict", "bewusteDwarsboming", "onbekend"]

    /// Fields that go to the registers of the police, shown under another group than the text of the report.
    static let policeRegistrationFields: Set<String> = [
        "sashIngevuld", "sashNiveau", "relevanteRegistraties", "tijdelijkHuisverbod", "aanhouding", "aangifteToelichting",
        "eergerelateerdGeweld",
    ]
    /// The text of the report and what it says of itself.
    static let reportTextFields: Set<String> = [
        "identificatie", "datumMelding", "datumIncident", "locatieIncident", "omschrijvingIncident", "omschrijvingZorgelijkeSituatie",
        "aanvullendeInformatie", "bestaandeHulpverlening", "indicatieAgendering", "informering", "contactgegevens", "ingediendDoor",
    ]
    /// Kept, and in no group: whoever was told without being in the report, and what the sender added beside the standard.
    private static let undisclosedFields: Set<String> = ["geinformeerdeAnderen", "overigeGegevens"]

    static let narrativeFields = policeRegistrationFields.union(reportTextFields).union(undisclosedFields)

    private static let dutchAddress = Schema.object([
        .required("straat", .nullable(.text(bytesMax: 320))), .required("huisnummer", .nullable(.text(bytesMax: 20))),
        .optional("huisletter", .text(bytesMax: 4)), .optional("huisnummertoevoeging", .text(bytesMax: 16)),
        .optional("postcode", .text(bytesMax: 10)), .required("woonplaats", .nullable(.text(bytesMax: 320))),
    ])
    private static let foreignAddress = Schema.object([
        .required("landcode", .nullable(.text(bytesMax: 4))), .required("regels", .list(.text(bytesMax: 140), countMin: 0, countMax: 3)),
    ])
    private static let telephoneNumbers = Schema.list(.text(bytesMax: 80), countMin: 1, countMax: MessageLimits.repeatsMax)
    private static let extras = Schema.list(
        .object([.required("naam", .narrative), .required("waarde", .narrative)]), countMin: 1,
        countMax: MessageLimits.personsMax * MessageLimits.repeatsMax)

    /// Who somebody is, without more: for persons who are named beside those in the report.
    private static let identity: [Schema.Field] = [
        .optional("bsn", .bsn), .optional("vreemdelingennummer", .registerNumber), .optional("rni", .registerNumber),
        .optional("geslachtsnaam", .nullable(.name)), .optional("voorvoegselGeslachtsnaam", .text(bytesMax: 40)),
        .optional("voornamen", .name), .optional("volledigeNaam", .text(bytesMax: 1_648)),
    ]
    /// That somebody was told of the report, and what he or she said to it.
    private static let informed: [Schema.Field] = [
        .optional("wijze", .wayOfInforming), .optional("gereageerd", .boolean), .optional("strekking", .narrative),
        .optional("datum", .partialDate),
    ]

    private static func person(roles: PersonRoles) -> Schema {
        .object([
            .required("rol", .choice(roles.wordings)),
            .optional("bsn", .bsn), .optional("vreemdelingennummer", .registerNumber), .optional("rni", .registerNumber),
            .required("geslachtsnaam", .nullable(.name)), .optional("voorvoegselGeslachtsnaam", .text(bytesMax: 40)),
            .optional("voornamen", .name), .required("geslacht", .choice(["M", "V", "X", "O"])),
            .optional("geboortedatum", .partialDate), .optional("ongeboren", .boolean),
            .optional("telefoonnummers", telephoneNumbers), .optional("nationaliteit", .text(bytesMax: 168)), .optional("taal", .name),
            .optional("adresFormeel", dutchAddress), .optional("adresFormeelBuitenland", foreignAddress),
            .optional("adresFeitelijk", dutchAddress), .optional("adresFeitelijkBuitenland", foreignAddress),
            .optional("geheimAdres", .boolean),
            .optional("aanvullendeInformatie", .narrative), .optional("overigeZorgMinderjarige", .narrative),
            .optional("geinformeerd", .list(.object(informed), countMin: 1, countMax: MessageLimits.repeatsMax)),
            .optional(
                "relaties",
                .list(.object(identity + [.optional("omschrijving", .narrative)]), countMin: 1, countMax: MessageLimits.personsMax)),
            .optional("overigeGegevens", extras),
        ])
    }

    /// The closed form of a report; everything else in it is refused. Null stands for what the sender says is not known.
    ///
    /// A code that says that something is so (`aangifte`, `sterkeArm`, `dwangsom`) is false where the report does not say it.
    public static func form(roles: PersonRoles) -> Schema {
        .object(
            addressing + codes + texts + [
                .required("betrokkenen", .list(person(roles: roles), countMin: 1, countMax: MessageLimits.personsMax))
            ])
    }

    private static let addressing: [Schema.Field] = [
        .required("zender", .oin), .required("referentienummer", .reference),
        .optional("gemeente", .pattern("a municipality's four digits") { $0.utf8.count == 4 && Int($0) != nil }),
    ]

    private static let codes: [Schema.Field] = [
        .required("acuut", .boolean), .required("aangifte", .boolean),
        .required(
            "regeling",
            .object([
                .required("bron", .choice(["rechter", "onderling", "geen", "onbekend"])),
                .required("nagekomen", .choice(["ja", "nee", "onbekend"])),
                .required("sterkeArm", .boolean),
                .required("dwangsom", .boolean),
            ])),
        .required("oorzaken", .list(.choice(causes), countMin: 1, countMax: causes.count)),
    ]

    private static let texts: [Schema.Field] = [
        .optional("identificatie", .nullable(.reference)),
        .required("datumMelding", .nullable(.date)), .required("datumIncident", .nullable(.partialDate)),
        .required("locatieIncident", .nullable(.text(bytesMax: 2_000))), .required("omschrijvingIncident", .nullable(.narrative)),
        .required("omschrijvingZorgelijkeSituatie", .nullable(.narrative)),
        .optional("aanvullendeInformatie", .narrative), .optional("bestaandeHulpverlening", .narrative),
        .optional("indicatieAgendering", .boolean), .optional("informering", .narrative),
        .optional("sashIngevuld", .boolean), .optional("sashNiveau", .sashLevel),
        .optional("relevanteRegistraties", .list(.narrative, countMin: 1, countMax: MessageLimits.repeatsMax)),
        .optional("tijdelijkHuisverbod", .narrative), .optional("aanhouding", .narrative), .optional("aangifteToelichting", .narrative),
        .optional("eergerelateerdGeweld", .narrative),
        .optional(
            "contactgegevens",
            .object([
                .optional("naam", .name), .optional("afdeling", .name),
                .optional("eMail", .list(.text(bytesMax: 1_016), countMin: 1, countMax: MessageLimits.repeatsMax)),
                .optional("telefoonnummers", telephoneNumbers),
            ])),
        .optional(
            "ingediendDoor",
            .object([
                .optional("naam", .name), .optional("instantiecode", .name), .optional("vestigingsnummer", .text(bytesMax: 48)),
                .optional("rsin", .text(bytesMax: 36)), .optional("kvkNummer", .text(bytesMax: 32)),
            ])),
        .optional(
            "geinformeerdeAnderen", .list(.object(identity + informed), countMin: 1, countMax: MessageLimits.personsMax)),
        .optional("overigeGegevens", extras),
    ]
}
