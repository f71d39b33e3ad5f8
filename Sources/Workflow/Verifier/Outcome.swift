// SPDX-License-Identifier: EUPL-1.2

/// What a stimulus can come to in a state of a slice, with all that the surroundings had to do with it.
struct Outcome {
    let result: Result<Step, StepFailure>
    let influences: [Outside.Influence]
    /// Whether the surroundings had a say in it, also where they kept still.
    let isOpen: Bool

    func label(_ stimulus: Int, of step: Step, in definition: Definition) -> StateGraph.Label {
        StateGraph.Label(
            stimulus: stimulus, effects: Outcome.effects(of: step, in: definition) | (isOpen ? StateGraph.Label.isOpen : 0))
    }

    /// What is worth remembering of the effects of a step.
    private static func effects(of step: Step, in definition: Definition) -> UInt32 {
        let alarms = step.effects.contains { effect in
            switch effect {
            case .openAssignment(let request): request.lane == .acute
            case .alarm: true
            default: false
            }
        }
        if alarms { return StateGraph.Label.alarms }
        let enters = step.taken.contains { taken in
            let transition = definition.states[taken.state].transitions[taken.transition]
            return transition.lane == .acute && !transition.targets.isEmpty
        }
        return enters ? StateGraph.Label.isSilent : 0
    }
}

extension Slice {
    /// Everything that a stimulus can come to: one outcome in a closed slice, one for each way of the surroundings in an open one.
    ///
    /// - Parameter state: nil for the start of a case.
    func outcomes(of stimulus: Stimulus, in state: CaseState?) -> [Outcome] {
        let isOpen = state.map { surroundings.decideOn(stimulus.event, in: $0.configuration) } ?? false
        var outcomes: [Outcome] = []
        var choices = Choices()
        repeat {
            var outside = surroundings.isEmpty ? nil : Outside(surroundings, stimulus, choices: choices)
            let result = run(stimulus, in: state, &outside)
            choices = outside?.choices ?? Choices()
            guard !choices.isTooLong else {
                outcomes.append(Outcome(result: .failure(.faulted(.tooOpen)), influences: outside?.influences ?? [], isOpen: true))
                break
            }
            outcomes.append(Outcome(result: result, influences: outside?.influences ?? [], isOpen: isOpen || !choices.isEmpty))
        } while choices.advance()
        return outcomes
    }

    private func run(_ stimulus: Stimulus, in state: CaseState?, _ outside: inout Outside?) -> Result<Step, StepFailure> {
        do throws(StepFailure) {
            var interpreter = try interpreter(for: stimulus, in: state)
            interpreter.outside = outside
            defer { outside = interpreter.outside }
            switch stimulus.kind {
            case .start: try interpreter.start()
            case .message(let message): try interpreter.accept(message)
            case .term(let source, let index):
                let term = interpreter.state.deadlines.first { $0.state == source && $0.index == index }
                try interpreter.pass(deadline: term?.number ?? 0)
            case .elsewhere: try interpreter.settle()
            }
            return .success(interpreter.result())
        } catch {
            return .failure(error)
        }
    }

    private func interpreter(for stimulus: Stimulus, in state: CaseState?) throws(StepFailure) -> Interpreter {
        if let state { return Interpreter(definition: definition, state: state, now: .verification) }
        guard case .start(let fields) = stimulus.kind else {
            throw .rejected(Rejection(Rejection.notAwaited, "the case has not started"))
        }
        let report = ReportFacts(receivedAt: .verification, fields: fields)
        return Interpreter(definition: definition, state: try definition.initialState(report: report), now: .verification)
    }
}

extension Fault {
    /// What is outside a slice would have to be asked more often in one step than is looked at.
    static let tooOpen = Fault(
        code: .endless, place: "", message: "more than \(Choices.countMax) questions about what was cut away in one step")
}
