// SPDX-License-Identifier: EUPL-1.2

import Messages

/// Natural persons (NPS) in a `vtMeldingDi01`: those in the report in full, those beside it by name and number.
enum PersonRules {
    static let person: [ElementRule] =
        [
            bsn, name.nillable, prefix, firstNames,
            .bg("geslachtsaanduiding", .code(.choice(["M", "V", "O"]))).nillable,
            .bg("geboortedatum", .date).optional.nillable,
            .extraElements, foreignerNumber, nonResidentNumber,
            .bg("telefoonnummer", .text(.characters(20))).occurring(0...MessageLimits.repeatsMax),
            .bg("nationaliteit", .text(.characters(42))).optional.nillable,
            .bg("taal", .text(.name)).optional.nillable,
            .bg("formeelVerblijfsadresBuitenland", .group(addressAbroad)).optional.nillable,
            // Without the s of the other three, as the schema spells it.
            .bg("formeelVerblijfadresBinnenland", .group(address)).optional.nillable,
            .bg("feitelijkVerblijfsadresBuitenland", .group(addressAbroad)).optional.nillable,
            .bg("feitelijkVerblijfsadresBinnenland", .group(address)).optional.nillable,
            .bg("staatInRelatieTot", .group(relation, isOptional: true)).occurring(0...MessageLimits.personsMax).nillable
                .entity("NPSNPSSIR", isRequired: true),
        ]

    static let reference: [ElementRule] = [
        bsn, name.optional.nillable, prefix, firstNames, .extraElements, foreignerNumber, nonResidentNumber,
        .bg("volledigeNaam", .text(.characters(412))).optional,
    ]

    private static let bsn = ElementRule.bg(
        "inp.bsn", .code(.pattern("a BSN of nine digits that passes the eleven-proof") { $0.utf8.count == 9 && BSN($0) != nil })
    ).optional.nillable
    private static let name = ElementRule.bg("geslachtsnaam", .text(.characters(200)))
    private static let prefix = ElementRule.bg("voorvoegselGeslachtsnaam", .text(.characters(10))).optional.nillable
    private static let firstNames = ElementRule.bg("voornamen", .text(.characters(200))).optional.nillable
    private static let foreignerNumber = ElementRule.bg("vreemdelingennummer", .text(.registerNumber)).optional.nillable
    private static let nonResidentNumber = ElementRule.bg("rni", .text(.registerNumber)).optional.nillable

    private static let address: [ElementRule] = [
        .bg("wpl.woonplaatsNaam", .text(.characters(80))).nillable.keepingReason,
        .bg("gor.openbareRuimteNaam", .text(.characters(80))).nillable.keepingReason,
        .bg("aoa.postcode", .code(.pattern("a postcode of four digits and two capitals", isPostcode))).optional.nillable
            .keepingReason,
        .bg("aoa.huisnummer", .code(.pattern("a number of 1 to 99999") { (1...99_999).contains(Int($0) ?? 0) }))
            .nillable.keepingReason,
        .bg("aoa.huisletter", .code(.pattern("one letter") { $0.wholeMatch(of: /[a-zA-Z]/) != nil })).optional.nillable
            .keepingReason,
        .bg(
            "aoa.huisnummertoevoeging", .text(.pattern("up to four letters and digits") { $0.wholeMatch(of: /[a-zA-Z0-9]{0,4}/) != nil })
        ).optional.nillable.keepingReason,
    ]

    private static let addressAbroad: [ElementRule] =
        [
            .bg("lnd.landcode", .code(.pattern("a country's code of up to four digits") { $0.wholeMatch(of: /[0-9]{1,4}/) != nil }))
                .nillable.keepingReason
        ] + (1...3).map { ElementRule.bg("sub.adresBuitenland\($0)", .text(.characters(35))).optional.nillable.keepingReason }

    private static let relation: [ElementRule] = [
        .bg("gerelateerde", .group(reference)).nillable.entity(nil, isRequired: false),
        .bg("omschrijvingSocialeRelatie", .text(.narrative)).nillable,
        .extraElements,
    ]

    @Sendable private static func isPostcode(_ text: String) -> Bool { text.wholeMatch(of: /[1-9][0-9]{3}[A-Z]{0,2}/) != nil }
}
