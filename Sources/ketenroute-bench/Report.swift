// SPDX-License-Identifier: EUPL-1.2

import Values

/// One line of a benchmark's table.
protocol Row: Sendable {
    var row: String { get }
    var json: JSON { get }
}

/// What a benchmark has found.
struct Report: Sendable {
    let rows: [any Row]

    func document(_ benchmark: String) -> JSON { ["benchmark": .string(benchmark), "figures": .array(rows.map(\.json))] }
}
