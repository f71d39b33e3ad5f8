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
            SuccessionService(settings: settings, logger: logger),
            NoticeService(listener: listener, bells: bells),
        ]
        let topology = Engine.topology(settings, logger: logger)
        if let anchors = settings.anchors { services.append(AnchorService(settings: settings, anchors: anchors, logger: logger)) }
        for (lane, bell) in bells.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            var settings = settings
            if lane == .acute { settings.pool = acutePool }
            var configuration = broker
            configuration.connectionName = "ketenroute engine \(lane.rawValue)"
            let publisher = try RabbitPublisher(configuration: configuration, topology: topology, logger: logger)
            let consumer = try RabbitConsumer(
                configuration: configuration, queue: Addresses.engineQueue(lane: lane.rawValue), prefetch: settings[lane].prefetch,
                topology: topology, logger: logger)
            let confirmations = Confirmations(settings: settings, logger: logger)
            let dispatcher = Dispatcher(settings: settings, publisher: publisher, confirmations: confirmations, logger: logger)
            // They stop in reverse order: first no more messages come in, then the lane finishes what it has, then the publisher goes.
            services += [
                publisher, confirmations, SweepService(settings: settings, lane: lane, dispatcher: dispatcher, bell: bell, logger: logger),
                LaneService(settings: settings, lane: lane, consumer: consumer, dispatcher: dispatcher, logger: logger), consumer,
            ]
        }
        self.services = services
    }

    /// A broker that has lost its queues gets all that PostgreSQL knows of again: what is in the outbox from the sweep as ever, and
    /// every question that nobody has taken as though it were put for the first time.
    private static func topology(_ settings: EngineSettings, logger: Logger) -> RabbitTopology {
        var topology = settings.topology
        topology.whenMissing = {
            let count = try await settings.pool.withConnection { try await settings.store.askAgain(at: .now, on: $0) }
            logger.notice("the broker lacks queues; they are made, and open questions are put again", metadata: ["count": "\(count)"])
        }
        return topology
    }

    /// Refuses to start on what does not fit: an old schema, a workflow that no longer loads, shows what may not be shown or takes the
    /// same reports as another is a message, never a skip.
    public static func check(_ settings: EngineSettings) async throws {
        try await Migrator.requireCurrent(settings.pool)
        try await settings.pool.withConnection { connection in
            try await WorkflowChoice.load(settings, on: connection).check(
                from: settings.library.day(of: .now),
                disclosures: DisclosureCheck(projections: settings.projections, legalBases: settings.legalBases))
            _ = try await settings.library.versionsInUse(on: connection)
        }
    }
}
