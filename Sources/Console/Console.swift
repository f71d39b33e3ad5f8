// SPDX-License-Identifier: EUPL-1.2

public import Engine
import Hummingbird
public import Logging
public import Messages
public import ServiceLifecycle

/// The door for people and for systems that speak HTTP: the API under `/v1`, the operators' pages, and what tells whether all is
/// well. It reads the store and takes reports in; stepping cases is the engine's.
public struct Console: Sendable {
    public struct Settings: Sendable {
        public var host: String
        /// 0 lets the system choose one.
        public var port: Int
        public var engine: EngineSettings
        public var tokens: TokenAuthority
        /// Reads a report in any form that the police send.
        public var readReport: @Sendable ([UInt8]) throws -> PoliceReport

        public init(
            host: String, port: Int, engine: EngineSettings, tokens: TokenAuthority,
            readReport: @escaping @Sendable ([UInt8]) throws -> PoliceReport
        ) {
            self.host = host
            self.port = port
            self.engine = engine
            self.tokens = tokens
            self.readReport = readReport
        }
    }

    private let settings: Settings
    private let logger: Logger

    public init(settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// - Parameter listening: told the port once requests are taken.
    public func service(listening: @escaping @Sendable (Int) -> Void = { _ in }) -> any Service {
        Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), serverName: "ketenroute"),
            onServerRunning: { channel in listening(channel.localAddress?.port ?? 0) }, logger: logger)
    }

    private func router() -> Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ProblemResponses(logger: logger))
        HealthRoutes(pool: settings.engine.pool).add(to: router)
        PageRoutes(pool: settings.engine.pool, tokens: settings.tokens, library: settings.engine.library).add(to: router)
        let api = router.group("v1").add(middleware: TokenRequired(tokens: settings.tokens))
        CaseRoutes(pool: settings.engine.pool).add(to: api)
        ReportRoutes(intake: Intake(settings: settings.engine, logger: logger), read: settings.readReport).add(to: api)
        return router
    }
}
