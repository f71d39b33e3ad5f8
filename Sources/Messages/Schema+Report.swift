// SPDX-License-Identifier: EUPL-1.2

import Values

/// The values of a report, described once for all notations.
extension Schema {
    /// What somebody wrote.
    public static let narrative = Schema.text(bytesMax: MessageLimits.textBytesMax)
    /// 200 characters in StUF, of at most four bytes each.
    public static let name = Schema.text(bytesMax: 800)
    public static let date = Schema.pattern("a date that exists, as yyyy-mm-dd") { CivilDate($0) != nil }
    public static let bsn = Schema.pattern("a BSN that passes the eleven-proof") { BSN($0) != nil }
    public static let oin = Schema.pattern("an OIN of twenty digits") { OIN($0) != nil }
    /// Stands in registers and logs, unlike what people write.
    public static let reference = Schema.pattern(
        "a text of 1 to \(MessageLimits.identifierBytesMax) bytes without control characters"
    ) { MessageLimits.isIdentifier($0) }
    public static let sashLevel = Schema.choice(["laag", "matig", "hoog"])
    public static let wayOfInforming = Schema.choice(["mondeling", "schriftelijk", "telefonisch", "e-mail", "onbenoemd"])
    /// Numbers of the registers for foreigners and for non-residents.
    public static let registerNumber = Schema.text(bytesMax: 20)

    /// A date of which the day, or month and day, may be unknown.
    public static let partialDate = Schema.pattern("a date that exists, as yyyy-mm-dd, or yyyy-mm or yyyy where the rest is unknown") {
        CivilDate($0) != nil || CivilDate($0 + "-01") != nil || CivilDate($0 + "-01-01") != nil
    }
}
