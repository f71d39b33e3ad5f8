// SPDX-License-Identifier: EUPL-1.2

import Values

/// One thing that guards read, with the values at which they are looked at: all where there are few, else some of every kind.
struct GuardAxis: Sendable {
    enum Subject: Hashable, Sendable {
        case fact(Int)
        case data(String)
        case report(String)
        case sender
        /// Which of the states that guards ask for are active.
        case states
    }

    enum Choice: Hashable, Sendable {
        case value(Value)
        /// A field that is not there.
        case absent
        case active(StateSet)
    }

    let subject: Subject
    let choices: [Choice]
    /// Whether the choices are all that there can be.
    let isExact: Bool

    init(_ subject: Subject, _ choices: [Choice], isExact: Bool) {
        self.subject = subject
        self.choices = choices
        self.isExact = isExact
    }

    init(fact: Int, _ declaration: FactDeclaration, _ atoms: [GuardReads]) {
        let sample = GuardAxis.sample(declaration.type, GuardReads(union: atoms.filter { $0.facts.contains(fact) }))
        // What has no value at first can have none later.
        let values = declaration.initial == .null ? [.null] + sample.values : sample.values
        self.init(.fact(fact), values.map { .value($0) }, isExact: sample.isExact)
    }

    init(data field: FieldDeclaration, _ atoms: [GuardReads]) {
        self.init(.data(field.name), field, GuardReads(union: atoms.filter { $0.data.contains(field.name) }))
    }

    init(report field: FieldDeclaration, _ atoms: [GuardReads]) {
        self.init(.report(field.name), field, GuardReads(union: atoms.filter { $0.report.contains(field.name) }))
    }

    private init(_ subject: Subject, _ field: FieldDeclaration, _ reads: GuardReads) {
        let sample = GuardAxis.sample(field.type, reads)
        let values = sample.values.map { Choice.value($0) }
        self.init(subject, field.isRequired ? values : [.absent] + values, isExact: sample.isExact)
    }

    /// Who may send an event. Where nobody sends it, or anybody may, those whom guards ask for are tried.
    init(senderOf event: EventDeclaration?, _ reads: GuardReads) {
        let names = event?.from ?? [""] + reads.senders.sorted()
        self.init(.sender, names.map { .value(.string($0)) }, isExact: event?.from != nil)
    }

    // MARK: Values

    /// Largest set of codes of which every subset is looked at.
    private static let subsetsOfMax = 5

    private static func sample(_ type: DataType, _ reads: GuardReads) -> (values: [Value], isExact: Bool) {
        switch type {
        case .boolean: ([.bool(false), .bool(true)], true)
        case .enumeration(let values): (values.map { .string($0) }, true)
        case .set(let values): subsets(values, reads)
        case .integer: (integers(reads).map { .int($0) }, false)
        case .list(let element): (lists(sample(element, reads).values), false)
        case .code, .text: ((reads.texts.sorted() + ["anders"]).map { .string($0) }, false)
        case .date: ((reads.texts.filter { CivilDate($0) != nil }.sorted() + ["2026-01-01"]).map { .string($0) }, false)
        case .instant: ([.timestamp(GuardAxis.now), .timestamp(GuardAxis.now.adding(.seconds(86_400)))], false)
        }
    }

    /// The moment at which guards are tried. No rule of lint depends on it.
    static let now = Instant(seconds: 1_800_000_000)

    private static func subsets(_ values: [String], _ reads: GuardReads) -> (values: [Value], isExact: Bool) {
        let isExact = values.count <= subsetsOfMax
        let others = values.filter { !reads.texts.contains($0) }
        let looked = isExact ? values : Array((values.filter(reads.texts.contains) + others).prefix(subsetsOfMax))
        let subsets = (0..<(1 << looked.count)).map { bits in
            Value.list(looked.indices.filter { bits & (1 << $0) != 0 }.map { .string(looked[$0]) })
        }
        return (subsets, isExact)
    }

    /// Every number that a guard names, and its neighbours.
    private static func integers(_ reads: GuardReads) -> [Int64] {
        let neighbours = reads.integers.flatMap { [$0 &- 1, $0, $0 &+ 1] }
        return Set(neighbours + [0]).sorted()
    }

    private static func lists(_ elements: [Value]) -> [Value] {
        [.list([])] + elements.map { .list([$0]) } + (elements.count > 1 ? [.list(Array(elements.prefix(2)))] : [])
    }

    // MARK: Words

    /// How the choice is told to the author.
    func description(of choice: Choice, in definition: Definition) -> String? {
        switch (subject, choice) {
        case (.states, .active(let active)):
            let names = active.map { "active('\(definition.states[$0].path)')" }
            return names.isEmpty ? nil : names.joined(separator: ", ")
        case (_, .absent): return "no \(name(in: definition))"
        case (_, .value(let value)): return "\(name(in: definition)) is \(value.json.text)"
        case (_, .active): return nil
        }
    }

    private func name(in definition: Definition) -> String {
        switch subject {
        case .fact(let fact): "facts.\(definition.facts[fact].name)"
        case .data(let field): "data.\(field)"
        case .report(let field): "report.\(field)"
        case .sender: "sender"
        case .states: "states"
        }
    }
}

extension GuardScope {
    /// Takes over one choice of every axis. States are added to those that are active.
    mutating func take(axes: [GuardAxis], choice: [Int]) {
        var data: [Value: Value] = [:]
        var report: [Value: Value] = [.string("receivedAt"): .timestamp(GuardAxis.now)]
        for (axis, number) in zip(axes, choice) {
            switch (axis.subject, axis.choices[number]) {
            case (.fact(let fact), .value(let value)): facts[fact] = value
            case (.data(let field), .value(let value)): data[.string(field)] = value
            case (.report(let field), .value(let value)): report[.string(field)] = value
            case (.sender, .value(.string(let name))): sender = name
            case (.states, .active(let states)): activeStates.formUnion(states)
            default: break
            }
        }
        self.data = .map(data)
        self.report = .map(report)
    }
}

extension [GuardAxis] {
    /// How many combinations of choices there are; what is more than `bound` counts as one more than it.
    func combinations(upTo bound: Int) -> Int { reduce(1) { Swift.min($0 * $1.choices.count, bound + 1) } }

    /// Goes on to the next combination; false after the last.
    func advance(_ choice: inout [Int]) -> Bool {
        for index in indices.reversed() {
            choice[index] += 1
            if choice[index] < self[index].choices.count { return true }
            choice[index] = 0
        }
        return false
    }
}
