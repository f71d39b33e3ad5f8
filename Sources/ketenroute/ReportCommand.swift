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
            let received = try ReportReader().read(file: file)
            let report = acute ? received.raisedToAcute() : received
            let connection = connection
            do {
                let receipt = try await connection.withSettings { pool, program in
                    try await Intake(settings: program.engine(pool), logger: Connection.logger).submit(
                        report, at: .now)
                }
                print(receipt.caseID.uuidString.lowercased())
            } catch let problem as Problem {
                throw CommandFailure.wrongInput("\(file): \(problem)")
            }
        }
    }
}
