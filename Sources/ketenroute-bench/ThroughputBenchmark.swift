// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PostgreSQL
import Values

/// Steps a second of a chain that works on what waits for it, each with all that a step owes; and beside it, from the same run,
/// what the machine, bare SQL, the broker and the reference give.
///
/// A step is an event of a partner's that is committed. The first and the last tenth are left out: there the chain fills and drains.
enum ThroughputBenchmark {
    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let processes = ProcessTimes()
        let patience = Duration.seconds(try ChainSettings.number("KETENROUTE_BENCH_PATIENCE_SECONDS", otherwise: 300))
        var rows = try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            let before = (times: processes.seconds(), log: try await logPosition(pool), at: ContinuousClock.now)
            let steps = try await untilClosed(pool, patience)
            let seconds = (ContinuousClock.now - before.at) / .seconds(1)
            let after = processes.seconds()
            let log = try await logPosition(pool) - before.log
            return [Quantity("steps a second", try await rate(pool), "/s"), Quantity("steps", steps)]
                + [
                    Quantity("bytes of log a step", Double(log) / Double(max(steps, 1)), "B"),
                    Quantity("memory of the engine", processes.megabytes("engine"), "MB"),
                ]
                + after.sorted { $0.key < $1.key }.flatMap { name, time in
                    let taken = time - (before.times[name] ?? 0)
                    return [
                        Quantity("processors taken by \(name)", taken / seconds, ""),
                        Quantity("processor time a step, \(name)", taken / Double(max(steps, 1)) * 1_000_000, "µs"),
                    ]
                }
        }
        rows += try await MachineRates.measure(chain)
        rows += try Reference.rates()
        return Report(rows: rows + ratios(rows))
    }

    /// The figures that can be compared from day to day: both sides come from the same minutes.
    private static func ratios(_ rows: [Quantity]) -> [Quantity] {
        func value(_ name: String) -> Double? { rows.first { $0.name == name }?.value }
        guard let steps = value("steps a second") else { return [] }
        return [
            ("reference", Reference.fullLoad), ("bare SQL", MachineRates.transitions), ("durable commits", MachineRates.commits),
            ("confirmed messages", MachineRates.messages),
        ].compactMap { name, row in value(row).map { Quantity(ratio: "steps / \(name)", steps / $0) } }
    }

    // MARK: What the database says

    private static let open = Statement("bench_open", "select count(*) as count from cases where status <> 'closed'")
    private static let steps = Statement("bench_steps", "select count(*) as count from event where kind = 'message'")
    private static let position = Statement("bench_log", "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as bytes")
    private static let middle = Statement(
        "bench_rate",
        """
        select (count(*) * 0.8)::float8
                 / extract(epoch from percentile_disc(0.9) within group (order by recorded_at)
                                      - percentile_disc(0.1) within group (order by recorded_at))::float8 as rate
          from event
         where kind = 'message'
        """)

    private static func untilClosed(_ pool: PostgresPool, _ patience: Duration) async throws -> Int {
        let end = ContinuousClock.now + patience
        while try await count(open, pool) > 0 {
            guard ContinuousClock.now < end else {
                throw ChainSettings.Failure(description: "\(try await count(open, pool)) cases are still open after \(patience)")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
        return try await count(steps, pool)
    }

    private static func count(_ statement: Statement, _ pool: PostgresPool) async throws -> Int {
        Int(try await pool.withConnection { try await $0.query(statement).first?.decode("count", as: Int64.self) } ?? 0)
    }

    private static func logPosition(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.withConnection { try await $0.query(position).first?.decode("bytes", as: Int64.self) } ?? 0
    }

    private static func rate(_ pool: PostgresPool) async throws -> Double {
        try await pool.withConnection { try await $0.query(middle).first?.decode("rate", as: Double.self) } ?? 0
    }
}
