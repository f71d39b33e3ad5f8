// SPDX-License-Identifier: EUPL-1.2

import Engine
import PostgreSQL
import Values

/// Takes in reports as fast as they are taken, so that there are cases to work on.
enum FillBenchmark {
    private static let workflow = "vijf-stappen"
    private static let atOnce = 8

    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let count = try ChainSettings.number("KETENROUTE_BENCH_CASES", otherwise: 12_000)
        let reports = try SampleReports()
        return try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            let intake = Intake(settings: try chain.engine(pool, workflow: workflow), logger: ChainSettings.logger)
            let clock = ContinuousClock()
            let time = try await clock.measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<atOnce {
                        group.addTask {
                            for number in stride(from: worker, to: count, by: atOnce) {
                                _ = try await intake.submit(reports.report(number), at: .now)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            return Report(rows: [
                Quantity("reports taken in", count), Quantity("reports a second", Double(count) / (time / .seconds(1)), "/s"),
            ])
        }
    }
}
