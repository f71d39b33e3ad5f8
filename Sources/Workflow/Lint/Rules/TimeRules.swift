// SPDX-License-Identifier: EUPL-1.2

import Values

extension LintRule {
    static let deadlineDecides = LintRule("deadline-decides", "a passed term that moves a case without a law that says so") { subject in
        subject.definition.states.flatMap { state -> [Remark] in
            let terms = state.due.filter { $0.licence == nil }.compactMap { due -> Remark? in
                guard let transition = state.transitions.first(where: { $0.event == due.event }),
                    !transition.targets.isEmpty || transition.actions.contains(where: \.changesTheCase)
                else { return nil }
                let what = transition.targets.isEmpty ? "sets or raises something" : "moves the case"
                return Remark(
                    due.position,
                    "time decides nothing, but this term \(what); say 'byLaw: true' with the law, or 'gap: true' where only an answer is missing"
                )
            }
            let clocks = state.transitions.filter { transition in
                transition.event == nil && transition.condition.map { GuardReads($0).readsNow } ?? false
            }
            return terms
                + clocks.map { Remark($0.position, "time decides nothing, but this guard reads the clock; write a term under 'due'") }
        }
    }

    static let leaseOutlivesDeadline = LintRule(
        "lease-outlives-deadline", "a question that is not put again before its term passes"
    ) { subject in
        subject.definition.states.compactMap { state in
            guard let index = state.task, let place = subject.text.states[state.index].body["task"] else { return nil }
            let task = subject.definition.tasks[index]
            let terms = subject.graph.line(from: state.index).flatMap { subject.definition.states[$0].due }
            guard let shortest = terms.min(by: { $0.term.shortestSeconds < $1.term.shortestSeconds }) else { return nil }
            let interval = Int(task.retry.interval.components.seconds)
            let lease = subject.context.leaseSeconds[task.lane] ?? 0
            if task.retry.maxAttempts > 1, interval >= shortest.term.shortestSeconds {
                return Remark(
                    place.position,
                    "'\(task.name)' is put again after \(interval) s, when the term of \(shortest.term) may have passed; "
                        + "shorten 'retry.interval'")
            }
            guard lease >= shortest.term.shortestSeconds else { return nil }
            return Remark(
                place.position,
                "a silent worker keeps '\(task.name)' for \(lease) s, when the term of \(shortest.term) may have passed; "
                    + "lengthen the term or shorten 'lanes.\(task.lane.rawValue).leaseSeconds'")
        }
    }

    static let calendarTooShort = LintRule("calendar-too-short", "a calendar that ends before the workflow's terms do") { subject in
        guard let calendar = subject.definition.calendar, let place = subject.text.root["calendar"] else { return [] }
        let days = [subject.definition.validFrom, subject.context.today].compactMap { $0 }
        guard let first = days.max() else { return [] }
        // A version is in use for a year at least, and a case may run through each of its terms once.
        var instant = calendar.timeZone.instant(date: first.adding(months: 12), secondOfDay: 0)
        for due in subject.definition.states.flatMap(\.due) {
            do throws(CalendarError) {
                instant = try calendar.due(from: instant, term: due.term, atw: due.isStatutory).instant
            } catch {
                return [
                    Remark(
                        place.position,
                        "a case of \(first.adding(months: 12).year) has terms in \(error.year), and '\(calendar.name)' is checked for "
                            + "\(error.horizon.lowerBound) to \(error.horizon.upperBound); check it further and extend its horizon")
                ]
            }
        }
        return []
    }
}

extension Term {
    /// The least time that the term can take, in seconds: from the last moment of a day to the end of what it counts.
    fileprivate var shortestSeconds: Int {
        switch unit {
        case .seconds: count
        case .minutes: count * 60
        case .hours: count * 3_600
        // The shortest day of the year has 23 hours.
        case .workingDays, .days: count * 86_400 - 3_600
        case .weeks: count * 7 * 86_400 - 3_600
        case .months: count * 28 * 86_400 - 3_600
        case .years: count * 365 * 86_400 - 3_600
        }
    }
}
