// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages

@testable import StUF

/// What the tests read: files of the checkout, and the schemas that stand beside it where somebody has put them.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The schemas of StUF Jeugdzorg (VNG Realisatie), which are not part of the project.
    static let schemas = root.deletingLastPathComponent().appending(path: "shared/stuf-jz")
    static let schema = schemas.appending(path: "jz0100_msg_vtberichten_resolved2025.xsd")
    static let example = schemas.appending(path: "example.xml")

    static let hasExample = FileManager.default.fileExists(atPath: example.path)
    static let canValidate = FileManager.default.fileExists(atPath: schema.path) && xmllint != nil

    static let xmllint = ["/usr/bin/xmllint", "/usr/local/bin/xmllint"].first(where: FileManager.default.isExecutableFile)

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// The message that the demo sends.
    static func sample() throws -> String { try text("Ops/demo.d/reports/9-stuf.xml") }

    /// What the schemas say of a message.
    static func isValid(_ message: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: xmllint ?? "")
        process.arguments = ["--nonet", "--noout", "--schema", schema.path, "-"]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(message.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static let roles = PersonRoles([
        "jeugdige", "ouder met gezag", "ouder zonder gezag", "melder", "informant", "broer of zus", "overige professional",
    ])

    static func read(_ message: String) throws(Problem) -> VTMelding { try VTMelding(Array(message.utf8), roles: roles) }
}
