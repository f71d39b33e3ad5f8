// SPDX-License-Identifier: EUPL-1.2

extension Definition {
    /// The workflow as a drawing in the DOT language of Graphviz (graphviz.org/doc/info/lang.html).
    ///
    /// Every state is a small table: its title on the colour of the partner who is asked, then a line for each way out, from which
    /// the edge to the target starts. So edges carry no text and the drawing stays small. Tracks are clusters beside each other.
    ///
    /// - Parameter path: the way of one case; what it walked is lit and where it is stands out.
    public func dot(path: CasePath? = nil) -> String {
        DotDrawing(definition: self, path: path).text
    }
}

struct DotDrawing {
    let definition: Definition
    let path: CasePath?
    let palette: DrawingPalette
    let words: TransitionWords
    private(set) var lines: [String] = []

    init(definition: Definition, path: CasePath?) {
        self.definition = definition
        self.path = path
        palette = DrawingPalette(definition)
        words = TransitionWords(definition: definition)
    }

    var text: String {
        var drawing = self
        drawing.write()
        return drawing.lines.joined(separator: "\n") + "\n"
    }

    private mutating func write() {
        line("digraph workflow {")
        line("graph [rankdir=LR, newrank=true, compound=true, nodesep=0.18, ranksep=0.7, pad=0.3, splines=true, bgcolor=white,")
        line("  fontname=Helvetica, fontsize=20, labelloc=t, labeljust=l, label=<\(heading)>, tooltip=\" \"]")
        line("node [shape=plain, fontname=Helvetica, fontsize=11]")
        line("edge [fontname=Helvetica, fontsize=10, arrowsize=0.7, color=\"\(DrawingPalette.edge)\"]")
        // Graphviz stacks what is not connected from below; the first track of the text belongs on top.
        let root = definition.states[0]
        legend()
        if hasTable(root) { table(of: root) }
        if root.kind == .parallel {
            for region in root.children.reversed() { cluster(definition.states[region]) }
        } else {
            contents(of: root)
        }
        for state in definition.states { edges(from: state) }
        line("}")
    }

    private var heading: String {
        let valid = definition.validFrom.map { ", valid from \($0)" } ?? ""
        let version = "\(definition.name) version \(definition.version)\(valid)"
        let left = "<br align=\"left\"/>"
        return "<b>\(definition.title.escapedForXML)</b>\(left)<font point-size=\"12\">\(version.escapedForXML)</font>\(left)"
    }

    mutating func line(_ text: String) { lines.append(text) }

    // MARK: States

    /// A state that has states below it.
    private mutating func cluster(_ state: State) {
        line("subgraph cluster_\(state.index) {")
        let isCurrent = path?.current.contains(state.index) ?? false
        let border = isCurrent ? DrawingPalette.current : DrawingPalette.clusterBorder
        let style = state.kind == .parallel ? "rounded,dashed" : "rounded"
        line("label=\(state.label.quotedForDOT); id=\(state.path.quotedForDOT); tooltip=\(tooltip(state).quotedForDOT)")
        line(
            "labeljust=l; fontsize=\(state.depth == 1 ? 16 : 12); style=\"\(style),filled\"; fillcolor=\"\(DrawingPalette.shade(state.depth))\""
        )
        line("color=\"\(border)\"; penwidth=\(isCurrent ? 2 : 1); margin=\(state.depth == 1 ? 16 : 10)")
        contents(of: state)
        if hasTable(state) { table(of: state) }
        line("}")
    }

    private mutating func contents(of state: State) {
        if state.kind == .compound || entrance(of: state) == state.index {
            line("i\(state.index) [shape=point, width=0.12, color=\"\(DrawingPalette.edge)\"]")
            for target in state.initial { line("i\(state.index) -> \(arrival(at: target, from: state))") }
        }
        for child in state.children.map({ definition.states[$0] }) {
            if child.children.isEmpty { node(child) } else { cluster(child) }
        }
    }

    private mutating func node(_ state: State) {
        let id = state.path.quotedForDOT
        switch state.kind {
        case .history(let isDeep):
            line("n\(state.index) [id=\(id), shape=circle, width=0.3, fixedsize=true, label=\"\(isDeep ? "H*" : "H")\"]")
            for target in state.initial { line("n\(state.index) -> \(arrival(at: target, from: state, "style=dashed"))") }
        default: line("n\(state.index) [id=\(id), label=<\(StateTable(self, state).html)>]")
        }
    }

    /// A state with states below it gets a table of its own where it has something to say: which ways lead out of all of it.
    private func hasTable(_ state: State) -> Bool {
        !state.transitions.isEmpty || !state.entry.isEmpty || state.task != nil
    }

    /// The table stands to the right of the states below, because what leads out of them leads on.
    private mutating func table(of state: State) {
        line("n\(state.index) [id=\((state.path + ".out").quotedForDOT), label=<\(StateTable(self, state).html)>]")
        // What leads out of the whole case leads nowhere on the drawing but back into it.
        guard state.index != 0 else { return }
        for below in state.descendants where definition.states[below].children.isEmpty {
            line("n\(below) -> n\(state.index) [style=invis]")
        }
    }

    // MARK: Edges

    private mutating func edges(from state: State) {
        for (number, transition) in state.transitions.enumerated() {
            // A way back to itself is told in its line; a curl around the table would say no more.
            for target in transition.targets where target != state.index {
                let isWalked = path?.walked.contains(Step.TakenTransition(state: state.index, transition: number)) ?? false
                let style = palette.edge(transition, isWalked: isWalked, hasPath: path != nil)
                let attributes = "\(style), edgetooltip=\(words.full(transition, of: state).quotedForDOT)"
                line("n\(state.index):t\(number):e -> \(arrival(at: target, from: state, attributes))")
            }
        }
    }

    /// Where an edge to a state ends, with the edge's attributes: at the state's table, or at the border of its cluster.
    private func arrival(at index: Int, from source: State, _ attributes: String = "") -> String {
        let state = definition.states[index]
        guard !state.children.isEmpty else { return (state.isHistory ? "n\(index)" : "n\(index):head:w") + " [\(attributes)]" }
        // From the inside there is no border to arrive at.
        let border = state.descendants.contains(source.index) ? "" : "lhead=cluster_\(index)"
        return "i\(entrance(of: state)) [\([attributes, border].filter { !$0.isEmpty }.joined(separator: ", "))]"
    }

    /// The compound state inside, or the state itself, at whose first dot an edge to the whole is aimed: the middle one of several regions.
    private func entrance(of state: State) -> Int {
        guard state.kind == .parallel else { return state.index }
        let inner = state.children.map { definition.states[$0] }.filter { !$0.children.isEmpty }
        return inner.isEmpty ? state.index : entrance(of: inner[inner.count / 2])
    }

    func tooltip(_ state: State) -> String {
        [state.path, state.source.map { "source: \(definition.sources[$0] ?? $0)" }].compactMap(\.self).joined(separator: "\n")
    }

    // MARK: Legend

    private mutating func legend() {
        guard !palette.roles.isEmpty else { return }
        var rows = ""
        for role in palette.roles {
            rows += "<tr><td bgcolor=\"\(palette.fill(role))\" align=\"left\">asked: \(role.escapedForXML)</td></tr>"
        }
        rows += "<tr><td align=\"left\"><font color=\"\(DrawingPalette.acute)\"><b>acute lane</b></font></td></tr>"
        rows += "<tr><td align=\"left\" bgcolor=\"\(DrawingPalette.final)\"><b>end</b>, with its outcome</td></tr>"
        rows += "<tr><td align=\"left\">◷ term that runs while the state is active</td></tr>"
        rows += "<tr><td align=\"left\">↺ back to the same state · no arrow: stays</td></tr>"
        if path != nil {
            rows += "<tr><td align=\"left\" color=\"\(DrawingPalette.current)\" border=\"3\">where the case is</td></tr>"
            rows += "<tr><td align=\"left\"><font color=\"\(DrawingPalette.walked)\"><b>way that the case went</b></font></td></tr>"
        }
        line(
            "legend [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\" color=\"\(DrawingPalette.clusterBorder)\">\(rows)</table>>]"
        )
    }
}
