// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Engine
import Foundation
import Values

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks on a running system what must hold at any time.",
        discussion: "Ends with 0 where everything holds, and with 1 where something does not; then every case is named.")

    @OptionGroup var connection: Connection

    @Flag(help: "Prints JSON.")
    var json = false

    func run() async throws {
        let report = try await connection.withSettings { pool, program in
            let settings = try program.engine(pool)
            return try await Doctor(
                pool: pool, library: settings.library, projections: settings.projections, legalBases: settings.legalBases
            ).examine(at: .now)
        }
        print(json ? report.json.text : report.lines.joined(separator: "\n"))
        guard report.isSound else {
            let broken = report.checks.filter { !$0.broken.isEmpty }.map(\.id)
            throw CommandFailure.checkFailed("broken: \(broken.joined(separator: ", "))")
        }
    }
}

extension Doctor.Report {
    fileprivate var lines: [String] {
        checks.flatMap { check in
            let name = check.id.padding(toLength: 4, withPad: " ", startingAt: 0)
            let verdict = check.broken.isEmpty ? "holds " : "BROKEN"
            return ["\(name) \(verdict) \(check.says)"]
                + check.broken.map { "       case \($0.caseID.uuidString.lowercased()) \($0.detail)" }
        } + ["\(cases) cases, \(checks.count(where: { !$0.broken.isEmpty })) of \(checks.count) checks broken."]
    }
}
