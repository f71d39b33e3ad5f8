// SPDX-License-Identifier: EUPL-1.2

import Values

extension Definition {
    /// The workflow as the configuration of an XState v5 machine (stately.ai/docs/machines), in JSON.
    ///
    /// Guards and actions have names and parameters; who runs the machine supplies them. A guard's CEL text stands in the transition's
    /// `meta` and under `meta.guards` of the machine. A term reaches the machine as the event of its name; how long it is stands in the
    /// state's `meta.due`, because XState's delays know no working days. XState enters one child at first; where the definition names
    /// deeper or several initial states, `meta.initial` has them.
    public var xstate: String { XStateExport(definition: self).machine.text }
}

/// Writes a definition as an XState v5 machine.
struct XStateExport {
    let definition: Definition
    private let words: TransitionWords

    init(definition: Definition) {
        self.definition = definition
        words = TransitionWords(definition: definition)
    }

    var machine: OrderedJSON {
        guard case .object(let members) = state(definition.states[0]) else { return .object([]) }
        var head: [OrderedJSON.Member] = [
            .init("id", .string(definition.name)), .init("version", .string("\(definition.version)")),
            .init("description", .string(definition.title)),
            .init("context", .object(definition.facts.map { .init($0.name, .value($0.initial.json)) })),
        ]
        head += members.filter { $0.name != "meta" && $0.name != "description" }
        head.append(.init("meta", machineMeta(members.first { $0.name == "meta" }?.value)))
        return .object(head)
    }

    private func machineMeta(_ own: OrderedJSON?) -> OrderedJSON {
        var members: [OrderedJSON.Member] = []
        if case .object(let given) = own { members = given }
        members.append(.init("guards", .object(guards)))
        members.append(.init("sources", .object(definition.sources.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })))
        members.append(.init("facts", .object(definition.facts.map { .init($0.name, .value($0.type.jsonSchema)) })))
        let events = definition.events.values.sorted { $0.position < $1.position }
        members.append(.init("events", .object(events.map { .init($0.name, event($0)) })))
        members.append(.init("tasks", .object(definition.tasks.map { .init($0.name, task($0)) })))
        return .object(members)
    }

    private var guards: [OrderedJSON.Member] {
        definition.states.flatMap { state in
            state.transitions.enumerated().compactMap { number, transition in
                transition.condition.map { .init(guardName(state, number), .string($0.source)) }
            }
        }
    }

    // MARK: States

    private func state(_ state: State) -> OrderedJSON {
        let type: String? =
            switch state.kind {
            case .parallel: "parallel"
            case .final: "final"
            case .history: "history"
            case .atomic, .compound: nil
            }
        var history: String?
        if case .history(let isDeep) = state.kind { history = isDeep ? "deep" : "shallow" }
        return .members([
            "type": type.map { .string($0) },
            "description": state.title.map { .string($0) },
            "history": history.map { .string($0) },
            "target": state.isHistory ? .strings(state.initial.map(reference)) : nil,
            "initial": initialChild(of: state).map { .string($0) },
            "tags": tags(state),
            "entry": actions(state.entry),
            "exit": actions(state.exit),
            "always": transitions(of: state) { $0.event == nil },
            "onDone": transitions(of: state) { $0.event == state.doneEvent },
            "on": events(of: state),
            "states": state.children.isEmpty
                ? nil
                : .object(
                    state.children.map { child in
                        let child = definition.states[child]
                        return .init(child.name, self.state(child))
                    }),
            "meta": meta(state),
        ])
    }

    /// The child that XState enters at first: the one that holds the first initial state.
    private func initialChild(of state: State) -> String? {
        guard state.kind == .compound, let first = state.initial.first else { return nil }
        return state.children.first { $0 == first || definition.states[$0].descendants.contains(first) }.map { definition.states[$0].name }
    }

    private func tags(_ state: State) -> OrderedJSON? {
        guard let task = state.task.map({ definition.tasks[$0] }) else { return nil }
        return .strings([task.to, task.lane.rawValue])
    }

    private func meta(_ state: State) -> OrderedJSON? {
        let isPlain = state.kind != .compound || state.initial.count == 1 && state.children.contains(state.initial[0])
        let meta = OrderedJSON.members([
            "source": state.source.map { .string($0) },
            "task": state.task.map { .string(definition.tasks[$0].name) },
            "outcome": state.outcome.map { .string($0) },
            "initial": isPlain ? nil : .strings(state.initial.map(reference)),
            "due": state.due.isEmpty ? nil : .array(state.due.map(term)),
        ])
        if case .object(let members) = meta, members.isEmpty { return nil }
        return meta
    }

    /// A target by the machine's identifier and the path; dots and backslashes in names are escaped as XState reads them.
    private func reference(_ index: Int) -> String {
        var names: [String] = []
        var next: Int? = index
        while let current = next, current != 0 {
            names.insert(XStateExport.escaped(definition.states[current].name), at: 0)
            next = definition.states[current].parent
        }
        return "#" + ([XStateExport.escaped(definition.name)] + names).joined(separator: ".")
    }

    private static func escaped(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing(".", with: "\\.")
    }

    // MARK: Transitions

    /// Events in the order in which the state first names them.
    private func events(of state: State) -> OrderedJSON? {
        var names: [String] = []
        for event in state.transitions.compactMap(\.event) where event != state.doneEvent && !names.contains(event) { names.append(event) }
        guard !names.isEmpty else { return nil }
        return .object(names.map { name in .init(name, transitions(of: state) { $0.event == name } ?? .array([])) })
    }

    private func transitions(of state: State, where isWanted: (Transition) -> Bool) -> OrderedJSON? {
        let wanted = state.transitions.enumerated().filter { isWanted($0.element) }
        return wanted.isEmpty ? nil : .array(wanted.map { transition($0.element, $0.offset, of: state) })
    }

    private func transition(_ transition: Transition, _ number: Int, of state: State) -> OrderedJSON {
        // XState does not leave the source for a target in it unless told to; SCXML does unless told not to.
        let comesBack = transition.targets.contains { $0 == state.index || state.descendants.contains($0) }
        let meta = OrderedJSON.members([
            "guard": transition.condition.map { .string($0.source) },
            "lane": transition.lane.map { .string($0.rawValue) },
            "source": transition.rule.map { .string($0) },
        ])
        var hasMeta = false
        if case .object(let members) = meta { hasMeta = !members.isEmpty }
        return .members([
            "guard": transition.condition.map { _ in .string(guardName(state, number)) },
            "target": transition.targets.isEmpty ? nil : .strings(transition.targets.map(reference)),
            "reenter": comesBack && !transition.isInternal ? .value(true) : nil,
            "actions": actions(transition.actions),
            "meta": hasMeta ? meta : nil,
        ])
    }

    /// Says where the guard stands: the state, what sets it off, and its place among the state's transitions.
    private func guardName(_ state: State, _ number: Int) -> String {
        "\(state.path)/\(state.transitions[number].event ?? "always")/\(number)"
    }

    private func actions(_ actions: [Action]) -> OrderedJSON? {
        guard !actions.isEmpty else { return nil }
        return .array(
            actions.map { action in
                switch action {
                case .raise(let event): named("raise", ["event": .string(event)])
                case .set(let fact, let value):
                    named("set", ["fact": .string(definition.facts[fact].name), "value": .string(value.source)])
                case .escalate(let to): named("escalate", ["to": .string(to)])
                case .remind(let to): named("remind", ["to": .string(to)])
                case .note(let code): named("note", ["code": .string(code)])
                case .notify(let role, let what): named("notify", ["to": .string(role), "what": .string(what)])
                case .alarm(let code): named("alarm", ["code": .string(code)])
                }
            })
    }

    private func named(_ type: String, _ parameters: KeyValuePairs<String, OrderedJSON?>) -> OrderedJSON {
        .members(["type": .string(type), "params": .members(parameters)])
    }

    // MARK: Declarations

    private func term(_ due: DueDeclaration) -> OrderedJSON {
        .members([
            "event": .string(due.event), "in": .string(due.term.description), "atw": .value(.bool(due.isStatutory)),
            "from": .string(due.anchor.name), "source": due.rule.map { .string($0) },
            "licence": due.licence.map { .string($0 == .byLaw ? "byLaw" : "gap") },
        ])
    }

    private func event(_ event: EventDeclaration) -> OrderedJSON {
        .members([
            "from": event.from.map { .strings($0) },
            "internal": event.isInternal ? .value(true) : nil,
            "data": .value(event.jsonSchema),
            "require": event.requirements.isEmpty
                ? nil
                : .array(
                    event.requirements.map { requirement in
                        .members([
                            "that": .string(requirement.that.source), "else": .string(requirement.otherwise),
                            "source": requirement.source.map { .string($0) },
                        ])
                    }),
            "sets": event.assignments.isEmpty
                ? nil
                : .object(
                    event.assignments.map {
                        .init(definition.facts[$0.fact].name, .string($0.value.source))
                    }),
        ])
    }

    private func task(_ task: TaskDeclaration) -> OrderedJSON {
        .members([
            "title": task.title.map { .string($0) }, "to": .string(task.to), "organisation": task.organisation.map { .string($0.source) },
            "answers": .strings(task.answers), "shows": .strings(task.shows), "purpose": task.purpose.map { .string($0) },
            "basis": task.basis.map { .string($0) }, "lane": .string(task.lane.rawValue),
        ])
    }
}
