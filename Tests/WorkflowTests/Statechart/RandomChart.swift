// SPDX-License-Identifier: EUPL-1.2

import Values
import WorkflowTestKit

/// A chart made by chance: nested, with regions, history, lists of targets, internal transitions, guards and raised events.
struct RandomChart {
    static let events = ["a", "b", "c"]
    private static let raised = ["ra", "rb"]

    private final class Node {
        let name: String
        let depth: Int
        let parent: Node?
        var type = "atomic"
        var children: [Node] = []

        init(name: String, parent: Node?) {
            self.name = name
            self.parent = parent
            depth = (parent?.depth ?? -1) + 1
        }

        var line: [Node] { [self] + (parent?.line ?? []) }
    }

    private var random: SeededGenerator
    private var nodes: [Node] = []
    private var noteCount = 0

    /// The definition as JSON, in which members keep no order; only the order of states matters and is written out.
    static func text(seed: UInt64) -> String {
        var chart = RandomChart(random: SeededGenerator(seed: seed))
        let root = chart.node(below: nil)
        return "{ workflow: random, version: 1, facts: { n: { type: integer } }, "
            + "events: { a: {}, b: {}, c: {}, ra: { internal: true }, rb: { internal: true } }, \(chart.members(of: root)) }"
    }

    private init(random: SeededGenerator) { self.random = random }

    private mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int.random(in: elements.indices, using: &random)] }

    // MARK: The tree

    private mutating func node(below parent: Node?) -> Node {
        let node = Node(name: "s\(nodes.count)", parent: parent)
        nodes.append(node)
        if node.depth < 4, parent == nil || chance(0.5) {
            node.type = chance(parent == nil ? 0.2 : 0.35) ? "parallel" : "compound"
            let count = Int.random(in: 2...3, using: &random)
            let historyPlace = chance(0.4) ? Int.random(in: 0...count, using: &random) : -1
            for place in 0...count {
                if place == historyPlace {
                    let history = Node(name: "s\(nodes.count)", parent: node)
                    history.type = "history"
                    nodes.append(history)
                    node.children.append(history)
                }
                if place < count { node.children.append(self.node(below: node)) }
            }
        } else if parent?.type == "compound", chance(0.25) {
            node.type = "final"
        }
        return node
    }

    /// Whether a transition may enter both.
    private func canMeet(_ first: Node, _ second: Node) -> Bool {
        let first = first.type == "history" ? first.parent ?? first : first
        let second = second.type == "history" ? second.parent ?? second : second
        guard !first.line.contains(where: { $0 === second }), !second.line.contains(where: { $0 === first }) else { return false }
        return first.line.first { ancestor in second.line.contains { $0 === ancestor } }?.type == "parallel"
    }

    private mutating func targets(among pool: [Node]) -> String? {
        guard !pool.isEmpty else { return nil }
        var chosen = [pick(pool)]
        for _ in 0..<2 where chance(0.4) {
            let another = pick(pool)
            if chosen.allSatisfy({ canMeet($0, another) }) { chosen.append(another) }
        }
        return "[\(chosen.map(\.name).joined(separator: ", "))]"
    }

    // MARK: What the states say

    private mutating func members(of node: Node) -> String {
        var members: [String] = []
        if node.type != "compound", node.type != "atomic" { members.append("type: \(node.type)") }
        if node.type == "history" {
            let beside = nodes.filter { $0.type != "history" && $0.line.dropFirst().contains { $0 === node.parent } }
            members += ["history: \(chance(0.5) ? "deep" : "shallow")", "target: \(targets(among: beside) ?? "[]")"]
            return members.joined(separator: ", ")
        }
        if node.parent != nil { members += ["entry: \(actions())", "exit: \(actions())"] }
        if node.type == "compound", chance(0.6) {
            let below = nodes.filter { $0.line.dropFirst().contains { $0 === node } }
            if let targets = targets(among: below) { members.append("initial: \(targets)") }
        }
        if node.type != "final" { members += transitions(of: node) }
        if !node.children.isEmpty {
            let children = node.children.map { "\($0.name): { \(self.members(of: $0)) }" }
            members.append("states: { \(children.joined(separator: ", ")) }")
        }
        return members.joined(separator: ", ")
    }

    private mutating func transitions(of node: Node) -> [String] {
        var members: [String] = []
        let awaited = (RandomChart.events + RandomChart.raised).filter { _ in chance(node.parent == nil ? 0.1 : 0.3) }
        let on = awaited.map { event in
            "\(event): [\((0..<Int.random(in: 1...2, using: &random)).map { _ in transition(isEventless: false) }.joined(separator: ", "))]"
        }
        members.append("on: { \(on.joined(separator: ", ")) }")
        guard node.parent != nil else { return members }
        if chance(0.1) { members.append("always: [\(transition(isEventless: true))]") }
        if !node.children.isEmpty, chance(0.6) { members.append("onDone: [\(transition(isEventless: false))]") }
        return members
    }

    private mutating func transition(isEventless: Bool) -> String {
        var members = ["actions: \(actions())", "internal: \(chance(0.3))"]
        if isEventless || chance(0.4) {
            let asked = pick(nodes.filter { $0.type != "history" && $0.parent != nil }).name
            members.append(
                chance(0.5)
                    ? "guard: facts.n < \(Int.random(in: 0...6, using: &random))" : "guard: \"\(chance(0.4) ? "!" : "")active('\(asked)')\""
            )
        }
        if chance(0.85), let targets = targets(among: nodes.filter { $0.parent != nil }) { members.append("target: \(targets)") }
        return "{ \(members.joined(separator: ", ")) }"
    }

    private mutating func actions() -> String {
        let actions = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return "{ raise: \(pick(RandomChart.raised)) }"
            case 1...3: return "{ set: { n: facts.n + 1 } }"
            default:
                noteCount += 1
                return "{ note: n\(noteCount) }"
            }
        }
        return "[\(actions.joined(separator: ", "))]"
    }
}
