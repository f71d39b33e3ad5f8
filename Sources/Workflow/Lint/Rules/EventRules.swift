// SPDX-License-Identifier: EUPL-1.2

extension LintRule {
    static let eventUnawaited = LintRule("event-unawaited", "an event that nobody awaits") { subject in
        let awaited = Set(subject.graph.reached.flatMap { subject.definition.states[$0].transitions }.compactMap(\.event))
        return subject.text.declarations("events").filter { !awaited.contains($0.key) }.map {
            Remark($0.position, "no state that can be reached awaits '\($0.key)', so it would always be refused; await it or remove it")
        }
    }

    static let eventUnsendable = LintRule("event-unsendable", "an awaited event that nobody may send") { subject in
        subject.text.declarations("events").compactMap { member in
            guard let event = subject.definition.events[member.key], subject.definition.chart.listening[member.key] != nil else {
                return nil
            }
            if event.isInternal {
                guard !subject.graph.raised.contains(event.name) else { return nil }
                return Remark(member.position, "no action raises '\(event.name)', which only the workflow itself can say")
            }
            guard let from = event.from, !from.contains(where: { subject.canSend(event.name, $0) }) else { return nil }
            let roles = from.isEmpty ? "nobody" : from.joined(separator: ", ")
            return Remark(
                member.position,
                "\(roles) may send '\(event.name)', but no task asks for it and no partner raises it unasked; add it to both")
        }
    }

    static let senderWithoutOccasion = LintRule("sender-without-occasion", "a partner that may send what it is never asked for") {
        subject in
        subject.text.declarations("events").flatMap { member -> [Remark] in
            guard let event = subject.definition.events[member.key], let from = event.from,
                from.contains(where: { subject.canSend(event.name, $0) })
            else { return [] }
            // A name that nobody has is told by its own rule.
            return (member.value["from"]?.elements ?? []).filter { role in
                let name = role.text ?? ""
                return subject.context.roles[name] != nil && !subject.canSend(event.name, name)
            }.map {
                Remark(
                    $0.position,
                    "no task asks '\($0.text ?? "")' for '\(event.name)' and it does not raise it unasked; leave it out, or write the task that asks"
                )
            }
        }
    }

    static let eventOpenToAll = LintRule("event-open-to-all", "an event that anybody may send") { subject in
        subject.text.declarations("events").compactMap { member in
            guard let event = subject.definition.events[member.key], !event.isInternal, event.from == nil else { return nil }
            return Remark(
                member.position, "say under 'from' who may send '\(event.name)', or 'internal: true' where the workflow raises it")
        }
    }

    static let answerUnawaited = LintRule("answer-unawaited", "a question whose answer would be refused") { subject in
        let definition = subject.definition
        return definition.states.flatMap { state -> [Remark] in
            guard let index = state.task, let place = subject.text.states[state.index].body["task"] else { return [] }
            let around = subject.graph.line(from: state.index) + Array(state.descendants)
            let awaited = Set(around.flatMap { definition.states[$0].transitions }.compactMap(\.event))
            return definition.tasks[index].answers.filter { !awaited.contains($0) }.map {
                Remark(place.position, "'\(definition.tasks[index].name)' may be answered with '\($0)', which this state does not await")
            }
        }
    }
}

extension LintSubject {
    /// Whether somebody has an occasion to send the event: the partner is asked for it or raises it unasked, or it is no partner.
    fileprivate func canSend(_ event: String, _ role: String) -> Bool {
        if context.contacts[role]?.sends == true { return true }
        // It comes with a report, so whoever reports sends it.
        if event == definition.joined { return context.roles[role]?.raises.contains(LintContext.report) ?? false }
        if definition.tasks.contains(where: { $0.to == role && $0.answers.contains(event) }) { return true }
        return context.roles[role]?.raises.contains(event.hyphenated) ?? false
    }
}

extension String {
    /// `acuteOnveiligheid` as message types write it: `acute-onveiligheid`.
    fileprivate var hyphenated: String { reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) } }
}
