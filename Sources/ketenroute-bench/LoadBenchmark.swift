// SPDX-License-Identifier: EUPL-1.2

import Engine
import FoundationEssentials
import PostgreSQL
import Values

/// How long questions are on their way at rest, at half load and flat out; and acute ones, at rest and while ten thousand routine
/// questions wait. Cases go round and round, so that as many are under way all the time as are meant to be.
enum LoadBenchmark {
    private static let workflow = "vijf-stappen"
    private static let levels = [("at rest, 1 under way", 1), ("half load, 100 under way", 100), ("flat out, 2,000 under way", 2_000)]

    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let backlog = try ChainSettings.number("KETENROUTE_BENCH_BACKLOG", otherwise: 10_000)
        let duration = Duration.seconds(try ChainSettings.number("KETENROUTE_BENCH_SECONDS", otherwise: 10))
        let police = try Police(chain)
        let reports = try SampleReports()
        return try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            let intake = Intake(settings: try chain.engine(pool, workflow: workflow), logger: ChainSettings.logger)
            let working = Task { await police.work() }
            defer { working.cancel() }
            try await police.ready()
            var load = Load(intake: intake, reports: reports, police: police, pool: pool)
            var rows: [any Row] = []
            // The first ones wait for connections and statements that are made once.
            _ = try await load.acute(20)
            let rest = try await load.acute(100)
            rows.append(Distribution(name: "acute, at rest", histogram: rest))
            for (name, count) in levels {
                try await load.raise(to: count)
                try await Task.sleep(for: .seconds(1))
                let (rate, onTheWay) = try await load.measure(duration)
                rows.append(Distribution(name: "on the way, \(name)", histogram: onTheWay))
                rows.append(Quantity("steps a second, \(name)", rate, "/s"))
                rows.append(Quantity("a step and its answer, \(name)", Double(count) / rate * 1_000, "ms"))
            }
            rows += try Reference.rates()
            try await load.raise(to: backlog)
            let busy = try await load.acute(100)
            rows.append(Distribution(name: "acute, \(backlog) routine questions wait", histogram: busy))
            rows.append(Quantity(ratio: "acute p99 / at rest", busy.percentile(0.99) / rest.percentile(0.99)))
            rows.append(Quantity(ratio: "acute p50 / at rest", busy.percentile(0.5) / rest.percentile(0.5)))
            return Report(rows: rows)
        }
    }
}

/// Cases under way, and what is measured of them.
struct Load: Sendable {
    let intake: Intake
    let reports: SampleReports
    let police: Police
    let pool: PostgresPool
    private var submitted = 0
    private var underWay = 0

    init(intake: Intake, reports: SampleReports, police: Police, pool: PostgresPool) {
        self.intake = intake
        self.reports = reports
        self.police = police
        self.pool = pool
    }

    /// Adds cases until so many are under way.
    mutating func raise(to count: Int) async throws {
        let first = submitted
        let missing = max(count - underWay, 0)
        submitted += missing
        underWay += missing
        let atOnce = 8
        try await withThrowingTaskGroup(of: Void.self) { [intake, reports] group in
            for worker in 0..<atOnce {
                group.addTask {
                    for number in stride(from: first + worker, to: first + missing, by: atOnce) {
                        _ = try await intake.submit(reports.report(number), at: .now)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Steps a second, and how long questions were on their way.
    func measure(_ duration: Duration) async throws -> (rate: Double, onTheWay: Histogram) {
        _ = police.takeRoutine()
        let rate = try await StepRate.measure(duration, pool)
        return (rate, police.takeRoutine())
    }

    /// Hands in acute reports ten a second: from handing in to the question in the hands of the police.
    mutating func acute(_ count: Int) async throws -> Histogram {
        var histogram = Histogram()
        for _ in 0..<count {
            let report = try reports.report(submitted, isAcute: true)
            submitted += 1
            let start = ContinuousClock.now
            let caseID = try await intake.submit(report, at: .now).caseID.text
            police.ignoreRoutine(of: caseID)
            let arrived = try await arrival(of: caseID)
            histogram.add(arrived - start)
            try await Task.sleep(for: .milliseconds(100))
        }
        return histogram
    }

    private func arrival(of caseID: String) async throws -> ContinuousClock.Instant {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if let arrived = police.arrival(ofAcute: caseID) { return arrived }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw ChainSettings.Failure(description: "an acute question did not come within a minute")
    }
}
