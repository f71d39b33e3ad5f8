// SPDX-License-Identifier: EUPL-1.2

/// A state as it stands in the text, before names are resolved: its place in the tree and its unread members.
struct StateNode: Sendable {
    let index: Int
    let name: String
    let path: String
    let kind: State.Kind
    let parent: Int?
    let depth: Int
    let members: [String: Document]
    let position: SourcePosition
    var children: [Int] = []
    var descendants = StateSet()

    /// Deepest nesting and largest number of states; the largest workflow foreseen has a quarter of either.
    static let depthMax = 16
    static let countMax = 1_024
}

/// The tree of states and the ways in which their names are understood.
struct StateTree: Sendable {
    private(set) var nodes: [StateNode] = []

    /// Members that a state may have.
    static let stateKeys: Set<String> = [
        "type", "initial", "states", "on", "always", "onDone", "entry", "exit", "task", "due", "outcome", "history", "target",
        "title", "source",
    ]

    mutating func append(_ node: StateNode) {
        nodes.append(node)
        guard let parent = node.parent else { return }
        nodes[parent].children.append(node.index)
        var ancestor: Int? = parent
        while let current = ancestor {
            nodes[current].descendants.insert(node.index)
            ancestor = nodes[current].parent
        }
    }

    enum Resolution: Equatable {
        case found(Int)
        case unknown
        case ambiguous([String])
    }

    /// The state that `name` means, said in state `source`: a sibling before a child, then a path from the root, then the only
    /// state whose path ends in it.
    func resolve(_ name: String, from source: Int) -> Resolution {
        if let parent = nodes[source].parent, let sibling = descend(from: parent, name) { return .found(sibling) }
        if let child = descend(from: source, name) { return .found(child) }
        return resolve(name)
    }

    /// As `resolve(_:from:)`, said outside any state.
    func resolve(_ name: String) -> Resolution {
        if let exact = nodes.first(where: { $0.path == name && !$0.path.isEmpty }) { return .found(exact.index) }
        let matches = nodes.filter { $0.path.hasSuffix("." + name) }
        switch matches.count {
        case 0: return .unknown
        case 1: return .found(matches[0].index)
        default: return .ambiguous(matches.map(\.path))
        }
    }

    /// The state below `parent` that a relative path names.
    func descend(from parent: Int, _ path: String) -> Int? {
        let base = nodes[parent].path
        let wanted = base.isEmpty ? path : base + "." + path
        return nodes[parent].children.isEmpty ? nil : nodes.first { $0.path == wanted && $0.index != parent }?.index
    }
}
