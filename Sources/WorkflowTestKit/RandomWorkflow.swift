// SPDX-License-Identifier: EUPL-1.2

import Values

/// The text of a workflow of three regions with some thirty states: guards over finite facts and over each other, raised events,
/// history, groups, terms, requirements. It loads, and is otherwise as it comes.
///
/// It is small where size multiplies, in facts that guards read and in history, so that nearly all of them can be explored whole.
public struct RandomWorkflow {
    /// Events from outside: `e0`, `e1` and so on.
    static let eventCount = 6

    private var random: SplitMix64
    private let regions = ["a", "b", "c"]
    /// The facts that this workflow uses of those there are.
    private let facts: Set<String>
    /// The one region whose past is remembered.
    private let remembered: String

    public init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        let main = ["kind", "some", "count", "size"].randomElement(using: &random) ?? "kind"
        facts = Bool.random(using: &random) ? ["flag"] : [main]
        remembered = regions.randomElement(using: &random) ?? "a"
    }

    /// One of the texts that speak of nothing but the facts in use.
    private mutating func choose(_ texts: [(fact: String, text: String)]) -> String {
        texts.filter { $0.fact.isEmpty || facts.contains($0.fact) }.randomElement(using: &random)?.text ?? ""
    }

    public mutating func text() -> String {
        var lines = [
            "workflow: random", "version: 1", "facts:", "  kind: { type: enum, values: [p, q, r], initial: p }",
            "  flag: { type: boolean }",
            "  some: { type: set, values: [x, y] }", "  count: { type: integer }", "  size: { type: integer }", "report:",
            "  first: { type: boolean, required: true }",
            "events:",
        ]
        for number in 0..<RandomWorkflow.eventCount {
            let requirement = chance(4) ? ", require: [{ that: \"\(condition(data: true))\", else: no }]" : ""
            let sets = chance(2) ? ", sets: { \(assignment(data: true)) }" : ""
            lines.append(
                "  e\(number): { from: [\(chance(2) ? "u" : "u, v")], data: { d: { type: enum, values: [p, q], required: true }, n: { type: integer } }\(requirement)\(sets) }"
            )
        }
        lines += ["  i0: { internal: true }", "  i1: { internal: true }", "tasks:", "  ask: { to: u, answers: [e0, e1] }"]
        lines += ["entry: [{ set: { flag: report.first } }]", "type: parallel", "states:"]
        for region in regions { lines += self.region(region) }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func region(_ name: String) -> [String] {
        var lines = ["  \(name):", "    initial: s0", "    states:"]
        for number in 0..<3 { lines += state("s\(number)", in: name, indent: "      ") }
        lines += ["      group:", "        initial: g0", "        states:"]
        for number in 0..<2 { lines += state("g\(number)", in: name, indent: "          ") }
        if name == remembered {
            lines.append("          past: { type: history, history: \(chance(2) ? "deep" : "shallow"), target: g0 }")
        }
        lines.append("        on: { \(event()): { target: \(name).s0 } }")
        lines += ["      end: { type: final, outcome: END_\(name) }"]
        return lines
    }

    private mutating func state(_ name: String, in region: String, indent: String) -> [String] {
        var lines = ["\(indent)\(name):"]
        let events = Set((0..<3).map { _ in event() }).sorted()
        lines.append("\(indent)  on:")
        for event in events {
            let transitions = (0..<Int.random(in: 1...2, using: &random)).map { _ in transition(in: region, data: event.hasPrefix("e")) }
            lines.append("\(indent)    \(event): [\(transitions.joined(separator: ", "))]")
        }
        if chance(5) {
            lines.append(
                "\(indent)  always: [{ guard: \"\(condition(data: false)) && active('\(region == "a" ? "b" : "a").s2')\", target: \(target(in: region)) }]"
            )
        }
        if chance(4) { lines.append("\(indent)  due: { in: 1 hour, gap: true, target: \(target(in: region)) }") }
        if chance(4) { lines.append("\(indent)  task: ask") }
        if chance(5) { lines.append("\(indent)  entry: [{ \(action(data: false)) }]") }
        return lines
    }

    private mutating func transition(in region: String, data: Bool) -> String {
        var members: [String] = []
        if chance(2) { members.append("guard: \"\(condition(data: data))\"") }
        if !chance(6) { members.append("target: \(target(in: region))") }
        if chance(3) { members.append("actions: [{ \(action(data: data)) }]") }
        return members.isEmpty ? "{ actions: [{ note: n }] }" : "{ \(members.joined(separator: ", ")) }"
    }

    private mutating func target(in region: String) -> String {
        let group = "\(region).group"
        let targets =
            (0..<3).map { "\(region).s\($0)" } + [group, region == remembered ? "\(group).past" : group, "\(group).g1", "\(region).end"]
        return targets.randomElement(using: &random) ?? ""
    }

    private mutating func action(data: Bool) -> String {
        chance(3) ? "raise: \(chance(2) ? "i0" : "i1")" : "set: { \(assignment(data: data)) }"
    }

    private mutating func assignment(data: Bool) -> String {
        let values = [
            ("kind", "kind: \"'q'\""), ("kind", "kind: \"facts.kind == 'q' ? 'r' : facts.kind\""), ("flag", "flag: \"!facts.flag\""),
            ("flag", "flag: \"active('a.s1')\""), ("some", "some: \"['x']\""), ("some", "some: \"facts.some + ['y']\""),
            ("some", "some: \"[]\""), ("count", "count: \"facts.count + 1\""), ("count", "count: \"0\""), ("size", "size: \"2\""),
        ]
        let sent = [
            ("kind", "kind: data.d"), ("flag", "flag: \"data.d == 'p'\""), ("size", "size: \"has(data.n) ? data.n : 0\""),
        ]
        return choose(data ? values + sent : values)
    }

    private mutating func condition(data: Bool) -> String {
        let region = regions.randomElement(using: &random) ?? "a"
        let conditions = [
            ("flag", "facts.flag"), ("flag", "!facts.flag"), ("kind", "facts.kind == 'p'"), ("kind", "facts.kind in ['q', 'r']"),
            ("some", "facts.some.size() > 0"), ("some", "'y' in facts.some"), ("count", "facts.count < 3"), ("count", "facts.count == 2"),
            ("size", "facts.size > 6 || facts.size == 3"), ("", "active('\(region).s1') || active('\(region).group')"),
            ("", "!active('\(region).s0')"),
        ]
        let sent = [
            ("", "data.d == 'q'"), ("", "has(data.n) && data.n > 4"), ("", "sender == 'u'"), ("kind", "data.d == facts.kind"),
        ]
        return choose(data ? conditions + sent : conditions)
    }

    private mutating func event() -> String {
        let name = Int.random(in: 0..<RandomWorkflow.eventCount + 2, using: &random)
        return name < RandomWorkflow.eventCount ? "e\(name)" : "i\(name - RandomWorkflow.eventCount)"
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
