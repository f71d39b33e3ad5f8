// SPDX-License-Identifier: EUPL-1.2

import Engine
import FoundationEssentials
import PostgreSQL
import Values

/// Flat out for a while with new cases all the time, and then as long again with a snapshot held open: dead rows stay then, and queue tables must not rot.
enum EndureBenchmark {
    private static let sample = Duration.seconds(5)

    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let seconds = try ChainSettings.number("KETENROUTE_BENCH_SECONDS", otherwise: 60)
        let processes = ProcessTimes()
        let reports = try SampleReports()
        return try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            let intake = Intake(settings: try chain.engine(pool, workflow: "vijf-stappen"), logger: ChainSettings.logger)
            let submitting = Task { await submit(reports, intake) }
            defer { submitting.cancel() }
            try await Task.sleep(for: .seconds(5))
            let half = Duration.seconds(seconds) / 2
            let (free, memoryFree) = try await rates(half, pool, processes)
            let (held, memoryHeld) = try await withSnapshot(chain) { try await rates(half, pool, processes) }
            let memory = memoryFree + memoryHeld
            // Caches and connections have grown to their size by then.
            let settled = memory[memory.count / 4]
            return Report(rows: [
                Quantity("seconds", seconds), Quantity("steps a second", mean(free), "/s"),
                Quantity("steps a second at the end, snapshot held", held.last ?? .nan, "/s"),
                Quantity("memory of the engine, after a quarter", settled, "MB"),
                Quantity("memory of the engine, most", memory.max() ?? .nan, "MB"),
                Quantity("memory of the engine, last sample", memory.last ?? .nan, "MB"),
                Quantity(ratio: "steps with a snapshot held / without", mean(held) / mean(free)),
                Quantity(ratio: "memory of the engine, last / after a quarter", (memory.last ?? .nan) / settled),
            ])
        }
    }

    /// New cases as fast as they are taken in, until the task is cancelled: each has as many steps as cases have.
    private static func submit(_ reports: SampleReports, _ intake: Intake) async {
        await withDiscardingTaskGroup { group in
            for worker in 0..<6 {
                group.addTask {
                    var number = worker
                    while !Task.isCancelled {
                        if let report = try? reports.report(number) { _ = try? await intake.submit(report, at: .now) }
                        number += 6
                    }
                }
            }
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    private static func rates(
        _ duration: Duration, _ pool: PostgresPool, _ processes: ProcessTimes
    ) async throws -> (rates: [Double], megabytes: [Double]) {
        var rates: [Double] = []
        var megabytes: [Double] = []
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            rates.append(try await StepRate.measure(sample, pool))
            megabytes.append(processes.megabytes("engine"))
        }
        return (rates, megabytes)
    }

    private static func withSnapshot<Value: Sendable>(
        _ chain: ChainSettings, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let open = Statement("bench_snapshot", "select count(*) as count from outbox")
        return try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            try await pool.withTransaction(isolation: .repeatableRead) { connection in
                _ = try await connection.query(open)
                return try await body()
            }
        }
    }
}

/// Steps a second of a chain that runs, as its database has them.
enum StepRate {
    private static let steps = Statement(
        "bench_steps_between",
        "select count(*) as count from event where kind = 'message' and recorded_at >= $1 and recorded_at < $2")

    static func measure(_ duration: Duration, _ pool: PostgresPool) async throws -> Double {
        let start = Instant.now
        try await Task.sleep(for: duration)
        let end = Instant.now
        // Batches that began before the end may still be on their way to be committed.
        try await Task.sleep(for: .milliseconds(500))
        return try await count(from: start, to: end, pool) / (end.duration(since: start) / .seconds(1))
    }

    private static func count(from start: Instant, to end: Instant, _ pool: PostgresPool) async throws -> Double {
        let count = try await pool.withConnection { connection in
            try await connection.query(steps, start, end).first?.decode("count", as: Int64.self) ?? 0
        }
        return Double(count)
    }
}
