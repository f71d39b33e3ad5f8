// SPDX-License-Identifier: EUPL-1.2

import Values

extension DefinitionReader {
    private static let transitionKeys: Set<String> = ["guard", "target", "internal", "actions", "lane", "source"]
    private static let dueKeys: Set<String> = [
        "in", "atw", "from", "actions", "target", "guard", "byLaw", "gap", "source", "lane",
    ]

    /// Reads what the nodes of the finished tree say.
    mutating func readStates() -> [State] {
        let nodes = tree.nodes
        return nodes.map { readState($0) }
    }

    private mutating func readState(_ node: StateNode) -> State {
        var state = State(
            index: node.index, name: node.name, path: node.path, kind: node.kind, parent: node.parent, children: node.children,
            descendants: node.descendants, depth: node.depth, title: problems.text(node.members["title"], "title"),
            source: rule(node.members["source"]), position: node.position)
        state.initial = readInitial(node)
        state.entry = readActions(node.members["entry"], of: node)
        state.exit = readActions(node.members["exit"], of: node)
        state.outcome = problems.text(node.members["outcome"], "outcome")
        if state.outcome != nil, node.kind != .final { problems.note(node.position, "only a final state has an outcome") }
        if let task = node.members["task"], let name = problems.text(task, "task") {
            state.task = parts.tasks.firstIndex { $0.name == name }
            if state.task == nil { problems.note(task.position, "no task '\(name)' is declared") }
        }
        readTransitions(node, into: &state)
        readDue(node, into: &state)
        return state
    }

    private mutating func readInitial(_ node: StateNode) -> [Int] {
        switch node.kind {
        case .history:
            let targets = problems.texts(node.members["target"], "target").compactMap {
                resolve($0, from: node, at: node.position)
            }
            if targets.isEmpty { problems.note(node.position, "a history state needs 'target': where it leads at first") }
            checkHistory(node, leadsTo: targets)
            return targets
        case .compound:
            guard let initial = node.members["initial"] else { return firstState(in: node) }
            let targets = problems.texts(initial, "initial").compactMap { name in
                let target = initialTarget(name, in: node)
                if target == nil { problems.note(initial.position, "initial '\(name)' is no state below this one") }
                return target
            }
            checkTogether(targets, at: initial.position)
            return targets
        case .parallel, .atomic, .final:
            if let initial = node.members["initial"] { problems.note(initial.position, "only a compound state has 'initial'") }
            return []
        }
    }

    /// A history state is no state to start in unless that is said.
    private mutating func firstState(in node: StateNode) -> [Int] {
        if let first = node.children.first(where: { !tree.nodes[$0].kind.isHistory }) { return [first] }
        problems.note(node.position, "there is no state below this one to start in")
        return []
    }

    private func initialTarget(_ name: String, in node: StateNode) -> Int? {
        if let child = tree.descend(from: node.index, name) { return child }
        if case .found(let index) = tree.resolve(name), node.descendants.contains(index) { return index }
        let below = node.descendants.filter { tree.nodes[$0].path.hasSuffix("." + name) }
        return below.count == 1 ? below.first : nil
    }

    /// What a history state leads to at first lies beside it or deeper, and is no history state: two of them could lead to each
    /// other without end.
    private mutating func checkHistory(_ node: StateNode, leadsTo targets: [Int]) {
        guard let parent = node.parent else { return }
        for target in targets {
            if !tree.nodes[parent].descendants.contains(target) {
                problems.note(node.position, "'\(tree.nodes[target].path)' does not lie in the state whose history this is")
            } else if tree.nodes[target].kind.isHistory {
                problems.note(node.position, "a history state leads to a state, not to a history state")
            }
        }
        checkTogether(targets, at: node.position)
    }

    private mutating func readTransitions(_ node: StateNode, into state: inout State) {
        for document in problems.list(node.members["always"]) {
            if let transition = readTransition(document, event: nil, fields: [], of: node) { state.transitions.append(transition) }
        }
        for member in node.members["on"].flatMap({ problems.mapping($0, of: "on") }) ?? [] {
            guard let (event, fields) = awaitedEvent(member) else { continue }
            for document in problems.list(member.value) {
                if let transition = readTransition(document, event: event, fields: fields, of: node) {
                    state.transitions.append(transition)
                }
            }
        }
        for document in problems.list(node.members["onDone"]) {
            if let transition = readTransition(document, event: state.doneEvent, fields: [], of: node) {
                state.transitions.append(transition)
            }
        }
        let refuses: Bool =
            switch node.kind {
            case .final, .history: !state.transitions.isEmpty
            case .atomic, .compound, .parallel: false
            }
        if refuses { problems.note(node.position, "a state of this type has no transitions") }
    }

    /// A declared event with the data that guards may read, or SCXML's `done.state.NAME` of any state.
    private mutating func awaitedEvent(_ member: Document.Member) -> (name: String, fields: [FieldDeclaration])? {
        if let event = parts.events[member.key] { return (event.name, event.fields.filter { !$0.type.isPersonalContent }) }
        let prefix = "done.state."
        if member.key.hasPrefix(prefix), case .found(let index) = tree.resolve(String(member.key.dropFirst(prefix.count))) {
            return (prefix + tree.nodes[index].path, [])
        }
        problems.note(member.position, "no event '\(member.key)' is declared under 'events'")
        return nil
    }

    private mutating func readTransition(
        _ document: Document, event: String?, fields: [FieldDeclaration], of node: StateNode
    ) -> Transition? {
        // `on: { event: name }` is short for `on: { event: { target: name } }`.
        if case .scalar(let name, _) = document.content {
            return Transition(
                event: event, condition: nil, targets: resolve(name, from: node, at: document.position).map { [$0] } ?? [],
                isInternal: false, actions: [], lane: nil, rule: nil, position: document.position)
        }
        guard let members = problems.members(document, of: "a transition", known: DefinitionReader.transitionKeys) else { return nil }
        return Transition(
            event: event,
            condition: members["guard"].flatMap { compile($0, at: document.position, fields: fields, expecting: .bool) },
            targets: readTargets(members["target"], of: node),
            isInternal: problems.flag(members["internal"], "internal") ?? false,
            actions: readActions(members["actions"], of: node, fields: fields),
            lane: problems.choice(members["lane"], "lane", as: Lane.self), rule: rule(members["source"]),
            position: document.position)
    }

    private mutating func readTargets(_ document: Document?, of node: StateNode) -> [Int] {
        guard let document else { return [] }
        let targets = problems.texts(document, "target").compactMap { resolve($0, from: node, at: document.position) }
        checkTogether(targets, at: document.position)
        return targets
    }

    private mutating func checkTogether(_ targets: [Int], at position: SourcePosition) {
        for (number, first) in targets.enumerated() {
            for second in targets[(number + 1)...] where !canBeActiveTogether(first, second) {
                problems.note(
                    position,
                    "'\(tree.nodes[first].path)' and '\(tree.nodes[second].path)' cannot both be entered: they lie in no two regions")
            }
        }
    }

    /// Two states can be targets of one transition where they lie in two regions of a parallel state. A history state stands for
    /// anything in its parent.
    private func canBeActiveTogether(_ first: Int, _ second: Int) -> Bool {
        let first = whole(first)
        let second = whole(second)
        guard first != second, !tree.nodes[first].descendants.contains(second), !tree.nodes[second].descendants.contains(first)
        else { return false }
        var ancestor: Int? = tree.nodes[first].parent
        while let current = ancestor {
            if tree.nodes[current].descendants.contains(second) { return tree.nodes[current].kind == .parallel }
            ancestor = tree.nodes[current].parent
        }
        return false
    }

    private func whole(_ index: Int) -> Int { tree.nodes[index].kind.isHistory ? tree.nodes[index].parent ?? index : index }

    private mutating func resolve(_ name: String, from node: StateNode, at position: SourcePosition) -> Int? {
        switch tree.resolve(name, from: node.index) {
        case .found(let index): return index
        case .unknown:
            problems.note(position, "no state '\(name)'")
            return nil
        case .ambiguous(let paths):
            problems.note(position, "'\(name)' could be \(paths.joined(separator: " or ")); write more of the path")
            return nil
        }
    }

    // MARK: Terms

    private mutating func readDue(_ node: StateNode, into state: inout State) {
        for (number, document) in problems.list(node.members["due"]).enumerated() {
            guard let members = problems.members(document, of: "a term", known: DefinitionReader.dueKeys) else { continue }
            guard let term = problems.term(members["in"], "in") else {
                if members["in"] == nil { problems.note(document.position, "'in' is missing: how long the term is") }
                continue
            }
            let due = DueDeclaration(
                term: term, isStatutory: problems.flag(members["atw"], "atw") ?? false,
                anchor: readAnchor(members["from"]), licence: readLicence(members, at: document.position),
                event: "due.\(node.path).\(number)", rule: rule(members["source"]), position: document.position)
            if parts.calendar == nil, term.duration == nil {
                problems.note(document.position, "a term in \(term.unit.rawValue) needs the workflow to name its 'calendar'")
            }
            state.due.append(due)
            state.transitions.append(
                Transition(
                    event: due.event,
                    condition: members["guard"].flatMap { compile($0, at: document.position, fields: [], expecting: .bool) },
                    targets: readTargets(members["target"], of: node), isInternal: false,
                    actions: readActions(members["actions"], of: node),
                    lane: problems.choice(members["lane"], "lane", as: Lane.self), rule: due.rule, position: document.position))
        }
    }

    private mutating func readAnchor(_ document: Document?) -> DueDeclaration.Anchor {
        let anchors = problems.list(document).map { readOneAnchor($0) }
        switch anchors.count {
        case 0: return .entry
        case 1: return anchors[0]
        default:
            if let document, let certain = anchors.dropLast().first(where: { $0.events.isEmpty }) {
                problems.note(
                    document.position, "'\(certain.name)' has always happened, so what follows it under 'from' is never asked for")
            }
            return .first(anchors)
        }
    }

    private mutating func readOneAnchor(_ document: Document) -> DueDeclaration.Anchor {
        guard let name = problems.text(document, "each of from") else { return .entry }
        switch name {
        case "entry": return .entry
        case "report.receivedAt": return .reportReceived
        case _ where parts.events[name] != nil: return .event(name)
        default:
            problems.note(document.position, "from should be entry, report.receivedAt or an event; there is no '\(name)'")
            return .entry
        }
    }

    private mutating func readLicence(_ members: [String: Document], at position: SourcePosition) -> DueDeclaration.Licence? {
        let byLaw = problems.flag(members["byLaw"], "byLaw") ?? false
        let gap = problems.flag(members["gap"], "gap") ?? false
        if byLaw, gap { problems.note(position, "a term moves the case by law or over a gap, not both") }
        if byLaw, members["source"] == nil { problems.note(position, "what lapses by law names the law under 'source'") }
        return byLaw ? .byLaw : gap ? .gap : nil
    }
}
