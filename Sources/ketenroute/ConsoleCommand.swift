// SPDX-License-Identifier: EUPL-1.2

public import ArgumentParser
public import Console
import Engine
import Foundation
import Logging
import Messages
import PostgreSQL
import ServiceLifecycle
import UnixSignals

struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "Runs the HTTP API and the operators' pages until it is told to stop.")

    @OptionGroup var connection: Connection

    @Option(help: "Address to listen on. Environment: KETENROUTE_CONSOLE_HOST.")
    var host: String?

    @Option(help: "Port to listen on; 0 for one that is free. Environment: KETENROUTE_CONSOLE_PORT.")
    var port: Int?

    func run() async throws {
        let program = try await connection.settings([.consoleHost: host, .consolePort: port.map(String.init)])
        let pool = PostgresPool(configuration: try program.database(connections: .routineConnections), logger: Connection.logger)
        let host = try program.text(.consoleHost)
        let console = Console(
            settings: Console.Settings(
                host: host, port: try program.number(.consolePort, in: 0...65_535), engine: try program.engine(pool),
                tokens: try await program.tokens(), readReport: { try PoliceReport(String(decoding: $0, as: UTF8.self)) }),
            logger: Connection.logger)
        let service = console.service { port in
            print("http://\(host):\(port)/", terminator: "\n"); fflush(nil)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [pool, service].map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Connection.logger))
        try await group.run()
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "token", abstract: "Makes a token for the console and its API.")

    @Option(help: "reader, operator or intake.")
    var role: AccessToken.Role = .reader

    @Option(help: "Who it is for; stands in the records of what is done with it.")
    var name = "lokaal"

    @Option(help: "Hours that it is good for, 1 to 720.")
    var hours = 8

    @Option(help: "File with the key for tokens, base64. Environment: KETENROUTE_CONSOLE_TOKEN_KEY_FILE.")
    var keyFile: String?

    func run() async throws {
        guard (1...720).contains(hours) else { throw CommandFailure.wrongInput("--hours should be from 1 to 720") }
        let tokens = try await ProgramSettings.load([.consoleTokenKeyFile: keyFile]).tokens()
        let token = AccessToken(name: name, role: role, expires: Date(timeIntervalSinceNow: Double(hours) * 3_600))
        print(try await tokens.sign(token))
    }
}

extension AccessToken.Role: ExpressibleByArgument {}

extension ProgramSettings {
    func tokens() async throws -> TokenAuthority {
        do {
            return try await TokenAuthority(key: key(.consoleTokenKeyFile))
        } catch let error as TokenError {
            throw CommandFailure.wrongInput("\(try text(.consoleTokenKeyFile)): \(error)")
        }
    }

    /// A secret from a file of its own, base64.
    func key(_ key: Key) throws -> [UInt8] {
        let path = try text(key)
        let encoded = try ProjectFolders.read(path).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Data(base64Encoded: encoded) else { throw CommandFailure.wrongInput("\(path): is not base64") }
        return Array(bytes)
    }
}
