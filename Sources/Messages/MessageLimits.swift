// SPDX-License-Identifier: EUPL-1.2

/// Bounds on what travels, each with its reason.
public enum MessageLimits {
    /// NL GOV profile for CloudEvents: larger content goes by reference.
    public static let eventBytesMax = 65_536
    /// A report with dozens of persons and long texts has a tenth of it, as JSON and as XML.
    public static let reportBytesMax = 1 << 20
    /// Longest identifier of a message or a report.
    public static let identifierBytesMax = 128
    /// Persons in one report.
    public static let personsMax = 100
    /// Texts, registrations or telephone numbers where a report may have any number of them.
    public static let repeatsMax = 20
    /// What somebody wrote in one field: about four pages.
    public static let textBytesMax = 20_000
    /// Nesting of a vtMeldingDi01 in a SOAP envelope is 12; the bound keeps hostile input off the stack.
    public static let xmlDepthMax = 32
    /// Errors told of one document. Whoever has more of them has sent something else than was meant.
    public static let errorsMax = 100

    /// Whether a text can identify a message or a report. A control character would upset registers and logs; PostgreSQL stores no
    /// zero byte in a text.
    static func isIdentifier(_ text: String) -> Bool {
        (1...identifierBytesMax).contains(text.utf8.count) && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
