// SPDX-License-Identifier: EUPL-1.2

import Values

extension LintRule {
    static let valueWithoutRule = LintRule(
        "value-without-rule", "a value that an event may bring or a fact may have, and that no rule knows"
    ) { subject in
        unhandled(in: subject) + unset(in: subject)
    }

    // MARK: Values of events

    /// Values of an event's data with which no transition of an awaiting state is ever taken: the event is accepted and nothing follows.
    private static func unhandled(in subject: LintSubject) -> [Remark] {
        subject.tables.flatMap { table -> [Remark] in
            guard let event = table.event, subject.definition.events[event] != nil, let place = table.transitions.first?.position,
                !(table.transitions + table.inherited).contains(where: { $0.condition == nil })
            else { return [] }
            return table.unhandled.filter { !isHandled($0, beside: table, in: subject) }.map {
                Remark(
                    place,
                    "'\(event)' with \($0.field) \($0.value.json.text) moves nothing here; write what follows, or a last transition without a guard"
                )
            }
        }
    }

    /// Whether another region takes the event with this value.
    private static func isHandled(_ value: GuardTable.FieldValue, beside table: GuardTable, in subject: LintSubject) -> Bool {
        subject.tables.contains { other in
            guard other.event == table.event, other.state != table.state, subject.graph.canBeActiveTogether(other.state, table.state) else {
                return false
            }
            if other.transitions.contains(where: { $0.condition == nil }) { return true }
            return other.handled.contains(value)
        }
    }

    // MARK: Values of facts

    /// Values of a fact that it does not have at first and that nothing gives it.
    private static func unset(in subject: LintSubject) -> [Remark] {
        let settable = SettableValues(subject.definition)
        return subject.definition.facts.enumerated().flatMap { index, fact -> [Remark] in
            let values: [String]
            switch fact.type {
            case .enumeration(let codes), .set(let codes): values = codes
            default: return []
            }
            guard let possible = settable.values(of: index),
                let places = subject.text.declaration("facts", fact.name)?.value["values"]?.elements
            else { return [] }
            return zip(values, places).filter { !possible.contains($0.0) && .string($0.0) != fact.initial }.map {
                Remark($0.1.position, "nothing ever gives '\(fact.name)' the value '\($0.0)'; remove it, or write what sets it")
            }
        }
    }
}

extension GuardTable {
    /// A value of one field of an event's data; only fields that are finite are looked at.
    struct FieldValue: Hashable {
        let field: String
        let value: Value
    }

    /// Values with which some transition is taken in some case.
    var handled: Set<FieldValue> { values { $0 != 0 } }

    /// Values that may come and with which no transition is taken in any case.
    var unhandled: [FieldValue] {
        let handled = handled
        return values { $0 == 0 }.filter { !handled.contains($0) }.sorted {
            ($0.field, $0.value.json.text) < ($1.field, $1.value.json.text)
        }
    }

    private func values(where fits: (UInt64) -> Bool) -> Set<FieldValue> {
        var found: Set<FieldValue> = []
        for (axis, held) in zip(axes, held) where axis.isExact {
            guard case .data(let field) = axis.subject else { continue }
            for (choice, held) in zip(axis.choices, held) {
                if case .value(let value) = choice, let held, fits(held) { found.insert(FieldValue(field: field, value: value)) }
            }
        }
        return found
    }
}
