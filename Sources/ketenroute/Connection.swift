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
import Workflow

/// What commands need to reach the services. What no flag says comes from the settings.
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

    /// - Parameter flags: those of the command beside these.
    func settings(_ flags: [ProgramSettings.Key: String?] = [:]) async throws -> ProgramSettings {
        try await .load(flags.merging([.databaseURL: database, .contentKeyFile: contentKey]) { given, _ in given })
    }

    func withPool<Value: Sendable>(_ body: @Sendable (PostgresPool) async throws -> Value) async throws -> Value {
        try await withSettings { pool, _ in try await body(pool) }
    }

    func withSettings<Value: Sendable>(
        _ body: @Sendable (PostgresPool, ProgramSettings) async throws -> Value
    ) async throws -> Value {
        let settings = try await settings()
        return try await PostgresPool.withPool(settings.database(connections: .routineConnections), logger: Connection.logger) { pool in
            try await pool.ready(within: .seconds(10))
            return try await body(pool, settings)
        }
    }
}

extension ProgramSettings {
    func database(connections: Key) throws -> PostgresConfiguration {
        try PostgresConfiguration(
            url: text(.databaseURL), applicationName: "ketenroute", poolSize: number(connections, in: 1...100),
            connectTimeout: .seconds(number(.connectTimeoutSeconds, in: 2...300)))
    }

    func broker() throws -> RabbitConfiguration {
        var tls: RabbitConfiguration.TLS?
        if let authority = optionalText(.brokerAuthorityFile) {
            tls = RabbitConfiguration.TLS(authorityFile: authority)
            if let certificate = optionalText(.brokerCertificateFile), let key = optionalText(.brokerKeyFile) {
                tls?.identity = (certificate, key)
            }
        }
        var configuration = try RabbitConfiguration(url: text(.brokerURL), tls: tls)
        configuration.heartbeatSeconds = try number(.brokerHeartbeatSeconds, in: 1...600)
        return configuration
    }

    /// The engine's settings, with everything that stands in `Config`.
    func engine(_ pool: PostgresPool) throws -> EngineSettings {
        let config = try ProjectFolders.config()
        func read(_ name: String) throws -> String { try ProjectFolders.read(config.appending(path: name).path) }
        guard let oin = OIN(try text(.identityOIN)) else {
            throw CommandFailure.wrongInput("'\(Key.identityOIN.rawValue)' is no OIN of twenty digits; see Config/ketenroute.yaml")
        }
        var settings = try EngineSettings(
            pool: pool, store: CaseStore(vault: vault()), library: WorkflowLibrary(calendars: ProjectFolders.calendars()),
            directory: Directory(yaml: read("partners.yaml")),
            projections: ProjectionRules(yaml: read("projections.yaml")), legalBases: LegalBases(yaml: read("legal-bases.yaml")),
            households: HouseholdRecognition(
                rules: HouseholdRules(yaml: read("households.yaml")), key: secret(.householdKey, orIn: .householdKeyFile)),
            source: SystemSource(organisation: oin, system: text(.identitySystem)), workflows: texts(.intakeWorkflows))
        settings.anchors = try anchors()
        settings.acute = try lane(.acutePrefetch, .acuteBatchMax, .acuteLeaseSeconds, .acuteSweepMilliseconds)
        settings.routine = try lane(.routinePrefetch, .routineBatchMax, .routineLeaseSeconds, .routineSweepMilliseconds)
        return settings
    }

    private func lane(_ prefetch: Key, _ batchMax: Key, _ lease: Key, _ sweep: Key) throws -> LaneSettings {
        try LaneSettings(
            prefetch: number(prefetch, in: 1...10_000), batchMax: number(batchMax, in: 1...1_000),
            leaseSeconds: number(lease, in: 3...86_400), sweepInterval: .milliseconds(number(sweep, in: 10...60_000)))
    }

    func vault() throws -> ContentVault { try ContentVault(wrappingKey: secret(.contentKey, orIn: .contentKeyFile)) }

    /// A key that is in the environment itself, or in a file.
    private func secret(_ variable: Key, orIn file: Key) throws -> [UInt8] {
        guard let encoded = optionalText(variable) else { return try key(file) }
        guard let bytes = Data(base64Encoded: encoded) else { throw CommandFailure.wrongInput("\(variable.variable): is not base64") }
        return Array(bytes)
    }

    /// Nil where no folder for them is set.
    func anchors() throws -> AnchorSettings? {
        guard let folder = optionalText(.anchorFolder) else { return nil }
        return AnchorSettings(
            folder: AnchorFolder(URL(filePath: folder)), key: try AnchorKey(secret(.anchorKey, orIn: .anchorKeyFile)),
            interval: .seconds(try number(.anchorSeconds, in: 1...86_400)))
    }
}
