// SPDX-License-Identifier: EUPL-1.2

/// Something that no definition should have. `Workflows/LINT.md` explains each rule.
public struct LintRule: Sendable {
    /// Stable: authors write it in comments that allow a finding.
    public let id: String
    /// What the rule finds, in one line.
    public let summary: String
    let check: @Sendable (LintSubject) -> [Remark]

    /// What a rule says about one place.
    struct Remark {
        let position: SourcePosition
        let message: String

        init(_ position: SourcePosition, _ message: String) {
            self.position = position
            self.message = message
        }
    }

    init(_ id: String, _ summary: String, check: @escaping @Sendable (LintSubject) -> [Remark]) {
        self.id = id
        self.summary = summary
        self.check = check
    }
}

extension LintRule {
    /// All rules, by what they look at.
    public static let all: [LintRule] = [
        // Names.
        unknownRole, unknownContact, unknownPurpose, unknownBasis, unknownFieldGroup, unknownEvent, unknownMunicipality,
        reportUndeclared,
        // Declarations.
        unusedFact, unusedTask, unusedSource, eventUnawaited, eventUnsendable, senderWithoutOccasion, eventOpenToAll, answerUnawaited,
        // States.
        unreachableState, noOutcome, noWakeUp, alwaysCycle,
        // Guards and values.
        guardsOverlap, transitionShadowed, guardConstant, expressionMayFail, valueWithoutRule,
        // Law.
        ruleWithoutSource, projectionExceeded, basisMissing, basisNotCovering,
        // Time.
        deadlineDecides, leaseOutlivesDeadline, calendarTooShort,
        // Versions.
        changedAfterPublication,
        // Comments that allow a finding; these cannot be allowed themselves.
        Allowance.withoutReason, Allowance.unknownRule, Allowance.unused,
    ]
}
