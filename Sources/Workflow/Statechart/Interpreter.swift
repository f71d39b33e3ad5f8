// SPDX-License-Identifier: EUPL-1.2

import Values

/// The algorithm of the SCXML recommendation (www.w3.org/TR/scxml, appendix D) over one case.
///
/// It works on a copy of the state, so that a failure anywhere leaves the case as it was. Selection and conflicts are in
/// `Interpreter+Selection`, leaving and entering in `Interpreter+Moves`, actions in `Interpreter+Actions`; what depends on the shape
/// of the chart alone is in ``Chart``.
struct Interpreter {
    let definition: Definition
    let now: Instant
    var state: CaseState
    var effects: [Effect] = []
    var taken: [Step.TakenTransition] = []

    /// Internal events in the order in which they were raised.
    private var queue: [String] = []
    private var queueHead = 0
    private var microsteps = 0
    /// What the parts of the chart that a verification cut away do; nil for a case that runs.
    var outside: Outside?
    /// What came from outside, for telling an answer from a withdrawal.
    private(set) var message: Event.Message?
    /// The event at hand, for guards. As in SCXML it stays at hand for the eventless transitions that follow it.
    private var event = ""
    private var sender: String?
    private var data: Value = .map([:])

    /// Microsteps of one macrostep. A chart that needs more goes round in circles.
    static let microstepsMax = 1_000

    var chart: Chart { definition.chart }

    init(definition: Definition, state: CaseState, now: Instant) {
        self.definition = definition
        self.state = state
        self.now = now
    }

    func result() -> Step { Step(state: state, effects: effects, taken: taken) }

    // MARK: The three ways in

    mutating func start() throws(StepFailure) {
        state.configuration.insert(0)
        try run(definition.states[0].entry, at: 0)
        try enter(chart.start(), lane: nil)
        try complete()
    }

    mutating func accept(_ message: Event.Message) throws(StepFailure) {
        let declaration = try admit(message)
        self.message = message
        if definition.anchorEvents.contains(message.name) { state.anchors[message.name] = now }
        for assignment in declaration.assignments {
            try set(assignment.fact, to: assignment.value, at: message.name)
        }
        try take(try move(on: message.name))
        try complete()
    }

    mutating func pass(deadline number: Int) throws(StepFailure) {
        guard let index = state.deadlines.firstIndex(where: { $0.number == number }) else {
            throw .rejected(Rejection(Rejection.deadlineNotOpen, "term number \(number) does not run"))
        }
        let deadline = state.deadlines.remove(at: index)
        effects.append(.fireDeadline(number: number))
        event = definition.states[deadline.state].due[deadline.index].event
        try take(try move(on: event))
        try complete()
    }

    /// A macrostep by nothing that the chart knows: something outside it has moved.
    mutating func settle() throws(StepFailure) {
        event = Stimulus.elsewhere.event
        try complete()
    }

    /// Runs eventless transitions and internal events until there are none.
    private mutating func complete() throws(StepFailure) {
        while !state.isClosed {
            let eventless = try move(on: nil)
            if !eventless.isEmpty {
                try take(eventless)
            } else if let word = outside?.word(heardIn: state.configuration, definition.chart) {
                try hear(word)
            } else if queueHead < queue.count {
                queueHead += 1
                try hear(queue[queueHead - 1])
            } else {
                break
            }
            microsteps += 1
            guard microsteps <= Interpreter.microstepsMax else {
                let paths = definition.activePaths(state).joined(separator: ", ")
                throw .faulted(
                    Fault(code: .endless, place: paths, message: "more than \(Interpreter.microstepsMax) moves without an event"))
            }
        }
        if state.isClosed { try closeAll() }
    }

    mutating func raise(_ event: String) { queue.append(event) }

    /// What the workflow tells itself has no sender and no data.
    private mutating func hear(_ word: String) throws(StepFailure) {
        event = word
        sender = nil
        data = .map([:])
        try take(try move(on: word))
    }

    private mutating func move(on event: String?) throws(StepFailure) -> [Selected] {
        outside?.answer(askedOn: event, in: state.configuration, &state.facts)
        return try select(event: event)
    }

    // MARK: Admission

    /// Checks an event from outside in the order in which its sender can do something about it.
    private mutating func admit(_ message: Event.Message) throws(StepFailure) -> EventDeclaration {
        guard let event = definition.events[message.name], !event.isInternal else {
            throw .rejected(Rejection(Rejection.unknownEvent, "workflow '\(definition.name)' knows no event '\(message.name)'"))
        }
        if let from = event.from, !from.contains(message.sender ?? "") {
            throw .rejected(
                Rejection(Rejection.notEntitled, "'\(message.name)' may come from \(from.joined(separator: ", ")) only"))
        }
        guard !state.isClosed, let listening = chart.listening[message.name], listening.intersects(state.configuration) else {
            throw .rejected(Rejection(Rejection.notAwaited, "the case does not await '\(message.name)' now"))
        }
        if let number = message.assignment, !state.assignments.contains(where: { $0.number == number }) {
            throw .rejected(Rejection(Rejection.assignmentNotOpen, "question number \(number) is not open"))
        }
        self.event = message.name
        sender = message.sender
        data = try data(of: message, event)
        outside?.answer(askedByConditionsOf: message.name, &state.facts)
        if !message.isReplay { try require(event, message) }
        return event
    }

    private func data(of message: Event.Message, _ event: EventDeclaration) throws(StepFailure) -> Value {
        guard case .object(let given) = message.data else {
            throw .rejected(Rejection(Rejection.invalidData, "the data of '\(message.name)' is an object"))
        }
        var members: [Value: Value] = [:]
        var problems: [String] = []
        for field in event.fields {
            guard let json = given[field.name], json != .null else {
                if field.isRequired, !(message.isReplay && field.type.isPersonalContent) {
                    problems.append("'\(field.name)' is missing")
                }
                continue
            }
            guard let value = field.type.value(from: json) else {
                problems.append("'\(field.name)' should be \(field.type.expectation)")
                continue
            }
            members[.string(field.name)] = value
        }
        for name in given.keys where !event.fields.contains(where: { $0.name == name }) {
            // The name is the sender's own and could hold anything, so it is not repeated.
            problems.append("a field is not known; there is \(event.fields.map(\.name).sorted().joined(separator: ", "))")
        }
        guard problems.isEmpty else { throw .rejected(Rejection(Rejection.invalidData, problems.joined(separator: "; "))) }
        return .map(members)
    }

    private func require(_ event: EventDeclaration, _ message: Event.Message) throws(StepFailure) {
        guard !event.requirements.isEmpty else { return }
        let scope = scope()
        for requirement in event.requirements {
            guard try evaluate(requirement.that, in: scope, at: message.name) == .bool(true) else {
                throw .rejected(
                    Rejection(requirement.otherwise, "'\(requirement.that.source)' does not hold", source: requirement.source))
            }
        }
    }

    // MARK: Guards

    func scope() -> GuardScope {
        GuardScope(
            facts: state.facts, data: data, report: state.report, event: event, sender: sender ?? "", now: now,
            activeStates: state.configuration)
    }

    func evaluate(_ expression: Guard, in scope: GuardScope, at place: String) throws(StepFailure) -> Value {
        do {
            return try expression.evaluate(scope)
        } catch {
            throw .faulted(Fault(code: .guardFailed, place: place, message: "'\(expression.source)': \(error)"))
        }
    }

    mutating func set(_ fact: Int, to expression: Guard, at place: String) throws(StepFailure) {
        let value = try evaluate(expression, in: scope(), at: place)
        let declaration = definition.facts[fact]
        guard value == .null || declaration.type.holds(value) else {
            throw .faulted(
                Fault(
                    code: .factType, place: place,
                    message: "fact '\(declaration.name)' should be \(declaration.type.expectation), not a \(value.typeName)"))
        }
        state.facts[fact] = declaration.type.normalised(value)
    }

    /// SCXML leaves all states when the root is done, so their exit actions run; that they were active stays on record. All that was
    /// still open has lost its meaning with the case.
    private mutating func closeAll() throws(StepFailure) {
        var leaving = state.configuration
        while let index = leaving.popLast() { try run(definition.states[index].exit, at: index) }
        for assignment in state.assignments { effects.append(.withdrawAssignment(number: assignment.number)) }
        for deadline in state.deadlines { effects.append(.cancelDeadline(number: deadline.number)) }
        state.assignments = []
        state.deadlines = []
        effects.append(.close)
    }
}

extension DataType {
    /// Whether a computed value belongs to the type.
    func holds(_ value: Value) -> Bool { self.value(from: value.json) != nil }

    /// The value as the type keeps it: a set in the order of its codes.
    func normalised(_ value: Value) -> Value { value == .null ? .null : self.value(from: value.json) ?? value }
}
