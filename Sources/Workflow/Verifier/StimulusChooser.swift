// SPDX-License-Identifier: EUPL-1.2

package import Values

/// Chooses, of all messages that an event could be, one of each kind that the expressions of a slice can tell apart.
///
/// What an expression makes of a message it makes of the values of its largest parts that read nothing but the message. Two
/// messages with the same values of all such parts are therefore one to the workflow, and to the properties that are asked.
struct StimulusChooser {
    let definition: Definition
    let sites: [Site]

    /// Combinations of fields that are looked at for one event.
    static let combinationsMax = 200_000

    // MARK: Messages

    func messages(of event: EventDeclaration) -> (stimuli: [Stimulus], doubts: Set<String>) {
        var doubts: Set<String> = []
        let heard = sites.filter { $0.event == event.name || $0.isOfProperty || $0.expression.reads.contains(.sender) }
        if heard.contains(where: { $0.expression.reads.contains(.whole(.data)) }) {
            doubts.insert("the data of '\(event.name)' is read whole")
        }
        let choices = event.fields.map { field in
            values(of: field, as: .data(field: field.name), event: event.name, heard, &doubts)
        }
        let parts = heard.flatMap { $0.parts(reading: { $0.isOfMessage }) }
        var stimuli: [Stimulus] = []
        var seen: Set<[Value]> = []
        for sender in senders(of: event, heard) {
            for fields in combinations(of: choices, of: event.fields, &doubts) {
                let data = event.value(of: fields)
                var scope = GuardScope(now: .verification)
                scope.event = event.name
                scope.sender = sender ?? ""
                scope.data = data
                if isRefused(event, scope) { continue }
                let kind = parts.map { $0.outcome(in: scope) } + asked(by: event.name, sender)
                guard seen.insert(kind).inserted else { continue }
                let message = Event.Message(name: event.name, sender: sender, data: .object(fields))
                stimuli.append(Stimulus(message: message, data: data))
            }
        }
        return (stimuli, doubts)
    }

    private func senders(of event: EventDeclaration, _ heard: [Site]) -> [String?] {
        if let from = event.from { return from }
        // Anyone: nobody in particular, and everyone who is named.
        let named = heard.flatMap { $0.expression.expression.parts }.compactMap { part in
            if case .literal(.string(let text)) = part { text } else { nil }
        }
        return [nil] + Set(named + definition.tasks.map(\.to)).sorted()
    }

    /// Whether a condition that looks at nothing but the message refuses it, wherever the case is.
    private func isRefused(_ event: EventDeclaration, _ scope: GuardScope) -> Bool {
        event.requirements.contains { requirement in
            requirement.that.reads.allSatisfy(\.isOfMessage) && (try? requirement.that.evaluate(scope)) == .bool(false)
        }
    }

    /// Which questions the sender answers with the event: an answer is not the same as an unasked message.
    private func asked(by event: String, _ sender: String?) -> [Value] {
        definition.tasks.filter { $0.answers.contains(event) }.map { .bool($0.to == sender) }
    }

    // MARK: Reports

    func reports() -> (fields: [JSON], doubts: Set<String>) {
        var doubts: Set<String> = []
        let choices = definition.report.map { field in
            values(of: field, as: .report(field: field.name), event: nil, sites, &doubts)
        }
        if definition.report.isEmpty, sites.contains(where: { $0.expression.reads.contains(where: \.isOfReport) }) {
            doubts.insert("the report is read, and the workflow does not declare its fields")
        }
        let parts = sites.flatMap { $0.parts(reading: \.isOfReport) }
        var reports: [JSON] = []
        var seen: Set<[Value]> = []
        for fields in combinations(of: choices, of: definition.report, &doubts) {
            var scope = GuardScope(now: .verification)
            scope.report = definition.report.value(of: fields)
            // A report that the workflow does not take starts no case.
            if let when = definition.when, (try? when.holds(scope)) != true { continue }
            guard seen.insert(parts.map { $0.outcome(in: scope) }).inserted else { continue }
            reports.append(.object(fields))
        }
        return (reports, doubts)
    }

    // MARK: Fields

    /// The values of one field that the sites can tell apart; nil stands for an absent field.
    private func values(
        of field: FieldDeclaration, as source: ExpressionSource, event: String?, _ heard: [Site], _ doubts: inout Set<String>
    ) -> [JSON?] {
        let readers = heard.filter { $0.expression.reads.contains(source) }
        let usage = Usage(of: source, in: sites, event: event)
        let representatives = Representatives(of: field.type, used: usage)
        let all: [JSON?] = (field.isRequired ? [] : [nil]) + representatives.values
        guard !readers.isEmpty else { return [all[0]] }
        for doubt in representatives.doubts { doubts.insert("'\(field.name)' in: \(doubt)") }
        let parts = readers.flatMap { $0.parts(reading: { $0 == source }) }
        var seen: Set<[Value]> = []
        return all.filter { json in
            let message = [field].value(of: json.map { [field.name: $0] } ?? [:])
            let scope = GuardScope(data: message, report: message, now: .verification)
            return seen.insert(parts.map { $0.outcome(in: scope) }).inserted
        }
    }

    private func combinations(
        of choices: [[JSON?]], of fields: [FieldDeclaration], _ doubts: inout Set<String>
    ) -> [[String: JSON]] {
        var combinations: [[String: JSON]] = [[:]]
        for (field, values) in zip(fields, choices) {
            guard combinations.count * values.count <= StimulusChooser.combinationsMax else {
                doubts.insert("there are more than \(StimulusChooser.combinationsMax) combinations of fields")
                // The first value still makes messages that are complete.
                combinations = combinations.map { known in values[0].map { known.merging([field.name: $0]) { $1 } } ?? known }
                continue
            }
            combinations = combinations.flatMap { known in
                values.map { value in value.map { known.merging([field.name: $0]) { $1 } } ?? known }
            }
        }
        return combinations
    }
}

extension Site {
    var isOfProperty: Bool { if case .property = place { true } else { false } }

    func parts(reading allowed: (ExpressionSource) -> Bool) -> [Guard] {
        expression.expression.largestParts(reading: allowed).map(expression.part)
    }
}

extension Guard {
    /// The value, or that there is none; for telling values apart, never for deciding.
    func outcome(in scope: GuardScope) -> Value {
        do {
            return try evaluate(scope)
        } catch {
            return .type("no value: \(error.code)")
        }
    }
}

extension ExpressionSource {
    var isOfMessage: Bool {
        switch self {
        case .data, .event, .sender: true
        default: false
        }
    }

    var isOfReport: Bool { if case .report = self { true } else { false } }
}

extension EventDeclaration {
    func value(of given: [String: JSON]) -> Value { fields.value(of: given) }
}

extension [FieldDeclaration] {
    func value(of given: [String: JSON]) -> Value {
        var members: [Value: Value] = [:]
        for field in self {
            if let json = given[field.name], let value = field.type.value(from: json) { members[.string(field.name)] = value }
        }
        return .map(members)
    }
}

extension Instant {
    /// When everything happens in a verification.
    package static let verification = Instant(microsecondsSinceUnixEpoch: 1_796_115_600_000_000)
}
