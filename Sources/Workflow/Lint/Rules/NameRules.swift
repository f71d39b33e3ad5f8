// SPDX-License-Identifier: EUPL-1.2

// Names that are declared outside the definition. What is declared inside is resolved when the definition is loaded.

extension LintRule {
    static let unknownRole = LintRule("unknown-role", "a sender or receiver who is in no directory") { subject in
        let partners = Set(subject.context.roles.keys)
        let senders = partners.union(subject.context.contacts.filter(\.value.sends).keys)
        var remarks: [Remark] = []
        for event in subject.text.declarations("events") {
            remarks += unknown(event.value["from"], known: senders, "nobody of the name '%' can send anything")
        }
        for task in subject.text.declarations("tasks") {
            remarks += unknown(task.value["to"], known: partners, "no partner has the role '%'")
        }
        for action in subject.text.actions {
            switch action.name {
            case "remind": remarks += unknown(action.value, known: partners, "no partner has the role '%'")
            case "notify":
                remarks += unknown(action.value["to"], known: partners.union([Effect.reporters]), "no partner has the role '%'")
            default: break
            }
        }
        for place in subject.guards {
            for name in GuardReads(place.expression).senders.subtracting(senders).sorted() {
                remarks.append(Remark(place.position, "the guard waits for '\(name)', who cannot send anything; \(listing(senders))"))
            }
        }
        return remarks
    }

    static let unknownContact = LintRule("unknown-contact", "an alarm or escalation to nobody") { subject in
        let known = Set(subject.context.contacts.keys).union(subject.context.roles.keys)
        return subject.text.actions.filter { ["escalate", "alarm"].contains($0.name) }.flatMap {
            unknown($0.value, known: known, "neither a contact nor a partner is called '%'")
        }
    }

    static let unknownPurpose = LintRule("unknown-purpose", "a purpose that is not there, or not yet or no longer valid") { subject in
        let purposes = subject.context.purposes
        return subject.text.declarations("tasks").flatMap { task -> [Remark] in
            let place = task.value["purpose"]
            let remarks = unknown(place, known: Set(purposes.keys), "no purpose '%'")
            guard let place, let validity = purposes[place.text ?? ""], !validity.contains(subject.definition.validFrom) else {
                return remarks
            }
            return [Remark(place.position, "the purpose is not valid on the workflow's first day; choose one that is")]
        }
    }

    static let unknownBasis = LintRule("unknown-basis", "a legal basis that is not there") { subject in
        subject.text.declarations("tasks").flatMap {
            unknown($0.value["basis"], known: Set(subject.context.bases.keys), "no legal basis '%'")
        }
    }

    static let unknownFieldGroup = LintRule("unknown-field-group", "a task that shows a group of fields that is not there") { subject in
        subject.text.declarations("tasks").flatMap {
            unknown($0.value["shows"], known: Set(subject.context.fieldGroups.keys), "no group of fields '%'")
        }
    }

    static let unknownEvent = LintRule("unknown-event", "a guard that waits for an event that is not declared") { subject in
        // Passed terms and ends of states are events too, and guards may name them.
        let own = subject.definition.states.flatMap { [$0.doneEvent] + $0.due.map(\.event) }
        let known = Set(subject.definition.events.keys)
        return subject.guards.flatMap { place in
            GuardReads(place.expression).events.subtracting(known).subtracting(own).sorted().map {
                Remark(place.position, "the guard waits for '\($0)', which no event is called; \(listing(known))")
            }
        }
    }

    static let reportUndeclared = LintRule("report-undeclared", "a guard that reads of the report what is not declared") { subject in
        guard subject.definition.report.isEmpty else { return [] }
        return subject.guards.flatMap { place in
            GuardReads(place.expression).report.subtracting(["receivedAt"]).sorted().map {
                Remark(place.position, "declare '\($0)' with its type under 'report', so that reports without it are refused")
            }
        }
    }

    static let unknownMunicipality = LintRule("unknown-municipality", "a municipality that is no code") { subject in
        (subject.text.root["municipalities"]?.elements ?? []).filter { !($0.text ?? "").isMunicipality }.map {
            Remark($0.position, "'\($0.text ?? "")' is no code of four digits, and not '*', which is all; write the code in quotes")
        }
    }

    private static func unknown(_ names: Document?, known: Set<String>, _ message: String) -> [Remark] {
        (names?.elements ?? []).filter { !known.contains($0.text ?? "") }.map {
            Remark($0.position, "\(message.replacing("%", with: $0.text ?? "")); \(listing(known))")
        }
    }

    private static func listing(_ names: Set<String>) -> String {
        names.isEmpty ? "there is none" : "there is \(names.sorted().joined(separator: ", "))"
    }
}

extension String {
    /// A code of the national table of municipalities, or the sign for all of them.
    fileprivate var isMunicipality: Bool { self == "*" || utf8.count == 4 && utf8.allSatisfy { (48...57).contains($0) } }
}
