// SPDX-License-Identifier: EUPL-1.2

/// The states that a microstep enters, while they are being found.
struct EntrySet {
    var states = StateSet()
    let memory: Chart.Memory
    /// Whether a history state was met, so that another memory could have led elsewhere.
    var dependsOnMemory = false

    init(memory: Chart.Memory) { self.memory = memory }
}

/// `computeEntrySet` of the SCXML recommendation, appendix D, with its two procedures.
extension Chart {
    func add(_ targets: [Int], below domain: Int?, to entry: inout EntrySet) {
        for target in targets { addDescendants(of: target, to: &entry) }
        guard let domain else { return }
        for target in effectiveTargets(of: targets, memory: entry.memory) { addAncestors(of: target, below: domain, to: &entry) }
        // A parallel root has no compound state above it that could be the domain, so it stands in for one: what a transition
        // across its regions has left is entered again.
        if domain == 0, nodes[0].kind == .parallel { addRegions(of: 0, to: &entry) }
    }

    private func addDescendants(of index: Int, to entry: inout EntrySet) {
        guard histories.contains(index) else {
            entry.states.insert(index)
            addDefaultDescendants(of: index, to: &entry)
            return
        }
        entry.dependsOnMemory = true
        let targets = entry.memory[index] ?? nodes[index].initial
        for target in targets { addDescendants(of: target, to: &entry) }
        for target in targets { addAncestors(of: target, below: nodes[index].parent, to: &entry) }
    }

    /// Below a compound state its initial states, below a parallel one all regions that nothing else enters.
    func addDefaultDescendants(of index: Int, to entry: inout EntrySet) {
        switch nodes[index].kind {
        case .compound:
            for initial in nodes[index].initial { addDescendants(of: initial, to: &entry) }
            for initial in nodes[index].initial { addAncestors(of: initial, below: index, to: &entry) }
        case .parallel: addRegions(of: index, to: &entry)
        case .atomic, .final, .history: break
        }
    }

    private func addAncestors(of index: Int, below ancestor: Int, to entry: inout EntrySet) {
        var next = nodes[index].parent
        while next >= 0, next != ancestor {
            entry.states.insert(next)
            if nodes[next].kind == .parallel { addRegions(of: next, to: &entry) }
            next = nodes[next].parent
        }
    }

    private func addRegions(of parallel: Int, to entry: inout EntrySet) {
        for region in nodes[parallel].regions where !entry.states.contains(region) {
            if !entry.states.intersects(nodes[region].descendants) { addDescendants(of: region, to: &entry) }
        }
    }
}
