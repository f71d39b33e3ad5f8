// SPDX-License-Identifier: EUPL-1.2

// What a task discloses, to whom and why.

extension LintRule {
    static let projectionExceeded = LintRule("projection-exceeded", "a task that shows its partner more than it may see") { subject in
        subject.disclosures.flatMap { disclosure -> [Remark] in
            (disclosure.text.value["shows"]?.elements ?? []).compactMap { group in
                guard let name = group.text, let rules = subject.context.fieldGroups[name] else { return nil }
                let task = disclosure.task
                guard rules.validity.contains(subject.definition.validFrom) else {
                    return Remark(group.position, "'\(name)' is not valid on the workflow's first day, so nobody may see it; leave it out")
                }
                switch rules.show[task.to] ?? .none {
                case .none: return Remark(group.position, "\(task.to) may see nothing of '\(name)'; leave it out")
                case .acuteOnly where task.lane != .acute:
                    return Remark(group.position, "\(task.to) may see '\(name)' in the acute lane only; leave it out, or set 'lane: acute'")
                case .acuteOnly, .full, .code, .pseudonym: return nil
                }
            }
        }
    }

    static let basisMissing = LintRule("basis-missing", "a task that names no purpose or no legal basis") { subject in
        subject.disclosures.flatMap { disclosure -> [Remark] in
            ["purpose", "basis"].filter { disclosure.text.value[$0] == nil }.map {
                Remark(disclosure.text.position, "'\(disclosure.task.name)' needs a '\($0)'; without it nothing may be disclosed")
            }
        }
    }

    static let basisNotCovering = LintRule("basis-not-covering", "a legal basis that does not cover the task that names it") { subject in
        subject.disclosures.flatMap { disclosure -> [Remark] in
            guard let place = disclosure.text.value["basis"], let name = place.text, let basis = subject.context.bases[name] else {
                return []
            }
            let missing = gaps(basis, disclosure.task, subject)
            guard !missing.isEmpty else { return [] }
            return [Remark(place.position, "'\(name)' \(missing.joined(separator: ", and ")); choose a basis that covers the task")]
        }
    }

    private static func gaps(_ basis: LintContext.Basis, _ task: TaskDeclaration, _ subject: LintSubject) -> [String] {
        var gaps: [String] = []
        if basis.to.isDisjoint(with: [task.to, "*"]) { gaps.append("does not allow disclosure to \(task.to)") }
        // An unknown purpose is told by its own rule.
        if let purpose = task.purpose, subject.context.purposes[purpose] != nil, !basis.purposes.contains(purpose) {
            gaps.append("does not serve the purpose \(purpose)")
        }
        if basis.from.isDisjoint(with: subject.parties.union(["*"])) {
            gaps.append("allows disclosure by \(basis.from.sorted().joined(separator: ", ")) only, who take no part in this workflow")
        }
        if !basis.validity.contains(subject.definition.validFrom) { gaps.append("is not valid on the workflow's first day") }
        return gaps
    }
}

extension LintSubject {
    fileprivate var disclosures: [(task: TaskDeclaration, text: Document.Member)] {
        definition.tasks.compactMap { task in text.declaration("tasks", task.name).map { (task, $0) } }
    }

    /// Everybody whose data can be in the case: who reports, who sends events, and who is asked.
    fileprivate var parties: Set<String> {
        let senders = definition.events.values.flatMap { $0.from ?? Array(context.roles.keys) }
        return Set(senders + definition.tasks.map(\.to)).union(context.roles.filter { $0.value.raises.contains(LintContext.report) }.keys)
    }
}
