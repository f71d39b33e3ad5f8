// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow
import WorkflowTestKit

/// Cases that go through a workflow by chance: every event that anybody may send at that moment, with any data that it may have, and
/// every term that runs. The same seed walks the same way.
struct RandomWalk {
    struct Move {
        let state: CaseState
        let event: Event
        let now: Instant
    }

    let definition: Definition
    private var random: SeededGenerator
    private let events: [EventDeclaration]
    private let start = Instant(seconds: 1_796_115_600)

    init(definition: Definition, seed: UInt64) {
        self.definition = definition
        random = SeededGenerator(seed: seed)
        events = definition.events.values.filter { !$0.isInternal }.sorted { $0.name < $1.name }
    }

    /// So many moves that are accepted, in cases one after the other.
    func steps(_ count: Int) throws -> [Move] { try walk(count, keepingAccepted: true) }

    /// So many moves that are refused.
    func refusals(_ count: Int) throws -> [Move] { try walk(count, keepingAccepted: false) }

    private func walk(_ count: Int, keepingAccepted: Bool) throws -> [Move] {
        var walk = self
        var kept: [Move] = []
        var now = start
        var state = try walk.newCase()
        var tries = 0
        while kept.count < count {
            tries += 1
            guard tries < 200 * count else { throw WorkflowBenchmark.Failure(description: "the walk stands still after \(tries) tries") }
            if state.isClosed || tries % 256 == 0 {
                state = try walk.newCase()
                now = start
            }
            let move = Move(state: state, event: walk.event(in: state), now: now)
            let next = try? definition.step(state, move.event, now: now).state
            if (next != nil) == keepingAccepted { kept.append(move) }
            if let next {
                state = next
                now = now.adding(.seconds(3_600))
            }
        }
        return kept
    }

    private mutating func newCase() throws -> CaseState {
        let fields = data(definition.report)
        return try definition.start(report: ReportFacts(receivedAt: start, fields: fields), now: start).state
    }

    private mutating func event(in state: CaseState) -> Event {
        if !state.deadlines.isEmpty, Int.random(in: 0..<8, using: &random) == 0 {
            return .deadline(state.deadlines[Int.random(in: 0..<state.deadlines.count, using: &random)].number)
        }
        let event = events[Int.random(in: 0..<events.count, using: &random)]
        let sender = event.from.flatMap { $0.isEmpty ? nil : $0[Int.random(in: 0..<$0.count, using: &random)] }
        return .message(Event.Message(name: event.name, sender: sender, data: data(event.fields)))
    }

    private mutating func data(_ fields: [FieldDeclaration]) -> JSON {
        var members: [String: JSON] = [:]
        for field in fields where field.isRequired || Bool.random(using: &random) { members[field.name] = value(field.type) }
        return .object(members)
    }

    private mutating func value(_ type: DataType) -> JSON {
        switch type {
        case .boolean: .bool(Bool.random(using: &random))
        case .integer: .integer(Int64.random(in: 0...9, using: &random))
        case .enumeration(let values): .string(values[Int.random(in: 0..<values.count, using: &random)])
        case .set(let values): .array(values.filter { _ in Bool.random(using: &random) }.map { .string($0) })
        case .list(let element): .array([value(element)])
        case .code: "00000099000000002001"
        case .date: "2026-12-01"
        case .instant: "2026-12-01T09:00:00Z"
        case .text: "narrative"
        }
    }
}
