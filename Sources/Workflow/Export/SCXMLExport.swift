// SPDX-License-Identifier: EUPL-1.2

import Values

extension Definition {
    /// The workflow as SCXML 1.0 (www.w3.org/TR/scxml).
    ///
    /// The chart is SCXML's own; guards and values are CEL, which the attribute `datamodel` says. What SCXML has no word for (tasks,
    /// terms, sources, who may send an event) stands in the namespace ``SCXMLExport/namespace``.
    public var scxml: String { SCXMLExport(definition: self).text }
}

/// Writes a definition as SCXML. The root becomes a state of its own, because an `scxml` element has no transitions and no regions;
/// when it is done the session ends in a final state beside it.
public struct SCXMLExport {
    public static let namespace = "urn:nl:ketenroute:workflow"
    static let actionType = "urn:nl:ketenroute:workflow:action"

    let definition: Definition
    private let ids: [String]
    private let end: String

    init(definition: Definition) {
        self.definition = definition
        // No path becomes one of these two: a path's own underscore is written as its code.
        ids = definition.states.map { $0.index == 0 ? "_case" : SCXMLExport.identifier($0.path) }
        end = "_end"
    }

    /// A path as an XML name: characters that a name cannot have become their code between underscores.
    static func identifier(_ path: String) -> String {
        var id = ""
        for scalar in path.unicodeScalars {
            let isPlain = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || [".", "-"].contains(scalar)
            if isPlain { id.unicodeScalars.append(scalar) } else { id += "_\(String(scalar.value, radix: 16))_" }
        }
        let isStart = id.unicodeScalars.first.map { $0.properties.isAlphabetic } ?? false
        return isStart ? id : "_." + id
    }

    var text: String {
        var xml = XMLWriter()
        xml.element(
            "scxml",
            [
                "xmlns": "http://www.w3.org/2005/07/scxml", "xmlns:k": SCXMLExport.namespace, "version": "1.0", "name": definition.name,
                "datamodel": "cel", "initial": ids[0],
            ]
        ) { xml in
            declarations(&xml)
            datamodel(&xml)
            state(definition.states[0], &xml)
            xml.empty("final", ["id": end])
        }
        return xml.text
    }

    private func names(_ states: [Int]) -> String? {
        states.isEmpty ? nil : states.map { ids[$0] }.joined(separator: " ")
    }

    // MARK: States

    private func state(_ state: State, _ xml: inout XMLWriter) {
        let task = state.task.map { definition.tasks[$0].name }
        switch state.kind {
        case .history(let isDeep):
            xml.element("history", ["id": ids[state.index], "type": isDeep ? "deep" : "shallow"]) { xml in
                xml.empty("transition", ["target": names(state.initial)])
            }
        case .final:
            xml.element("final", ["id": ids[state.index], "k:title": state.title, "k:source": state.source, "k:outcome": state.outcome]) {
                content(of: state, &$0)
            }
        case .atomic, .compound, .parallel:
            xml.element(
                state.kind == .parallel ? "parallel" : "state",
                [
                    "id": ids[state.index], "initial": state.kind == .compound ? names(state.initial) : nil, "k:title": state.title,
                    "k:source": state.source, "k:task": task,
                ]
            ) { content(of: state, &$0) }
        }
    }

    private func content(of state: State, _ xml: inout XMLWriter) {
        for (number, due) in state.due.enumerated() { term(due, number, &xml) }
        if !state.entry.isEmpty || !state.due.isEmpty {
            xml.element("onentry") { xml in
                actions(state.entry, &xml)
                for due in state.due {
                    xml.empty(
                        "send", ["id": eventName(due.event, of: state), "event": eventName(due.event, of: state), "delayexpr": delay(due)])
                }
            }
        }
        if !state.exit.isEmpty || !state.due.isEmpty {
            xml.element("onexit") { xml in
                actions(state.exit, &xml)
                for due in state.due { xml.empty("cancel", ["sendid": eventName(due.event, of: state)]) }
            }
        }
        for transition in state.transitions { self.transition(transition, of: state, &xml) }
        if state.index == 0 { xml.empty("transition", ["event": "done.state.\(ids[0])", "target": end]) }
        for child in state.children { self.state(definition.states[child], &xml) }
    }

    private func transition(_ transition: Transition, of state: State, _ xml: inout XMLWriter) {
        let attributes: XMLWriter.Attributes = [
            "event": transition.event.map { eventName($0, of: state) }, "cond": transition.condition?.source,
            "target": names(transition.targets), "type": transition.isInternal ? "internal" : nil,
            "k:lane": transition.lane?.rawValue, "k:source": transition.rule,
        ]
        guard !transition.actions.isEmpty else { return xml.empty("transition", attributes) }
        xml.element("transition", attributes) { actions(transition.actions, &$0) }
    }

    /// An event that names its state does so by the state's identifier.
    private func eventName(_ event: String, of state: State) -> String {
        if event == state.doneEvent { return "done.state.\(ids[state.index])" }
        guard let number = state.due.firstIndex(where: { $0.event == event }) else { return event }
        return "due.\(ids[state.index]).\(number)"
    }

    // MARK: Actions and terms

    private func actions(_ actions: [Action], _ xml: inout XMLWriter) {
        for action in actions {
            switch action {
            case .raise(let event): xml.empty("raise", ["event": event])
            case .set(let fact, let value): xml.empty("assign", ["location": definition.facts[fact].name, "expr": value.source])
            case .escalate(let to): send("escalate", ["to": to], &xml)
            case .remind(let to): send("remind", ["to": to], &xml)
            case .note(let code): send("note", ["code": code], &xml)
            case .notify(let role, let what): send("notify", ["to": role, "what": what], &xml)
            case .alarm(let code): send("alarm", ["code": code], &xml)
            }
        }
    }

    private func send(_ name: String, _ parameters: KeyValuePairs<String, String>, _ xml: inout XMLWriter) {
        xml.element("send", ["event": name, "type": SCXMLExport.actionType]) { xml in
            for (name, value) in parameters { xml.empty("param", ["name": name, "expr": CELText.literal(.string(value))]) }
        }
    }

    private func term(_ due: DueDeclaration, _ number: Int, _ xml: inout XMLWriter) {
        let licence: String? =
            switch due.licence {
            case .byLaw: "byLaw"
            case .gap: "gap"
            case nil: nil
            }
        xml.empty(
            "k:due",
            [
                "number": "\(number)", "in": due.term.description, "atw": due.isStatutory ? "true" : nil, "from": due.anchor.name,
                "licence": licence, "source": due.rule,
            ])
    }

    /// A call of a function that the platform has to offer: a term in working days has no fixed length.
    private func delay(_ due: DueDeclaration) -> String {
        "due(\(CELText.literal(.string(due.term.description))), \(CELText.literal(.string(due.anchor.name))), \(due.isStatutory))"
    }
}

extension DueDeclaration.Anchor {
    /// The word that a definition has for it under `from`.
    var name: String {
        switch self {
        case .entry: "entry"
        case .reportReceived: "report.receivedAt"
        case .event(let name): name
        case .first(let anchors): anchors.map(\.name).joined(separator: " ")
        }
    }
}
