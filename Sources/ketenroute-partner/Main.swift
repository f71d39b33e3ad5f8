// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Logging
import Messages
import PartnerKit
import RabbitMQ
import ServiceLifecycle
import UnixSignals

@main
struct Main {
    /// Wrong usage or input ends with 2, a fault of the program with 70, as with `ketenroute`.
    static func main() async {
        do {
            var command = try Partner.parse()
            try await command.run()
        } catch {
            let code = Partner.exitCode(for: error)
            let message = Partner.fullMessage(for: error)
            if code == .success {
                print(message)
                exit(0)
            }
            FileHandle.standardError.write(Data((message + "\n").utf8))
            exit(code == .validationFailure ? 2 : Main.exitCode(for: error))
        }
    }

    private static func exitCode(for error: any Error) -> Int32 {
        switch error {
        case is Problem: 2
        case let error as RabbitError: error.code == .badURL ? 2 : 69
        default: 70
        }
    }
}

struct Partner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ketenroute-partner", abstract: "A partner's worker: takes questions and has a desk answer them.")

    @Option(help: "The partner's role, an id in Config/partners.yaml.")
    var partner: String

    @Option(help: "The partner's OIN. Environment: KETENROUTE_PARTNER_OIN.")
    var oin: String?

    @Option(help: "Who answers: auto:FILE with rules, or exec:COMMAND with the assignment on its input.")
    var desk: String

    @Option(help: "Longest run of the desk's command for one question, in seconds.")
    var deskSeconds = 86_400

    @Option(help: "The broker. Environment: KETENROUTE_PARTNER_<ID>_BROKER_URL.")
    var broker: String?

    mutating func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "ketenroute-partner.\(partner)")
        logger.logLevel = .notice
        let environment = ProcessInfo.processInfo.environment
        let variable = "KETENROUTE_PARTNER_\(partner.uppercased().replacing("-", with: "_"))_BROKER_URL"
        guard let url = broker ?? environment[variable] else { throw ValidationError("no broker; give --broker or set \(variable)") }
        guard let oin = OIN(oin ?? environment["KETENROUTE_PARTNER_OIN"] ?? "") else {
            throw ValidationError("no OIN of twenty digits; give --oin or set KETENROUTE_PARTNER_OIN")
        }
        let services = try PartnerWorker.services(
            partner: partner, source: SystemSource(organisation: oin, system: "werkplek"), desk: makeDesk(logger),
            broker: RabbitConfiguration(url: url), logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    mutating func validate() throws {
        guard deskSeconds > 0 else { throw ValidationError("--desk-seconds should be 1 or more") }
    }

    private func makeDesk(_ logger: Logger) throws -> any Desk {
        let parts = desk.split(separator: ":", maxSplits: 1)
        switch parts.first {
        case "auto" where parts.count == 2:
            guard let text = try? String(contentsOfFile: String(parts[1]), encoding: .utf8) else {
                throw ValidationError("\(parts[1]) cannot be read")
            }
            return try AutoDesk(text)
        case "exec" where parts.count == 2:
            return CommandDesk(command: String(parts[1]), timeMax: .seconds(deskSeconds), logger: logger)
        default: throw ValidationError("--desk should be auto:FILE or exec:COMMAND")
        }
    }
}
