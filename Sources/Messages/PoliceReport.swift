// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A report of the police in this project's own JSON form.
///
/// It comes apart into three things that are kept apart from the first day: codes for the registration, persons, and narrative.
public struct PoliceReport: Hashable, Sendable {
    public let sender: OIN
    /// The sender's own number for it; sender and reference together name a report for ever.
    public let reference: String
    public let municipality: String?
    public let isAcute: Bool
    /// Codes that a workflow may read; no personal data.
    public let registration: JSON
    public let persons: [Person]
    /// What people wrote.
    public let narrative: JSON

    /// Somebody in the report. `details` is personal data from end to end.
    public struct Person: Hashable, Sendable {
        public let role: String
        public let details: JSON
        public let hasSecretAddress: Bool

        public init(role: String, details: JSON, hasSecretAddress: Bool) {
            self.role = role
            self.details = details
            self.hasSecretAddress = hasSecretAddress
        }

        /// Under which of the two groups of persons a partner sees him or her.
        public var isChild: Bool { role == "jeugdige" }
    }

    private static let causes = ["positieKind", "praktisch", "veiligheidszorg", "conflict", "bewusteDwarsboming", "onbekend"]
    private static let address = Schema.object([
        .required("straat", .text(bytesMax: 200)), .required("huisnummer", .text(bytesMax: 20)),
        .required("postcode", .text(bytesMax: 10)), .required("woonplaats", .text(bytesMax: 100)),
    ])
    private static let date = Schema.pattern("a date that exists, as yyyy-mm-dd") { CivilDate($0) != nil }
    private static let oin = Schema.pattern("an OIN of twenty digits") { OIN($0) != nil }

    private static let person = Schema.object([
        .required(
            "rol",
            .choice([
                "jeugdige", "ouder met gezag", "ouder zonder gezag", "ouder (gezag onbekend)", "melder", "informant", "opvoeder",
                "stiefouder", "pleegouder", "voogd", "broer/zus", "grootouder",
            ])),
        .optional("bsn", .pattern("a BSN that passes the eleven-proof") { BSN($0) != nil }),
        .optional("vreemdelingennummer", .text(bytesMax: 10)),
        .required("geslachtsnaam", .text(bytesMax: 200)),
        .optional("voornamen", .text(bytesMax: 200)),
        .required("geslacht", .choice(["M", "V", "X", "O"])),
        .optional("geboortedatum", date),
        .optional("ongeboren", .boolean),
        .optional("adresFormeel", address),
        .optional("adresFeitelijk", address),
        .optional("geheimAdres", .boolean),
    ])

    /// The closed form of a report; everything else in it is refused.
    public static let schema = Schema.object([
        .required("zender", oin),
        .required("referentienummer", .text(bytesMax: MessageLimits.identifierBytesMax)),
        .optional("gemeente", .pattern("a municipality's four digits") { $0.utf8.count == 4 && Int($0) != nil }),
        .required("datumMelding", date),
        .required("datumIncident", date),
        .required("locatieIncident", .text(bytesMax: 500)),
        .required("omschrijvingIncident", .text(bytesMax: 20_000)),
        .required("omschrijvingZorgelijkeSituatie", .text(bytesMax: 20_000)),
        .optional("sashNiveau", .choice(["laag", "matig", "hoog"])),
        .required("acuut", .boolean),
        .required("aangifte", .boolean),
        .required(
            "regeling",
            .object([
                .required("bron", .choice(["rechter", "onderling", "geen", "onbekend"])),
                .required("nagekomen", .choice(["ja", "nee", "onbekend"])),
                .required("sterkeArm", .boolean),
                .required("dwangsom", .boolean),
            ])),
        .required("oorzaken", .list(.choice(causes), countMin: 1, countMax: causes.count)),
        .required("betrokkenen", .list(person, countMin: 1, countMax: MessageLimits.personsMax)),
    ])

    /// - Throws: ``Problem`` with everything that is wrong, by JSON pointer and by line of `text`.
    public init(_ text: String) throws(Problem) {
        guard text.utf8.count <= MessageLimits.reportBytesMax else {
            throw Problem(.tooLarge, "a report has at most \(MessageLimits.reportBytesMax) bytes")
        }
        let json: JSON
        do {
            json = try JSON.parse(text)
        } catch {
            throw Problem(.schema, "the report is no JSON: \(error)")
        }
        var violations = PoliceReport.schema.violations(in: json)
        if violations.isEmpty, !(json["betrokkenen"]?.arrayValue ?? []).contains(where: { $0["rol"] == "jeugdige" }) {
            violations.append(Schema.Violation(pointer: "/betrokkenen", message: "should hold at least one jeugdige"))
        }
        guard violations.isEmpty, let sender = json["zender"]?.stringValue.flatMap({ OIN($0) }),
            let reference = json["referentienummer"]?.stringValue
        else {
            let positions = JSONPositions(text)
            throw Problem(
                .schema, "the report is not valid",
                errors: violations.map { "line \(positions.line(of: $0.pointer)): \($0.pointer.isEmpty ? "/" : $0.pointer) \($0.message)" })
        }
        self.sender = sender
        self.reference = reference
        municipality = json["gemeente"]?.stringValue
        isAcute = json["acuut"] == true
        registration = [
            "acuut": json["acuut"] ?? .null, "aangifte": json["aangifte"] ?? .null,
            "regelingBron": json["regeling"]?["bron"] ?? .null, "regelingNagekomen": json["regeling"]?["nagekomen"] ?? .null,
            "sterkeArm": json["regeling"]?["sterkeArm"] ?? .null, "dwangsom": json["regeling"]?["dwangsom"] ?? .null,
            "oorzaken": json["oorzaken"] ?? .null,
        ]
        narrative = .object(
            (json.objectValue ?? [:]).filter {
                [
                    "datumMelding", "datumIncident", "locatieIncident", "omschrijvingIncident", "omschrijvingZorgelijkeSituatie",
                    "sashNiveau",
                ]
                .contains($0.key)
            })
        persons = (json["betrokkenen"]?.arrayValue ?? []).map {
            Person(role: $0["rol"]?.stringValue ?? "", details: $0, hasSecretAddress: $0["geheimAdres"] == true)
        }
    }
}
