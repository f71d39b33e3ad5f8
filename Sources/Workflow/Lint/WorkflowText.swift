// SPDX-License-Identifier: EUPL-1.2

/// The text of a definition, in which every declaration, state and action is found with its place.
struct WorkflowText: Sendable {
    /// A state's name and what stands below it.
    struct StateText: Sendable {
        let position: SourcePosition
        let body: Document
    }

    /// One action of a state or of one of its transitions.
    struct ActionText: Sendable {
        let state: Int
        let name: String
        let position: SourcePosition
        let value: Document
    }

    let root: Document
    /// By the number of the state.
    let states: [StateText]

    init(_ root: Document) {
        self.root = root
        var states: [StateText] = []
        WorkflowText.collect(StateText(position: root.position, body: root), into: &states)
        self.states = states
    }

    /// In document order, as states are numbered.
    private static func collect(_ state: StateText, into states: inout [StateText]) {
        states.append(state)
        for child in state.body["states"]?.members ?? [] {
            collect(StateText(position: child.position, body: child.value), into: &states)
        }
    }

    /// The entries of one of the sections `sources`, `facts`, `events`, `tasks`.
    func declarations(_ section: String) -> [Document.Member] { root[section]?.members ?? [] }

    func declaration(_ section: String, _ name: String) -> Document.Member? {
        declarations(section).last { $0.key == name }
    }

    /// All actions of the workflow, in document order.
    var actions: [ActionText] {
        states.indices.flatMap { state -> [ActionText] in
            let body = states[state].body
            let transitions =
                (body["always"]?.elements ?? []) + (body["on"]?.members ?? []).flatMap(\.value.elements)
                + (body["onDone"]?.elements ?? []) + (body["due"]?.elements ?? [])
            let lists = [body["entry"], body["exit"]] + transitions.map { $0["actions"] }
            return lists.compactMap { $0 }.flatMap(\.elements).flatMap { $0.members ?? [] }.map {
                ActionText(state: state, name: $0.key, position: $0.position, value: $0.value)
            }
        }
    }
}

extension Document {
    subscript(key: String) -> Document? { members?.last { $0.key == key }?.value }

    /// The elements of a list; a single value counts as a list of one.
    var elements: [Document] {
        if case .sequence(let elements) = content { return elements }
        return isNull ? [] : [self]
    }

    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }
}
