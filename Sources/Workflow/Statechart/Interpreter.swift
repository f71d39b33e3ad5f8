// SPDX-License-Identifier: EUPL-1.2

import Values

/// The algorithm of the SCXML recommendation (www.w3.org/TR/scxml, appendix D) over one case.
///
/// It works on a copy of the state, so that a failure anywhere leaves the case as it was. Selection and conflicts are in
/// `Interpreter+Selection`, entering in `Interpreter+Entry`, leaving in `Interpreter+Exit`, actions in `Interpreter+Actions`.
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
    /// The event at hand, for guards and for telling an answer from a withdrawal.
    var current: Event.Message?
    var currentData: Value = .map([:])

    /// Microsteps of one macrostep. A chart that needs more goes round in circles.
    static let microstepsMax = 1_000

    init(definition: Definition, state: CaseState, now: Instant) {
        self.definition = definition
        self.state = state
        self.now = now
    }

    func result() -> Step { Step(state: state, effects: effects, taken: taken) }

    // MARK: The three ways in

    mutating func start() throws(StepFailure) {
        let root = definition.states[0]
        state.configuration.insert(0)
        try enterContents(of: root)
        var entry = EntrySet()
        addDefaultDescendants(of: 0, to: &entry)
        try enter(entry, lane: nil)
        try complete()
    }

    mutating func accept(_ message: Event.Message) throws(StepFailure) {
        let event = try admit(message)
        current = message
        if definition.anchorEvents.contains(message.name) { state.anchors[message.name] = now }
        for assignment in event.assignments {
            try set(assignment.fact, to: assignment.value, at: message.name)
        }
        try take(try select(event: message.name))
        try complete()
    }

    mutating func pass(deadline number: Int) throws(StepFailure) {
        guard let index = state.deadlines.firstIndex(where: { $0.number == number }) else {
            throw .rejected(Rejection(Rejection.deadlineNotOpen, "term number \(number) does not run"))
        }
        let deadline = state.deadlines.remove(at: index)
        effects.append(.fireDeadline(number: number))
        try take(try select(event: definition.states[deadline.state].due[deadline.index].event))
        try complete()
    }

    /// Runs eventless transitions and internal events until there are none.
    private mutating func complete() throws(StepFailure) {
        while !state.isClosed {
            let eventless = try select(event: nil)
            if !eventless.isEmpty {
                // What is eventless has no event to read, although one set it off.
                try take(eventless)
            } else if queueHead < queue.count {
                queueHead += 1
                try take(try select(event: queue[queueHead - 1]))
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
        if state.isClosed { closeAll() }
    }

    mutating func raise(_ event: String) { queue.append(event) }

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
        guard !state.isClosed, let awaiting = definition.awaiting[message.name], awaiting.intersects(state.configuration) else {
            throw .rejected(Rejection(Rejection.notAwaited, "the case does not await '\(message.name)' now"))
        }
        if let number = message.assignment, !state.assignments.contains(where: { $0.number == number }) {
            throw .rejected(Rejection(Rejection.assignmentNotOpen, "question number \(number) is not open"))
        }
        currentData = try data(of: message, event)
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
        let known = Set(event.fields.map(\.name))
        for name in given.keys.sorted() where !known.contains(name) {
            // The name is the sender's own and could hold anything, so it is not repeated.
            problems.append("a field is not known; there is \(known.sorted().joined(separator: ", "))")
        }
        guard problems.isEmpty else { throw .rejected(Rejection(Rejection.invalidData, problems.joined(separator: "; "))) }
        return .map(members)
    }

    private func require(_ event: EventDeclaration, _ message: Event.Message) throws(StepFailure) {
        let scope = scope(event: message.name, sender: message.sender, data: currentData)
        for requirement in event.requirements {
            guard try evaluate(requirement.that, in: scope, at: message.name) == .bool(true) else {
                throw .rejected(
                    Rejection(requirement.otherwise, "'\(requirement.that.source)' does not hold", source: requirement.source))
            }
        }
    }

    // MARK: Guards

    func scope(event: String, sender: String?, data: Value) -> GuardScope {
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
        let value = try evaluate(expression, in: scope(event: current?.name ?? "", sender: current?.sender, data: currentData), at: place)
        let declaration = definition.facts[fact]
        guard value == .null || declaration.type.holds(value) else {
            throw .faulted(
                Fault(
                    code: .factType, place: place,
                    message: "fact '\(declaration.name)' should be \(declaration.type.expectation), not a \(value.typeName)"))
        }
        state.facts[fact] = declaration.type.normalised(value)
    }

    /// All that was still open has lost its meaning with the case.
    private mutating func closeAll() {
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
