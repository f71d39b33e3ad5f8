// SPDX-License-Identifier: EUPL-1.2

import Messages
import Values

/// The envelope that StUF 03.01 puts in every message, with the organisations required as the node between police and
/// municipalities does (`Systeem-corv`).
enum StuurgegevensRules {
    /// - Parameter function: the message's own name; the only function that its envelope may have.
    static func rule(function: String) -> ElementRule {
        .jz(
            "stuurgegevens",
            .group([
                .stuf("berichtcode", .code(.choice(["Di01"]))),
                .stuf("zender", .group(system(organisation: .oin))),
                .stuf("ontvanger", .group(system(organisation: .characters(200)))),
                .stuf("referentienummer", .text(.characters(40))),
                .stuf("tijdstipBericht", .code(.pattern("a moment that exists, as yyyymmdd or yyyymmddhhmmss", isMoment))),
                .stuf("functie", .code(.choice([function]))),
            ]))
    }

    private static func system(organisation: Schema) -> [ElementRule] {
        [
            .stuf("organisatie", .code(organisation)),
            .stuf(
                "applicatie", .code(.pattern("a text of 3 to 50 characters") { (3...50).contains($0.unicodeScalars.count) })),
            .stuf("administratie", .text(.characters(50))).optional,
            .stuf("gebruiker", .text(.characters(100))).optional,
        ]
    }

    @Sendable private static func isMoment(_ text: String) -> Bool {
        guard (8...17).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return false }
        return StUFDate(String(text.prefix(8)), incompleteness: nil) != nil
    }
}
