// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Engine
import Foundation
import Messages
import Values

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Takes reports in.", subcommands: [Submit.self])

    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes in a report and prints the case's identifier.",
            discussion: """
                The report is the police's own message (vtMeldingDi01 of StUF Jeugdzorg, alone or in a SOAP envelope) or JSON. \
                What it is, its content says.

                The same report again prints the same case. The same reference with another report is refused.
                """)

        @OptionGroup var connection: Connection

        @Argument(help: "The report.")
        var file: String

        @Flag(help: "There is acute danger, also where the report does not say so. The message of the police cannot say it.")
        var acute = false

        func run() async throws {
            let input = try ReportFile(file)
            let report = acute ? input.report.raisedToAcute() : input.report
            let connection = connection
            do {
                let receipt = try await connection.withPool { pool in
                    try await Intake(settings: connection.settings(pool)).submit(report, text: input.text, at: .now)
                }
                print(receipt.caseID.uuidString.lowercased())
            } catch let problem as Problem {
                throw CommandFailure.wrongInput("\(file): \(problem)")
            }
        }
    }
}
