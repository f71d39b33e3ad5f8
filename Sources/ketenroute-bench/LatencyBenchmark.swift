// SPDX-License-Identifier: EUPL-1.2

import Engine
import Foundation
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import Values
import Workflow

/// How long a committed report takes into a partner's hands, with an engine of its own process and nothing else to do. Beside it,
/// from the same run, what the machine takes for one durable commit and for one confirmed hop through a quorum queue.
enum LatencyBenchmark {
    private static let rounds = 200
    private static let partner = "politie"

    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let logger = ChainSettings.logger
        return try await PostgresPool.withPool(chain.database, logger: logger) { pool in
            let settings = try chain.engine(pool, workflow: "omgangsregeling")
            let commits = try await commits(pool)
            let hops = try await hops(chain.broker, logger)
            let reports = try await reports(settings, chain.broker, logger)
            return Report(rows: [
                Latencies("one durable commit", commits), Latencies("one confirmed hop, quorum queue", hops),
                Latencies("report committed to assignment in hand", reports),
            ])
        }
    }

    // MARK: The chain

    private static func reports(
        _ settings: EngineSettings, _ broker: RabbitConfiguration, _ logger: Logger
    ) async throws -> [Duration] {
        let sample = try SampleReports()
        let intake = Intake(settings: settings, logger: logger)
        return try await consuming(Addresses.partnerQueue(partner, lane: "routine"), broker, settings.topology, logger) { next in
            var latencies: [Duration] = []
            for round in 0..<rounds {
                let receipt = try await intake.submit(sample.report(round), at: .now)
                let committed = ContinuousClock.now
                let caseID = receipt.caseID.uuidString.lowercased()
                while let (body, arrived) = await next() {
                    guard try CloudEvent(body).caseID == caseID else { continue }
                    // The engine may be quicker than this process is with its own commit.
                    latencies.append(max(arrived - committed, .zero))
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            return latencies
        }
    }

    // MARK: The machine

    private static func commits(_ pool: PostgresPool) async throws -> [Duration] {
        try await pool.withConnection { connection in
            try await connection.simple("create table if not exists bench_commit (at timestamptz not null)")
            let insert = Statement("bench_commit", "insert into bench_commit values (now())")
            var latencies: [Duration] = []
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                _ = try await connection.execute(insert)
                latencies.append(ContinuousClock.now - start)
            }
            return latencies
        }
    }

    private static func hops(_ broker: RabbitConfiguration, _ logger: Logger) async throws -> [Duration] {
        let queue = "bench.hop"
        var topology = RabbitTopology(exchanges: [RabbitTopology.Exchange("bench")])
        topology.queues = [.quorum(queue)]
        topology.bindings = [RabbitTopology.Binding(queue: queue, exchange: "bench", routingKey: "hop")]
        let shape = topology
        return try await consuming(queue, broker, shape, logger) { next in
            let publisher = try RabbitPublisher(configuration: broker, topology: shape, logger: logger)
            let running = Task { try await publisher.run() }
            defer { running.cancel() }
            let message = RabbitPublication(
                RabbitMessage(body: [UInt8](repeating: 0x20, count: 2_000), messageID: "hop"), exchange: "bench", routingKey: "hop")
            // The first one waits for the connection; the messages that were tried before it are not measured.
            while (try? await publisher.publish(message)) == nil { try await Task.sleep(for: .milliseconds(50)) }
            _ = await next()
            var latencies: [Duration] = []
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                try await publisher.publish(message)
                guard let (_, arrived) = await next() else { break }
                latencies.append(arrived - start)
            }
            return latencies
        }
    }

    /// Runs `body` with what arrives in a queue, each message with the moment of its arrival.
    private static func consuming<Value: Sendable>(
        _ queue: String, _ broker: RabbitConfiguration, _ topology: RabbitTopology, _ logger: Logger,
        _ body: @Sendable (@Sendable () async -> (body: [UInt8], arrived: ContinuousClock.Instant)?) async throws -> Value
    ) async throws -> Value {
        let consumer = try RabbitConsumer(configuration: broker, queue: queue, prefetch: 100, topology: topology, logger: logger)
        let (arrivals, arrived) = AsyncStream<(body: [UInt8], arrived: ContinuousClock.Instant)>.makeStream()
        let running = Task { try await consumer.run() }
        let reading = Task {
            for await delivery in consumer.deliveries {
                arrived.yield((delivery.message.body, ContinuousClock.now))
                await consumer.acknowledge(delivery)
            }
            arrived.finish()
        }
        defer {
            running.cancel()
            reading.cancel()
        }
        // What an earlier run has left in the queue comes first and is not waited for.
        try await Task.sleep(for: .seconds(1))
        let inbox = Inbox(arrivals)
        return try await body { await inbox.next() }
    }

    private actor Inbox {
        private var iterator: AsyncStream<(body: [UInt8], arrived: ContinuousClock.Instant)>.Iterator

        init(_ arrivals: AsyncStream<(body: [UInt8], arrived: ContinuousClock.Instant)>) { iterator = arrivals.makeAsyncIterator() }

        func next() async -> (body: [UInt8], arrived: ContinuousClock.Instant)? {
            var iterator = iterator
            defer { self.iterator = iterator }
            return await iterator.next(isolation: self)
        }
    }
}
