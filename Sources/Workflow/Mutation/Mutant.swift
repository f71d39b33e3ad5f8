// SPDX-License-Identifier: EUPL-1.2

/// A workflow with exactly one rule of it spoiled, as a text that can be loaded, linted, verified and tested like any other.
///
/// A workflow whose mutants all are noticed has a rule for everything that its scenarios and properties demand, and a scenario or
/// property for every rule.
public struct Mutant: Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case dropGuard = "drop-guard"
        case negateGuard = "negate-guard"
        case retarget
        case widenFrom = "widen-from"
        case dropRequire = "drop-require"
        case dropSet = "drop-set"
    }

    /// Where, what and which: `civiel.rechter/on/rechterBeslist/0/drop-guard`. It holds no line and no other rule's text, so that
    /// changes elsewhere leave it as it is.
    public let id: String
    public let kind: Kind
    /// Of what was changed, in the text without the change.
    public let position: SourcePosition
    /// What was done, for people.
    public let words: String
    public let text: String
}
