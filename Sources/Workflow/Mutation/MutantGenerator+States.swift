// SPDX-License-Identifier: EUPL-1.2

extension MutantGenerator {
    mutating func mutate(state: State, _ document: Document) {
        let place = state.index == 0 ? "root" : state.path
        mutate(actions: document.member("entry"), "\(place)/entry", "entering \(place)")
        mutate(actions: document.member("exit"), "\(place)/exit", "leaving \(place)")
        // A definition keeps a state's transitions in this order.
        let rules = MutantGenerator.rules(of: document)
        for (rule, transition) in zip(rules, state.transitions) {
            mutate(rule: rule.document, transition, of: state, "\(place)/\(rule.place)")
        }
        for child in document.member("states")?.members ?? [] {
            let index = state.children.first { definition.states[$0].name == child.key }
            if let index { mutate(state: definition.states[index], child.value) }
        }
    }

    private static func rules(of document: Document) -> [(place: String, document: Document)] {
        func numbered(_ place: String, _ list: Document?) -> [(String, Document)] {
            (list?.items ?? []).enumerated().map { ("\(place)/\($0.offset)", $0.element) }
        }
        return numbered("always", document.member("always"))
            + (document.member("on")?.members ?? []).flatMap { numbered("on/\($0.key)", $0.value) }
            + numbered("onDone", document.member("onDone")) + numbered("due", document.member("due"))
    }

    private mutating func mutate(rule: Document, _ transition: Transition, of state: State, _ place: String) {
        mutate(guardOf: rule, place)
        // `on: { event: name }` is short for `on: { event: { target: name } }`.
        let targets = rule.scalarText == nil ? rule.member("target")?.items ?? [] : [rule]
        for (number, target) in targets.enumerated() where transition.targets.indices.contains(number) {
            retarget(target, transition.targets[number], targets.count > 1 ? "\(place)/\(number)" : place)
        }
        mutate(actions: rule.member("actions"), "\(place)/actions", place)
    }

    private mutating func mutate(guardOf rule: Document, _ place: String) {
        guard let members = rule.members, let number = members.firstIndex(where: { $0.key == "guard" }),
            let condition = members[number].value.scalarText
        else { return }
        let position = members[number].position
        add(
            .dropGuard, "\(place)/\(Mutant.Kind.dropGuard.rawValue)", at: position, "\(place) without the guard \(condition)",
            source.removal(of: number, from: members, in: rule))
        add(
            .negateGuard, "\(place)/\(Mutant.Kind.negateGuard.rawValue)", at: position, "\(place) with the guard the other way round",
            (source.range(of: members[number].value), "!(\(condition))".asScalar(quoted: true)))
    }

    /// Leads to each sibling of the target instead.
    private mutating func retarget(_ target: Document, _ index: Int, _ place: String) {
        guard let parent = definition.states[index].parent else { return }
        for sibling in definition.states[parent].children where sibling != index {
            let path = definition.states[sibling].path
            add(
                .retarget, "\(place)/\(Mutant.Kind.retarget.rawValue)/\(path)", at: target.position,
                "\(place) leads to \(path) instead of \(definition.states[index].path)",
                (source.range(of: target), path.asScalar(quoted: !target.isPlain)))
        }
    }

    private mutating func mutate(actions: Document?, _ place: String, _ who: String) {
        for (number, action) in (actions?.items ?? []).enumerated() {
            if let sets = action.member("set") { drop(sets: sets, "\(place)/\(number)/set", who) }
        }
    }
}
