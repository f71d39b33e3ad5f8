// SPDX-License-Identifier: EUPL-1.2

public import Messages
import Reactor
import Values

/// Answers by a rule file, for demonstrations, tests and load.
///
/// ```json
/// { "rules": [
///     { "task": "beoordeelVeiligheid", "when": { "/inhoud/regeling/acuut": true },
///       "answer": { "event": "veiligheidsbeoordelingAfgerond", "data": { "uitkomst": "VT-01-02" } } },
///     { "task": "onderzoekBescherming", "times": 1, "danger": "…" },
///     { "task": "*", "ignore": true } ] }
/// ```
///
/// The first rule that fits is used. `when` compares elements of the assignment, named by JSON pointer; `times` bounds how often
/// a rule is used for one case.
public final class AutoDesk: PromptDesk {
    private struct Rule: Sendable {
        let task: String
        let conditions: [(pointer: String, value: JSON)]
        let times: Int?
        let decision: Decision?
    }

    private let rules: [Rule]
    private let uses = Lock<[String: Int]>([:])

    /// - Throws: ``Problem`` that names the rule that cannot be read.
    public init(_ text: String) throws(Problem) {
        let json: JSON
        do {
            json = try JSON.parse(text)
        } catch {
            throw Problem(.schema, "the rule file is no JSON: \(error)")
        }
        var rules: [Rule] = []
        for (index, entry) in (json["rules"]?.arrayValue ?? []).enumerated() {
            guard let task = entry["task"]?.stringValue else { throw Problem(.schema, "rule \(index + 1) names no task") }
            rules.append(
                Rule(
                    task: task, conditions: (entry["when"]?.objectValue ?? [:]).map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 },
                    times: entry["times"]?.integerValue.map { Int(clamping: $0) }, decision: try AutoDesk.decision(entry, index)))
        }
        guard !rules.isEmpty else { throw Problem(.schema, "the rule file has no 'rules'") }
        self.rules = rules
    }

    private static func decision(_ entry: JSON, _ index: Int) throws(Problem) -> Decision? {
        if let event = entry["answer"]?["event"]?.stringValue {
            return .answer(event: event, data: entry["answer"]?["data"] ?? .object([:]))
        }
        if let explanation = entry["danger"]?.stringValue { return .danger(explanation: explanation) }
        if let ground = entry["refuse"]?.stringValue { return .refuse(ground: ground) }
        guard entry["ignore"] == true else { throw Problem(.schema, "rule \(index + 1) says neither answer, danger, refuse nor ignore") }
        return nil
    }

    public func decide(_ assignment: Assignment) async -> Decision? { decideAtOnce(assignment) }

    public func decideAtOnce(_ assignment: Assignment) -> Decision? {
        for (index, rule) in rules.enumerated() where rule.task == "*" || rule.task == assignment.task {
            guard fits(rule, assignment), mayUse(rule, index, for: assignment.reference.caseID) else { continue }
            return rule.decision
        }
        return nil
    }

    private func fits(_ rule: Rule, _ assignment: Assignment) -> Bool {
        guard !rule.conditions.isEmpty else { return true }
        let json = assignment.json
        return rule.conditions.allSatisfy { AutoDesk.element($0.pointer, of: json) == $0.value }
    }

    private func mayUse(_ rule: Rule, _ index: Int, for caseID: String) -> Bool {
        guard let times = rule.times else { return true }
        return uses.withLock { uses in
            let key = "\(index) \(caseID)"
            guard uses[key, default: 0] < times else { return false }
            uses[key, default: 0] += 1
            return true
        }
    }

    private static func element(_ pointer: String, of json: JSON) -> JSON? {
        pointer.split(separator: "/").reduce(json as JSON?) { element, name in
            if let index = Int(name), let elements = element?.arrayValue { return elements.indices.contains(index) ? elements[index] : nil }
            return element?[String(name)]
        }
    }
}
