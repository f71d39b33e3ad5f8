// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Engine
import Foundation
import Values
import Workflow

struct VerifyChainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-chain", abstract: "Computes the chains of events anew, and plays every case again.",
        discussion: """
            Where anchors are configured (anchors.folder), their signatures are checked, and the chains against them. Ends with 0 where
            everything holds, and with 1 where something does not; then every case is named.
            """)

    @OptionGroup var connection: Connection

    @Flag(help: "Prints JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Only these cases.", valueName: "case"))
    var cases: [String] = []

    func run() async throws {
        let named = try cases.map { text in
            guard let caseID = UUID(uuidString: text) else { throw CommandFailure.wrongInput("'\(text)' is no case; a case is a UUID") }
            return caseID
        }
        let report = try await connection.withSettings { pool, program in
            let anchors = try program.anchors()
            return try await ChainVerification(pool: pool, library: WorkflowLibrary(calendars: ProjectFolders.calendars())).verify(
                named.isEmpty ? nil : named, against: anchors.map { try $0.folder.read(signedBy: $0.key.publicKey) })
        }
        print(json ? report.json.text : report.lines.joined(separator: "\n"))
        guard report.faults.isEmpty else { throw CommandFailure.checkFailed("\(report.faults.count) faults") }
    }
}

extension ChainVerification.Report {
    fileprivate var json: JSON {
        [
            "cases": .integer(Int64(cases)), "events": .integer(Int64(events)), "anchors": .integer(Int64(anchors)),
            "sound": .bool(faults.isEmpty),
            "broken": .array(
                faults.map { fault in
                    ["case": fault.caseID.map { .string($0.uuidString.lowercased()) } ?? .null, "detail": .string(fault.detail)]
                }),
        ]
    }

    fileprivate var lines: [String] {
        let found = faults.map { fault in fault.caseID.map { "case \($0.uuidString.lowercased()): \(fault.detail)" } ?? fault.detail }
        let anchored = anchors == 0 ? "" : " \(anchors) anchors."
        return found + ["\(cases) cases, \(events) events.\(anchored) \(found.isEmpty ? "Every chain holds." : "\(found.count) faults.")"]
    }
}
