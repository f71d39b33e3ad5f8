// SPDX-License-Identifier: EUPL-1.2

/// One state as a table in Graphviz' HTML-like labels (graphviz.org/doc/info/shapes.html#html).
struct StateTable {
    let drawing: DotDrawing
    let state: State

    init(_ drawing: DotDrawing, _ state: State) {
        self.drawing = drawing
        self.state = state
    }

    private static let titleLineMax = 30

    var html: String {
        let border = self.border
        let table = "<table border=\"\(border.width)\" color=\"\(border.color)\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\" "
        return table + "bgcolor=\"white\" style=\"rounded\">\(headRow)\(taskRow)\(entryRow)\(transitionRows)</table>"
    }

    private var isCurrent: Bool { drawing.path?.current.contains(state.index) ?? false }
    private var isVisited: Bool { drawing.path?.visited.contains(state.index) ?? false }

    private var border: (width: Int, color: String) {
        if isCurrent { return (4, DrawingPalette.current) }
        if isVisited { return (2, DrawingPalette.visited) }
        return state.kind == .final ? (2, DrawingPalette.edge) : (1, DrawingPalette.clusterBorder)
    }

    private var task: TaskDeclaration? { state.task.map { drawing.definition.tasks[$0] } }

    // MARK: Rows

    private var headRow: String {
        let fill = task.map { drawing.palette.fill($0.to) } ?? (state.kind == .final ? DrawingPalette.final : DrawingPalette.neutral)
        let title = state.index == 0 ? "The whole case" : state.children.isEmpty ? state.label : "From all of this"
        var content = title.wrapped(at: StateTable.titleLineMax).map { "<b>\($0.escapedForXML)</b>" }.joined(separator: "<br/>")
        if let outcome = state.outcome { content += "<br/><font point-size=\"9\">\(outcome.escapedForXML)</font>" }
        return row(content, fill: fill, port: "head", tooltip: drawing.tooltip(state), align: "center")
    }

    private var taskRow: String {
        guard let task else { return "" }
        let isAcute = task.lane == .acute
        let text = "→ \(task.to): \(task.title ?? task.name)".wrapped(at: 38)
            .map(\.escapedForXML).joined(separator: "<br align=\"left\"/>")
        let content = isAcute ? "<font color=\"\(DrawingPalette.acute)\"><b>\(text)</b> (acute)</font>" : "<i>\(text)</i>"
        return row(content + "<br align=\"left\"/>", fill: drawing.palette.fill(task.to), tooltip: "task \(task.name)")
    }

    private var entryRow: String {
        let actions = drawing.words.actions(state.entry).map { "entry: \($0)".shortened(to: TransitionWords.lineMax) }
        guard !actions.isEmpty else { return "" }
        return row(small(actions), tooltip: "on entry")
    }

    /// A line for each way out. What has the same trigger stands together below it.
    private var transitionRows: String {
        var rows = ""
        var lastTrigger: String?
        for (number, transition) in state.transitions.enumerated() {
            let isDue = state.due.contains { $0.event == transition.event }
            let trigger = (isDue ? "◷ " : "") + drawing.words.trigger(transition, of: state)
            let isFirst = trigger != lastTrigger
            let shares = state.transitions.filter { $0.event == transition.event }.count > 1
            lastTrigger = trigger
            rows += transitionRow(transition, number, trigger: isFirst ? trigger : nil, isElse: shares && transition.condition == nil)
        }
        return rows
    }

    private func transitionRow(_ transition: Transition, _ number: Int, trigger: String?, isElse: Bool) -> String {
        var texts: [String] = []
        if let trigger { texts.append(styled(trigger.shortened(to: TransitionWords.lineMax), transition, number)) }
        let condition = drawing.words.condition(transition).map { "if \($0)" } ?? (isElse ? "else" : nil)
        if let condition { texts.append("<font point-size=\"9\">    \(lit(condition.escapedForXML, number))</font>") }
        let isBack = transition.targets.contains(state.index)
        var actions = drawing.words.actions(transition.actions).map { "    \($0)".shortened(to: TransitionWords.lineMax) }
        if isBack { actions.insert("    ↺", at: 0) }
        let content = texts.map { $0 + "<br align=\"left\"/>" }.joined() + (actions.isEmpty ? "" : small(actions))
        return row(content, port: "t\(number)", tooltip: drawing.words.full(transition, of: state))
    }

    private func styled(_ trigger: String, _ transition: Transition, _ number: Int) -> String {
        let text = trigger.escapedForXML
        guard transition.lane == .acute, drawing.path == nil || isWalked(number) else { return lit(text, number) }
        return "<font color=\"\(DrawingPalette.acute)\"><b>\(text)</b></font>"
    }

    /// The text in the colour of the way that the case went, where it went this way.
    private func lit(_ text: String, _ number: Int) -> String {
        isWalked(number) ? "<font color=\"\(DrawingPalette.walked)\"><b>\(text)</b></font>" : text
    }

    private func isWalked(_ number: Int) -> Bool {
        drawing.path?.walked.contains(Step.TakenTransition(state: state.index, transition: number)) ?? false
    }

    private func small(_ lines: [String]) -> String {
        let text = lines.map { $0.escapedForXML + "<br align=\"left\"/>" }.joined()
        return "<font point-size=\"9\" color=\"#6b7480\">\(text)</font>"
    }

    /// Graphviz shows a cell's tooltip only where the cell is a link, so it links to the state itself.
    private func row(_ content: String, fill: String? = nil, port: String? = nil, tooltip: String, align: String = "left") -> String {
        let attributes = [
            fill.map { "bgcolor=\"\($0)\"" }, port.map { "port=\"\($0)\"" }, "align=\"\(align)\"", "balign=\"\(align)\"",
            "href=\"#\(state.path.escapedForXML)\"", "tooltip=\"\(tooltip.escapedForXML)\"",
        ]
        return "<tr><td \(attributes.compactMap(\.self).joined(separator: " "))>\(content)</td></tr>"
    }
}
