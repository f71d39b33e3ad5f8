// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Engine
import Logging
import PostgreSQL
import RabbitMQ
import ServiceLifecycle
import UnixSignals

struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Runs the engine until it is told to stop. Any number may run side by side.")

    @OptionGroup var connection: Connection

    @Option(help: "RabbitMQ, as a URL. Environment: KETENROUTE_BROKER_URL.")
    var broker: String?

    func run() async throws {
        let program = try await connection.settings([.brokerURL: broker])
        let database = try program.database(connections: .routineConnections)
        try await PostgresPool.withPool(database, logger: Connection.logger) { pool in
            try await pool.ready(within: .seconds(10))
            try await Engine.check(program.engine(pool))
        }
        let pool = PostgresPool(configuration: database, logger: Connection.logger)
        let acutePool = PostgresPool(configuration: try program.database(connections: .acuteConnections), logger: Connection.logger)
        let engine = try Engine(
            settings: program.engine(pool), acutePool: acutePool, database: database, broker: program.broker(),
            logger: Connection.logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: engine.services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Connection.logger))
        try await group.run()
    }
}
