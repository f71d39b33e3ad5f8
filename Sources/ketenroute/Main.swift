// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation

@main
struct Main {
    static func main() async {
        do {
            var command = try Ketenroute.parseAsRoot(GuardCommand.shield(Array(CommandLine.arguments.dropFirst())))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(Termination.report(error))
        }
    }
}

/// The root of the command line: engine, operators' commands, and the tools for those who write workflows.
struct Ketenroute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ketenroute",
        abstract: "Routes reports about the safety of children through the organisations that must act on them.",
        subcommands: [
            EngineCommand.self, ConsoleCommand.self, TokenCommand.self, DatabaseCommand.self, ReportCommand.self, CaseCommand.self,
            IncidentCommand.self, DoctorCommand.self, VerifyChainCommand.self,
            WorkflowCommand.self, GuardCommand.self, CalendarCommand.self,
        ])
}
