// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import ServiceLifecycle
import Values
import Workflow

/// Takes partners' messages of one lane and applies them: what has arrived, up to a bound, in one transaction. A message is
/// acknowledged when its transaction is committed, so a crash anywhere brings it back, and the inbox knows it then.
struct LaneService: Service {
    let settings: EngineSettings
    let lane: Lane
    let consumer: RabbitConsumer
    let dispatcher: Dispatcher
    let logger: Logger

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let waiting = Waiting()
            group.addTask {
                for await delivery in consumer.deliveries {
                    await waiting.add(delivery)
                    arrived.yield()
                }
                arrived.finish()
            }
            group.addTask {
                for await _ in arrivals {
                    while case let batch = await waiting.take(settings[lane].batchMax), !batch.isEmpty { await apply(batch) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Deliveries between the consumer and the next batch; the consumer's prefetch bounds them.
    private actor Waiting {
        private var deliveries: [RabbitDelivery] = []

        func add(_ delivery: RabbitDelivery) { deliveries.append(delivery) }

        func take(_ limit: Int) -> [RabbitDelivery] {
            defer { deliveries.removeFirst(min(limit, deliveries.count)) }
            return Array(deliveries.prefix(limit))
        }
    }

    private func apply(_ deliveries: [RabbitDelivery]) async {
        do {
            try await commit(deliveries)
        } catch {
            if PassingFailure.includes(error) {
                await putBack(deliveries, error)
            } else if deliveries.count > 1 {
                // One of them spoils the transaction of all: each for itself, then only that one is left.
                for delivery in deliveries { await apply([delivery]) }
            } else {
                await park(deliveries[0], error)
            }
        }
    }

    private func commit(_ deliveries: [RabbitDelivery]) async throws {
        let outgoing = try await BatchProcessor(settings: settings).process(deliveries, lane: lane, at: .now)
        for delivery in deliveries { await consumer.acknowledge(delivery) }
        do {
            try await dispatcher.send(outgoing)
        } catch {
            logger.warning("messages wait for the sweep", metadata: ["error": "\(error)"])
        }
    }

    /// Messages that came at a bad moment: back into the queue, to be tried again after a breath. What a commit of unknown
    /// outcome did apply, the inbox knows.
    private func putBack(_ deliveries: [RabbitDelivery], _ error: any Error) async {
        logger.warning("messages go back", metadata: ["lane": "\(lane.rawValue)", "count": "\(deliveries.count)", "error": "\(error)"])
        try? await Task.sleep(for: .seconds(1))
        for delivery in deliveries { await consumer.reject(delivery, requeue: true) }
    }

    /// A message that cannot be applied becomes an incident, and the lane goes on.
    private func park(_ delivery: RabbitDelivery, _ error: any Error) async {
        logger.error("message not applied", metadata: ["lane": "\(lane.rawValue)", "error": "\(error)"])
        let fingerprint = "poison \(delivery.message.body.digest.hexadecimal)"
        do {
            try await settings.pool.withConnection(deadline: .seconds(10)) { connection in
                try await settings.store.openIncident(
                    kind: "poison", fingerprint: fingerprint, caseID: nil, detail: "\(type(of: error)): \(error)", at: .now, on: connection)
            }
            await consumer.acknowledge(delivery)
        } catch {
            await putBack([delivery], error)
        }
    }
}
