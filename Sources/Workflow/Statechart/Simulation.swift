// SPDX-License-Identifier: EUPL-1.2

public import Values

/// One case that lives in memory alone, for trying out a definition.
public struct Simulation: Sendable {
    public let definition: Definition
    public var now: Instant
    public private(set) var state: CaseState?

    public init(definition: Definition, now: Instant) {
        self.definition = definition
        self.now = now
    }

    /// Starts the case; a second start begins anew.
    ///
    /// - Returns: `{"event":null,"configuration":[…],"facts":{…},"effects":[…]}`
    public mutating func start(report: ReportFacts) throws(Fault) -> JSON {
        do throws(StepFailure) {
            let step = try definition.start(report: report, now: now)
            state = step.state
            return line(nil, step.state, effects: step.effects)
        } catch {
            switch error {
            case .faulted(let fault): throw fault
            case .rejected(let rejection): throw Fault(code: .guardFailed, place: "report", message: rejection.description)
            }
        }
    }

    /// Sends an event, or lets a running term pass.
    ///
    /// - Parameter sender: the role that sends it; nil stands for the first that may.
    /// - Returns: the same object as ``start(report:)``; `rejected` or `faulted` is there where nothing has changed.
    public mutating func send(_ name: String, from sender: String? = nil, data: JSON = .object([:])) -> JSON {
        guard let before = state else { return ["event": .string(name), "rejected": "not started"] }
        do throws(StepFailure) {
            let step = try definition.step(before, event(name, sender, data, in: before), now: now)
            state = step.state
            return line(name, step.state, effects: step.effects)
        } catch {
            guard case .object(var members) = line(name, before, effects: []) else { return .null }
            switch error {
            case .rejected(let rejection):
                members["rejected"] = ["code": .string(rejection.code), "message": .string(rejection.message)]
            case .faulted(let fault):
                members["faulted"] = ["code": .string(fault.code.rawValue), "message": .string(fault.description)]
            }
            return .object(members)
        }
    }

    private func event(_ name: String, _ sender: String?, _ data: JSON, in state: CaseState) -> Event {
        let deadline = state.deadlines.first { definition.states[$0.state].due[$0.index].event == name }
        if let deadline { return .deadline(deadline.number) }
        return .message(Event.Message(name: name, sender: sender ?? definition.events[name]?.from?.first, data: data))
    }

    private func line(_ event: String?, _ state: CaseState, effects: [Effect]) -> JSON {
        [
            "event": event.map { .string($0) } ?? .null,
            "configuration": .array(definition.activePaths(state).map { .string($0) }),
            "facts": definition.json(of: state)["facts"] ?? .object([:]),
            "effects": .array(effects.map(\.json)),
        ]
    }
}
