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

    /// Bodies that one worker takes at once: about a batch of answers, however many travel as one.
    private static let bytesMax = 128 << 10

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for _ in 0..<settings[lane].workers { group.addTask { await work() } }
        }
        // The consumer stops before this service does, and its batches end with it. Whoever ends unasked is taken for broken.
        try await gracefulShutdown()
    }

    private func work() async {
        func next(isBusy: Bool) async -> [RabbitDelivery] {
            await consumer.batch(
                atMost: settings[lane].batchMax, bytesMax: LaneService.bytesMax, linger: isBusy ? settings[lane].linger : .zero)
        }
        await withTaskGroup(of: Void.self) { sending in
            // Whoever is in danger waits for a second at most, once the database is there again.
            var patience = Patience(most: lane == .acute ? .seconds(1) : .seconds(10))
            var isBusy = false
            var unconfirmed = 0
            while case let batch = await next(isBusy: isBusy), !batch.isEmpty {
                await dispatcher.waitWhileClosed()
                // Who found one message alone will not wait for company.
                isBusy = batch.count > 1
                for outgoing in await apply(batch, &patience) where !outgoing.isEmpty {
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
    private func apply(_ deliveries: [RabbitDelivery], _ patience: inout Patience) async -> [BatchProcessor.Outgoing] {
        let processor = BatchProcessor(settings: settings)
        let arrivals = processor.arrivals(in: deliveries, lane: lane, at: .now)
        var outgoing: [BatchProcessor.Outgoing] = []
        do {
            var start = 0
            while start < arrivals.count {
                let end = min(start + settings[lane].batchMax, arrivals.count)
                try await processor.settle(arrivals[start..<end], into: &outgoing)
                start = end
            }
            await consumer.acknowledge(deliveries)
            patience.succeeded()
        } catch {
            var generator = SystemRandomNumberGenerator()
            await putBack(deliveries, error, after: patience.failed(using: &generator))
        }
        return outgoing
    }

    private func send(_ outgoing: BatchProcessor.Outgoing) async {
        do {
            try await dispatcher.send(outgoing)
        } catch {
            logger.warning("messages wait for the sweep", metadata: ["error": "\(error)"])
        }
    }

    /// Messages that came at a bad moment: back into the queue, to be tried again after a while that grows with every failure. What a
    /// commit of unknown outcome did apply, the inbox knows.
    private func putBack(_ deliveries: [RabbitDelivery], _ error: any Error, after delay: Duration) async {
        logger.warning(
            "messages go back",
            metadata: [
                "lane": "\(lane.rawValue)", "count": "\(deliveries.count)", "delay": "\(delay)", "error": "\(error)",
            ])
        try? await Task.sleep(for: delay)
        for delivery in deliveries { await consumer.reject(delivery, requeue: true) }
    }
}
