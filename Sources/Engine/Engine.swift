// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import Logging
import Messages
import PostgreSQL
public import RabbitMQ
public import ServiceLifecycle

/// Puts the engine's parts together: each lane has its own connections to the broker and its own tasks, so that nothing in the
/// routine lane can delay the acute lane.
public struct Engine: Sendable {
    public let services: [any Service]

    /// The services in the order in which they depend on each other, the pool first.
    ///
    /// - Throws: `ReactorError` where the system gives no thread.
    public init(settings: EngineSettings, broker: RabbitConfiguration, logger: Logger) throws {
        var services: [any Service] = [settings.pool]
        for lane in ["acute", "routine"] {
            var configuration = broker
            configuration.connectionName = "ketenroute engine \(lane)"
            let publisher = try RabbitPublisher(configuration: configuration, topology: settings.topology, logger: logger)
            let consumer = try RabbitConsumer(
                configuration: configuration, queue: Addresses.engineQueue(lane: lane),
                prefetch: lane == "acute" ? 32 : 2 * settings.batchMax, topology: settings.topology, logger: logger)
            // They stop in reverse order: first no more messages come in, then the lane finishes what it has, then the publisher goes.
            services += [
                publisher,
                SweepService(
                    settings: settings, lane: lane, publisher: publisher,
                    interval: lane == "acute" ? .milliseconds(50) : .milliseconds(250),
                    logger: logger),
                LaneService(settings: settings, lane: lane, consumer: consumer, publisher: publisher, logger: logger), consumer,
            ]
        }
        self.services = services
    }

    /// Refuses to start on what does not fit: an old schema is a message, never a skip.
    public static func check(_ settings: EngineSettings) async throws {
        try await Migrator.requireCurrent(settings.pool)
        _ = try await settings.library.latest(of: settings.workflow)
    }
}
