// SPDX-License-Identifier: EUPL-1.2

import Values

extension Definition {
    /// Whether a report is one for this workflow.
    ///
    /// - Throws: ``StepFailure/rejected(_:)`` where the report lacks what the workflow declares under `report`,
    ///   ``StepFailure/faulted(_:)`` where `when` has no value.
    public func takes(_ report: ReportFacts) throws(StepFailure) -> Bool {
        let value = try reportValue(report)
        guard let when else { return true }
        do {
            return try when.holds(GuardScope(report: value, now: report.receivedAt))
        } catch {
            throw .faulted(Fault(code: .guardFailed, place: "when", message: "'\(when.source)': \(error)"))
        }
    }
}

/// Two workflows side by side that would both take a report, or one that cannot say whether it takes it.
public struct IntakeConflict: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension Definition {
    /// Goes through all reports that `when` can tell apart.
    ///
    /// - Throws: what is wrong with the first report for which `when` has no value.
    public func checkWhen() throws(IntakeConflict) {
        guard let when else { return }
        try IntakeReports(of: [self]).forEach { scope, words throws(IntakeConflict) in _ = try holds(when, scope, words) }
    }

    /// Goes through all reports that the `when` of the two can tell apart.
    ///
    /// - Throws: the first report that both would take.
    public func checkApart(from other: Definition) throws(IntakeConflict) {
        try IntakeReports(of: [self, other]).forEach { scope, words throws(IntakeConflict) in
            for definition in [self, other] {
                if let when = definition.when, try !definition.holds(when, scope, words) { return }
            }
            throw IntakeConflict(
                description: "\(label) and \(other.label) both take \(words); write 'when' so that one excludes the other")
        }
    }

    private func holds(_ when: Guard, _ scope: GuardScope, _ words: String) throws(IntakeConflict) -> Bool {
        do {
            return try when.holds(scope)
        } catch {
            throw IntakeConflict(description: "'when' of \(label) has no value for \(words): \(error); ask has() first")
        }
    }

    fileprivate var label: String { "\(name) version \(version)" }
}

/// Every combination of what `when` reads of a report.
private struct IntakeReports {
    private let axes: [GuardAxis]
    private let definition: Definition

    static let combinationsMax = 100_000

    init(of definitions: [Definition]) throws(IntakeConflict) {
        let guards = definitions.compactMap(\.when)
        let atoms = guards.flatMap { GuardReads.atoms(of: $0) }
        var axes: [GuardAxis] = []
        for name in GuardReads(guards).report.sorted() {
            let declared = definitions.compactMap { definition in definition.report.first { $0.name == name } }
            guard let field = declared.first(where: { !$0.isRequired }) ?? declared.first else { continue }
            guard declared.allSatisfy({ $0.type == field.type }) else {
                throw IntakeConflict(
                    description: "\(definitions.map(\.label).joined(separator: " and ")) declare 'report.\(name)' with two types, "
                        + "so their 'when' cannot be compared")
            }
            switch field.type {
            case .boolean, .enumeration, .set: axes.append(GuardAxis(report: field, atoms))
            default:
                throw IntakeConflict(
                    description: "'when' of \(definitions.map(\.label).joined(separator: " or ")) reads 'report.\(name)', of which not "
                        + "every value can be tried; let it read booleans, enums and sets")
            }
        }
        guard axes.combinations(upTo: IntakeReports.combinationsMax) <= IntakeReports.combinationsMax else {
            throw IntakeConflict(
                description: "'when' of \(definitions.map(\.label).joined(separator: " and ")) reads too much to be tried; write it simpler"
            )
        }
        self.axes = axes
        definition = definitions[0]
    }

    func forEach(_ body: (GuardScope, _ words: String) throws(IntakeConflict) -> Void) throws(IntakeConflict) {
        var choice = Array(repeating: 0, count: axes.count)
        repeat {
            var scope = GuardScope(now: GuardAxis.now)
            scope.take(axes: axes, choice: choice)
            let parts = zip(axes, choice).compactMap { $0.description(of: $0.choices[$1], in: definition) }
            try body(scope, parts.isEmpty ? "every report" : "a report of which \(parts.joined(separator: ", "))")
        } while axes.advance(&choice)
    }
}
