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
///
/// Several batches are under way at once: while one waits for the disk another is stepped, and what they owe is on its way to the
/// broker meanwhile.
struct LaneService: Service {
    let settings: EngineSettings
    let lane: Lane
    let consumer: RabbitConsumer
    let dispatcher: Dispatcher
    let logger: Logger

    /// Committed batches of one worker that the broker has not confirmed yet. A broker that is slower than the database slows the
    /// worker down, before memory grows.
    private static let unconfirmedBatchesMax = 3

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for _ in 0..<settings[lane].workers { group.addTask { await work() } }
        }
        // The consumer stops before this service does, and its batches end with it. Whoever ends unasked is taken for broken.
        try await gracefulShutdown()
    }

    private func work() async {
        let (countMax, linger) = (settings[lane].batchMax, settings[lane].linger)
        await withTaskGroup(of: Void.self) { sending in
            var isBusy = false
            var unconfirmed = 0
            while case let batch = await consumer.batch(atMost: countMax, linger: isBusy ? linger : .zero), !batch.isEmpty {
                // Who found one message alone will not wait for company.
                isBusy = batch.count > 1
                for outgoing in await apply(batch) where !outgoing.isEmpty {
                    if unconfirmed >= LaneService.unconfirmedBatchesMax {
                        await sending.next()
                        unconfirmed -= 1
                    }
                    sending.addTask { await send(outgoing) }
                    unconfirmed += 1
                }
            }
        }
    }

    /// - Returns: what has been committed and is to be published.
    private func apply(_ deliveries: [RabbitDelivery]) async -> [BatchProcessor.Outgoing] {
        do {
            let outgoing = try await BatchProcessor(settings: settings).process(deliveries, lane: lane, at: .now)
            await consumer.acknowledge(deliveries)
            return [outgoing]
        } catch {
            if PassingFailure.includes(error) {
                await putBack(deliveries, error)
                return []
            }
            guard deliveries.count > 1 else {
                await park(deliveries[0], error)
                return []
            }
            // One of them spoils the transaction of all: in halves, until only that one is left.
            let middle = deliveries.count / 2
            let first = await apply(Array(deliveries[..<middle]))
            return first + (await apply(Array(deliveries[middle...])))
        }
    }

    private func send(_ outgoing: BatchProcessor.Outgoing) async {
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
