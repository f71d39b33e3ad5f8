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
            abstract: "Takes in a report as JSON and prints the case's identifier.",
            discussion: "The same report again prints the same case. The same reference with another report is refused.")

        @OptionGroup var connection: Connection

        @Argument(help: "The report.")
        var file: String

        func run() async throws {
            let text = try ProjectFolders.read(file)
            let report: PoliceReport
            do {
                report = try PoliceReport(text)
            } catch {
                throw CommandFailure.wrongInput("\(file): \(error)")
            }
            let connection = connection
            do {
                let receipt = try await connection.withSettings { pool, program in
                    try await Intake(settings: program.engine(pool), logger: Connection.logger).submit(
                        report, body: Array(text.utf8), at: .now)
                }
                print(receipt.caseID.uuidString.lowercased())
            } catch let problem as Problem {
                throw CommandFailure.wrongInput("\(file): \(problem)")
            }
        }
    }
}
