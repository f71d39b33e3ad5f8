// SPDX-License-Identifier: EUPL-1.2

/// The wordings that a person's role may have in a report, as the code list has them on the day of receipt.
///
/// The list is data: whoever reads reports hands it in. Two roles mean something to the program itself.
public struct PersonRoles: Hashable, Sendable {
    /// Whom a report is about. A report names at least one.
    public static let child = "jeugdige"
    /// Who told the police. Others learn who that is only where they may.
    public static let reporter = "melder"

    public let wordings: [String]

    public init(_ wordings: [String]) { self.wordings = wordings }
}
