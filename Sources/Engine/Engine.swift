// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import Logging
import Messages
public import PostgreSQL
public import RabbitMQ
public import ServiceLifecycle
import Workflow

/// Puts the engine's parts together: each lane has its own connections to database and broker and its own tasks, so that nothing
/// in the routine lane can delay the acute lane.
public struct Engine: Sendable {
    public let services: [any Service]

    /// The services in the order in which they depend on each other, the pools first.
    ///
    /// - Parameters:
    ///   - settings: their pool is the routine lane's.
    ///   - acutePool: the acute lane's own connections.
    ///   - database: where notices are listened for.
    /// - Throws: `ReactorError` where the system gives no thread.
    public init(
        settings: EngineSettings, acutePool: PostgresPool, database: PostgresConfiguration, broker: RabbitConfiguration, logger: Logger
    ) throws {
        let bells: [Lane: Bell] = [.acute: Bell(), .routine: Bell()]
        let listener = PostgresListener(configuration: database, channels: [NoticeService.channel], logger: logger)
        var services: [any Service] = [
            settings.pool, acutePool, PartitionService(settings: settings, logger: logger),
            NoticeService(listener: listener, bells: bells),
        ]
        if let anchors = settings.anchors { services.append(AnchorService(settings: settings, anchors: anchors, logger: logger)) }
        for (lane, bell) in bells.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            var settings = settings
            if lane == .acute { settings.pool = acutePool }
            var configuration = broker
            configuration.connectionName = "ketenroute engine \(lane.rawValue)"
            let publisher = try RabbitPublisher(configuration: configuration, topology: settings.topology, logger: logger)
            let consumer = try RabbitConsumer(
                configuration: configuration, queue: Addresses.engineQueue(lane: lane.rawValue), prefetch: settings[lane].prefetch,
                topology: settings.topology, logger: logger)
            let dispatcher = Dispatcher(settings: settings, publisher: publisher, logger: logger)
            // They stop in reverse order: first no more messages come in, then the lane finishes what it has, then the publisher goes.
            services += [
                publisher, SweepService(settings: settings, lane: lane, dispatcher: dispatcher, bell: bell, logger: logger),
                LaneService(settings: settings, lane: lane, consumer: consumer, dispatcher: dispatcher, logger: logger), consumer,
            ]
        }
        self.services = services
    }

    /// Refuses to start on what does not fit: an old schema or a workflow that no longer loads is a message, never a skip.
    public static func check(_ settings: EngineSettings) async throws {
        try await Migrator.requireCurrent(settings.pool)
        try await settings.pool.withConnection { connection in
            _ = try await settings.library.latest(of: settings.workflow, on: connection)
            try await settings.library.loadVersionsInUse(on: connection)
        }
    }
}
