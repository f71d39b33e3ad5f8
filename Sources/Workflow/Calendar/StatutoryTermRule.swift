// SPDX-License-Identifier: EUPL-1.2

/// What a law on statutory terms says in numbers: how it stretches a term, and which terms it leaves alone.
public struct StatutoryTermRule: Hashable, Sendable {
    /// The name of the law.
    public let law: String
    /// Where the law says that no term ends on a day that is not a working day.
    public let rollSource: String
    /// A term of at least this many days …
    public let shortTermDays: Int
    /// … holds at least this many working days.
    public let shortTermWorkingDays: Int
    public let shortTermSource: String
    /// Units in which a term may be stated without falling under the law.
    public let excludedUnits: Set<Term.Unit>
    /// The largest count, per unit, of a term that still falls under the law.
    public let countMax: [Term.Unit: Int]
    public let exclusionSource: String

    /// Whether the law applies to a term at all.
    public func covers(_ term: Term) -> Bool {
        guard !excludedUnits.contains(term.unit) else { return false }
        return term.count <= countMax[term.unit] ?? term.count
    }
}
