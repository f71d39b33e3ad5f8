// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Engine
import Foundation
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
        guard let url = broker ?? ProcessInfo.processInfo.environment["KETENROUTE_BROKER_URL"] else {
            throw CommandFailure.wrongInput("no broker; set KETENROUTE_BROKER_URL, for example with: eval \"$(Ops/services env)\"")
        }
        let connection = connection
        try await connection.withPool { pool in try await Engine.check(try connection.settings(pool)) }
        let pool = PostgresPool(configuration: try connection.configuration(), logger: Connection.logger)
        let engine = try Engine(
            settings: connection.settings(pool), broker: RabbitConfiguration(url: url), logger: Connection.logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: engine.services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Connection.logger))
        try await group.run()
    }
}
