// SPDX-License-Identifier: EUPL-1.2

extension Definition {
    /// The workflow as a Mermaid state diagram (mermaid.js.org/syntax/stateDiagram.html), for places that render it in a text.
    ///
    /// Mermaid has no history states and draws no transition between the insides of two states. A history state becomes a plain one;
    /// a transition that crosses starts and ends at the outermost states that it crosses, and its words name the inner ones.
    ///
    /// - Parameter path: the way of one case; where it is and has been gets a class of its own.
    public func mermaid(path: CasePath? = nil) -> String {
        var drawing = MermaidDrawing(definition: self)
        return drawing.text(path: path)
    }
}

struct MermaidDrawing {
    private let definition: Definition
    private let words: TransitionWords
    private var lines: [String] = []
    /// Arrows by the state within which they are drawn.
    private var arrows: [Int: [String]] = [:]

    init(definition: Definition) {
        self.definition = definition
        words = TransitionWords(definition: definition)
    }

    mutating func text(path: CasePath?) -> String {
        lines = ["stateDiagram-v2", "    direction LR"]
        for state in definition.states { collectArrows(of: state) }
        let root = definition.states[0]
        if root.kind == .parallel {
            composite(root, named: definition.title, depth: 1)
        } else {
            contents(of: root, depth: 1)
        }
        classes(path)
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func line(_ depth: Int, _ text: String) {
        lines.append(String(repeating: "    ", count: depth) + text)
    }

    // MARK: States

    private mutating func composite(_ state: State, named name: String, depth: Int) {
        // In two steps: what stands before the brace is taken for the identifier, its blanks included.
        line(depth, "state \"\(name.escapedForMermaid)\" as s\(state.index)")
        line(depth, "state s\(state.index) {")
        contents(of: state, depth: depth + 1)
        line(depth, "}")
    }

    private mutating func contents(of state: State, depth: Int) {
        for initial in state.kind == .compound ? state.initial : [] {
            if let child = child(of: state.index, holding: initial) { line(depth, "[*] --> s\(child)") }
        }
        for (number, index) in state.children.enumerated() {
            if state.kind == .parallel, number > 0 { line(depth, "--") }
            let child = definition.states[index]
            if child.children.isEmpty { atomic(child, depth: depth) } else { composite(child, named: child.label, depth: depth) }
        }
        for arrow in arrows[state.index] ?? [] { line(depth, arrow) }
    }

    private mutating func atomic(_ state: State, depth: Int) {
        let name: String =
            switch state.kind {
            case .history(let isDeep): isDeep ? "H*" : "H"
            default: state.label + (state.outcome.map { " = \($0)" } ?? "")
            }
        line(depth, "state \"\(name.escapedForMermaid)\" as s\(state.index)")
        if let task = state.task.map({ definition.tasks[$0] }) {
            line(depth, "s\(state.index) : \("asks \(task.to): \(task.title ?? task.name)".escapedForMermaid)")
        }
        for transition in state.transitions where transition.targets.isEmpty {
            line(depth, "s\(state.index) : \(label(transition, of: state).escapedForMermaid)")
        }
        if state.kind == .final { line(depth, "s\(state.index) --> [*]") }
    }

    // MARK: Arrows

    private mutating func collectArrows(of state: State) {
        if state.isHistory {
            for target in state.initial { arrow(from: state, to: target, label: "at first") }
        }
        for transition in state.transitions {
            for target in transition.targets { arrow(from: state, to: target, label: label(transition, of: state)) }
        }
    }

    private mutating func arrow(from source: State, to target: Int, label: String) {
        let block = commonAncestor(of: source.index, and: target)
        let from = child(of: block, holding: source.index) ?? source.index
        let to = child(of: block, holding: target) ?? target
        var text = label
        if from != source.index { text = "\(source.label): \(text)" }
        if to != target { text += " → \(definition.states[target].label)" }
        // Between two regions, and out of the whole, Mermaid has no arrows at all; a comment keeps it readable.
        let hasArrow = source.index != 0 && target != 0 && (definition.states[block].kind != .parallel || from == to)
        let prefix = hasArrow ? "" : "%% "
        arrows[block, default: []].append("\(prefix)s\(from) --> s\(to) : \(text.escapedForMermaid)")
    }

    private func label(_ transition: Transition, of state: State) -> String {
        let condition = words.condition(transition).map { " if \($0)" } ?? ""
        let lane = transition.lane == .acute ? " (acute)" : ""
        let does = transition.targets.isEmpty ? words.actions(transition.actions).map { ", \($0)" }.joined() : ""
        return words.trigger(transition, of: state) + condition + lane + does
    }

    /// The innermost state that holds both.
    private func commonAncestor(of first: Int, and second: Int) -> Int {
        var ancestor = definition.states[first].parent
        while let index = ancestor {
            if definition.states[index].descendants.contains(second) { return index }
            ancestor = definition.states[index].parent
        }
        return 0
    }

    private func child(of parent: Int, holding index: Int) -> Int? {
        definition.states[parent].children.first { $0 == index || definition.states[$0].descendants.contains(index) }
    }

    // MARK: A case's way

    private mutating func classes(_ path: CasePath?) {
        guard let path else { return }
        line(1, "classDef visited stroke:\(DrawingPalette.visited),stroke-width:2px")
        line(1, "classDef current stroke:\(DrawingPalette.current),stroke-width:4px,font-weight:bold")
        for state in definition.states where state.index != 0 && path.visited.contains(state.index) && state.children.isEmpty {
            line(1, "class s\(state.index) \(path.current.contains(state.index) ? "current" : "visited")")
        }
    }
}
