// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// The pure core on the shipped workflow: how fast a definition loads, and how many steps a second one core takes.
enum WorkflowBenchmark {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func run() throws -> [Figure] {
        let shipped = try ShippedWorkflow()
        let definition = try shipped.definition()
        let walk = try RandomWalk(definition: definition, seed: 20_261_201).steps(4_096)
        let messages = walk.filter { if case .message = $0.event { true } else { false } }
        let refused = try RandomWalk(definition: definition, seed: 4).refusals(1_024)
        return try [
            Figure.measure("definition loads") { _ = try shipped.definition() },
            Figure.measure("steps, messages and terms as they come", unitsPerCall: walk.count) { try take(walk, definition) },
            Figure.measure("steps, messages alone", unitsPerCall: messages.count) { try take(messages, definition) },
            Figure.measure("events refused", unitsPerCall: refused.count) {
                for move in refused { _ = try? definition.step(move.state, move.event, now: move.now) }
            },
            Figure.measure("states packed", unitsPerCall: walk.count) { for move in walk { _ = definition.packed(move.state) } },
        ]
    }

    private static func take(_ moves: [RandomWalk.Move], _ definition: Definition) throws {
        for move in moves { _ = try definition.step(move.state, move.event, now: move.now) }
    }
}
