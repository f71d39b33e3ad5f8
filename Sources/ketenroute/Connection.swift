// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Engine
import Foundation
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import Values

/// What commands need to reach the services: flags first, then the environment.
struct Connection: ParsableArguments {
    @Option(help: "PostgreSQL, as a URL. Environment: KETENROUTE_DATABASE_URL.")
    var database: String?

    @Option(help: "File with the key for personal content, base64. Environment: KETENROUTE_CONTENT_KEY_FILE.")
    var contentKey: String?

    static var logger: Logger {
        var logger = Logger(label: "ketenroute")
        logger.logLevel = .notice
        return logger
    }

    private func setting(_ flag: String?, _ variable: String, _ what: String) throws -> String {
        guard let value = flag ?? ProcessInfo.processInfo.environment[variable] else {
            throw CommandFailure.wrongInput("no \(what); set \(variable), for example with: eval \"$(Ops/services env)\"")
        }
        return value
    }

    func configuration() throws -> PostgresConfiguration {
        var configuration = PostgresConfiguration(url: try setting(database, "KETENROUTE_DATABASE_URL", "database"))
        configuration.applicationName = "ketenroute"
        return configuration
    }

    func withPool<Value: Sendable>(_ body: @Sendable (PostgresPool) async throws -> Value) async throws -> Value {
        try await PostgresPool.withPool(configuration(), logger: Connection.logger) { pool in
            try await pool.ready(within: .seconds(10))
            return try await body(pool)
        }
    }

    func vault() throws -> ContentVault {
        let path = try setting(contentKey, "KETENROUTE_CONTENT_KEY_FILE", "key for personal content")
        let text = try ProjectFolders.read(path).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Data(base64Encoded: text) else { throw CommandFailure.wrongInput("\(path): is not base64") }
        return try ContentVault(wrappingKey: Array(bytes))
    }

    func settings(_ pool: PostgresPool) throws -> EngineSettings {
        let config = try ProjectFolders.config()
        let today = TimeOfDay.today
        guard let oin = OIN("00000099000000009000") else { throw CommandFailure.wrongInput("the engine's own OIN is none") }
        return EngineSettings(
            pool: pool, store: CaseStore(vault: try vault()),
            library: WorkflowLibrary(pool: pool, calendars: try ProjectFolders.calendars()),
            directory: try Directory(yaml: ProjectFolders.read(config.appending(path: "partners.yaml").path), today: today),
            projections: try ProjectionRules(yaml: ProjectFolders.read(config.appending(path: "projections.yaml").path)),
            source: SystemSource(organisation: oin, system: "ketenroute"), workflow: "omgangsregeling")
    }
}

enum TimeOfDay {
    /// `yyyy-mm-dd`, in UTC: on which day an organisation in the directory is valid.
    static var today: String { String(Instant.now.description.prefix(10)) }
}
