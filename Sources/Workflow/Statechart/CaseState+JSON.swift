// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A stored state that does not fit the definition it is read with.
public struct CaseStateError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String

    public var description: String { "the stored state does not fit its workflow version: \(message)" }
}

extension Definition {
    /// The state in names instead of numbers, as it is stored. Facts are in here, narrative never is.
    public func json(of state: CaseState) -> JSON {
        [
            "configuration": .array(activePaths(state).map { .string($0) }),
            "facts": .object(Dictionary(zip(facts.map(\.name), state.facts.map(\.json))) { first, _ in first }),
            "history": .object(
                Dictionary(state.history.map { (states[$0.key].path, .array($0.value.map { .string(states[$0].path) })) }) {
                    first, _ in first
                }),
            "report": state.report.json,
            "receivedAt": .string(state.receivedAt.description),
            "assignments": .array(
                state.assignments.map {
                    [
                        "number": .integer(Int64($0.number)), "state": .string(states[$0.state].path),
                        "task": .string(tasks[$0.task].name),
                    ]
                }),
            "deadlines": .array(
                state.deadlines.map {
                    [
                        "number": .integer(Int64($0.number)), "state": .string(states[$0.state].path),
                        "index": .integer(Int64($0.index)), "due": .string($0.due.description),
                    ]
                }),
            "anchors": .object(state.anchors.mapValues { .string($0.description) }),
            "outcomes": .object(state.outcomes.mapValues { .string($0) }),
            "lastAssignment": .integer(Int64(state.lastAssignment)),
            "lastDeadline": .integer(Int64(state.lastDeadline)),
            "closed": .bool(state.isClosed),
        ]
    }

    public func state(from json: JSON) throws(CaseStateError) -> CaseState {
        let reader = StoredState(json: json, definition: self)
        var state = CaseState(
            facts: try reader.facts(), report: reader.report(), receivedAt: try reader.instant(json["receivedAt"], "receivedAt"))
        for path in json["configuration"]?.arrayValue ?? [] {
            var ancestor: Int? = try reader.stateIndex(path)
            while let index = ancestor {
                state.configuration.insert(index)
                ancestor = states[index].parent
            }
        }
        for (path, remembered) in json["history"]?.objectValue ?? [:] {
            var indices: [Int] = []
            for member in remembered.arrayValue ?? [] { indices.append(try reader.stateIndex(member)) }
            state.history[try reader.stateIndex(.string(path))] = indices
        }
        for entry in json["assignments"]?.arrayValue ?? [] { state.assignments.append(try reader.assignment(entry)) }
        for entry in json["deadlines"]?.arrayValue ?? [] { state.deadlines.append(try reader.deadline(entry)) }
        for (name, at) in json["anchors"]?.objectValue ?? [:] { state.anchors[name] = try reader.instant(at, "anchors") }
        state.outcomes = (json["outcomes"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
        state.lastAssignment = try reader.integer(json["lastAssignment"], "lastAssignment")
        state.lastDeadline = try reader.integer(json["lastDeadline"], "lastDeadline")
        state.isClosed = json["closed"]?.boolValue ?? false
        return state
    }
}

private struct StoredState {
    let json: JSON
    let definition: Definition

    func facts() throws(CaseStateError) -> [Value] {
        var values: [Value] = []
        for fact in definition.facts {
            guard let stored = json["facts"]?[fact.name] else { throw error("fact '\(fact.name)' is missing") }
            guard stored != .null else {
                values.append(.null)
                continue
            }
            guard let value = fact.type.value(from: stored) else { throw error("fact '\(fact.name)' has a value it cannot have") }
            values.append(value)
        }
        return values
    }

    /// Typed where the definition declares the report's fields, so that an instant is an instant again.
    func report() -> Value {
        guard case .map(var members) = Value(json["report"] ?? .object([:])) else { return .map([:]) }
        for field in definition.report {
            if let stored = json["report"]?[field.name], let value = field.type.value(from: stored) {
                members[.string(field.name)] = value
            }
        }
        if let text = json["report"]?["receivedAt"]?.stringValue, let instant = Instant(text) {
            members[.string("receivedAt")] = .timestamp(instant)
        }
        return .map(members)
    }

    func stateIndex(_ path: JSON?) throws(CaseStateError) -> Int {
        guard let path = path?.stringValue, let state = definition.state(at: path) else {
            throw error("no state '\(path?.text ?? "")'")
        }
        return state.index
    }

    func assignment(_ entry: JSON) throws(CaseStateError) -> CaseState.OpenAssignment {
        guard let name = entry["task"]?.stringValue, let task = definition.tasks.firstIndex(where: { $0.name == name }) else {
            throw error("no task '\(entry["task"]?.text ?? "")'")
        }
        return CaseState.OpenAssignment(
            number: try integer(entry["number"], "number"), state: try stateIndex(entry["state"]), task: task)
    }

    func deadline(_ entry: JSON) throws(CaseStateError) -> CaseState.OpenDeadline {
        let state = try stateIndex(entry["state"])
        let index = try integer(entry["index"], "index")
        guard definition.states[state].due.indices.contains(index) else {
            throw error("'\(definition.states[state].path)' has no term number \(index)")
        }
        return CaseState.OpenDeadline(
            number: try integer(entry["number"], "number"), state: state, index: index, due: try instant(entry["due"], "due"))
    }

    func integer(_ value: JSON?, _ name: String) throws(CaseStateError) -> Int {
        guard let value = value?.integerValue, let number = Int(exactly: value) else { throw error("'\(name)' is no whole number") }
        return number
    }

    func instant(_ value: JSON?, _ name: String) throws(CaseStateError) -> Instant {
        guard let text = value?.stringValue, let instant = Instant(text) else { throw error("'\(name)' is no moment") }
        return instant
    }

    private func error(_ message: String) -> CaseStateError { CaseStateError(message: message) }
}
