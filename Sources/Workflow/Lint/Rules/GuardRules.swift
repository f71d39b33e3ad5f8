// SPDX-License-Identifier: EUPL-1.2

// What the tables of guards tell. Which combinations they hold is told at ``GuardTable``.

extension LintRule {
    static let guardsOverlap = LintRule("guards-overlap", "guards of which two can hold, so that their order decides") { subject in
        subject.tables.flatMap { table -> [Remark] in
            let guarded = table.transitions.indices.filter { table.transitions[$0].condition != nil }
            if table.isTooLarge, guarded.count > 1 {
                let position = table.transitions[guarded[1]].position
                return [Remark(position, "these guards read too much to be compared; write simpler ones, or allow this with the reason")]
            }
            return guarded.flatMap { second in
                guarded.filter { $0 < second }.compactMap { first in overlap(first, second, in: table, subject) }.prefix(1)
            }
        }
    }

    private static func overlap(_ first: Int, _ second: Int, in table: GuardTable, _ subject: LintSubject) -> Remark? {
        let both: UInt64 = 1 << UInt64(first) | 1 << UInt64(second)
        guard let witness = table.witness(where: { $0.holds & both == both }) else { return nil }
        let line = table.transitions[first].position.line
        return Remark(
            table.transitions[second].position,
            "this guard and that of line \(line) both hold \(table.words(witness, in: subject.definition)); "
                + "the first wins, so exclude its case here")
    }

    static let transitionShadowed = LintRule("transition-shadowed", "a transition that an earlier one always precedes") { subject in
        subject.tables.flatMap { table in
            table.transitions.indices.dropFirst().compactMap { index -> Remark? in
                let place = table.transitions[index].position
                if let always = table.transitions[..<index].first(where: { $0.condition == nil }) {
                    return Remark(place, "line \(always.position.line) has no guard and comes first, so this is never taken; put it before")
                }
                guard table.isExact, !table.outcomes.isEmpty else { return nil }
                let own: UInt64 = 1 << UInt64(index)
                let earlier = own - 1
                let possible = table.outcomes.keys.filter { $0.holds & own != 0 }
                guard !possible.isEmpty, possible.allSatisfy({ $0.holds & earlier != 0 }) else { return nil }
                return Remark(place, "an earlier guard holds whenever this one does, so this is never taken; put it before or remove it")
            }
        }
    }

    static let guardConstant = LintRule("guard-constant", "a guard that always holds, or never") { subject in
        subject.tables.filter { $0.isExact && !$0.outcomes.isEmpty }.flatMap { table in
            table.transitions.indices.compactMap { index -> Remark? in
                guard table.transitions[index].condition != nil else { return nil }
                let own: UInt64 = 1 << UInt64(index)
                let outcomes = table.outcomes.keys
                // A guard that has no value somewhere is another matter.
                guard outcomes.allSatisfy({ $0.fails & own == 0 }) else { return nil }
                if outcomes.allSatisfy({ $0.holds & own == 0 }) {
                    return Remark(table.transitions[index].position, "this guard never holds; remove the transition or mend the guard")
                }
                if outcomes.allSatisfy({ $0.holds & own != 0 }) {
                    return Remark(table.transitions[index].position, "this guard always holds; remove it or mend it")
                }
                return nil
            }
        }
    }

    static let expressionMayFail = LintRule("expression-may-fail", "an expression that has no value in some case") { subject in
        let transitions = subject.tables.flatMap { table in
            table.transitions.indices.compactMap { index -> Remark? in
                guard let witness = table.witness(where: { $0.fails & (1 << UInt64(index)) != 0 }) else { return nil }
                let place = table.transitions[index].position
                return Remark(
                    place, "this has no value \(table.words(witness, in: subject.definition)), and the step would fail; ask has() first")
            }
        }
        return transitions + subject.text.declarations("events").flatMap { EventExpressions($0, subject).remarks }
    }
}
