// SPDX-License-Identifier: EUPL-1.2

import Engine
import Foundation
import Messages
import StUF
import Values

/// Reads reports: the police's own XML message or this project's JSON. What it is, its content says.
struct ReportReader: Sendable {
    private let roles: PersonRoles

    /// - Throws: ``ConfigurationError`` where the list of roles cannot be used.
    init() throws {
        let list = try ProjectFolders.config().appending(path: "code-lists/jeugdzorgrollen.yaml")
        roles = try PersonRoles(yaml: ProjectFolders.read(list.path), today: String(Instant.now.description.prefix(10)))
    }

    /// - Throws: ``Problem`` with everything that is wrong, by element and line.
    func read(_ bytes: [UInt8]) throws -> ReceivedReport {
        guard bytes.count <= MessageLimits.reportBytesMax else { throw Problem.reportTooLarge }
        if ReportReader.isXML(bytes) {
            let message = try VTMelding(bytes, roles: roles)
            // In its plain form: another envelope or other prefixes make no other report.
            return ReceivedReport(message.report, identity: Array(message.plainText.utf8))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem(.schema, "the report is not UTF-8 text") }
        return ReceivedReport(try PoliceReport(text, roles: roles), identity: bytes)
    }

    /// - Throws: ``CommandFailure`` where the file cannot be read or the report is not valid.
    func read(file path: String) throws -> ReceivedReport {
        do {
            return try read(ReportReader.bytes(of: path))
        } catch let problem as Problem {
            throw CommandFailure.wrongInput("\(path): \(problem)")
        }
    }

    /// No more than tells that it is too much.
    private static func bytes(of path: String) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure.wrongInput("\(path): cannot be read; check the path and its permissions")
        }
        defer { try? file.close() }
        do {
            return Array(try file.read(upToCount: MessageLimits.reportBytesMax + 1) ?? Data())
        } catch {
            throw CommandFailure.wrongInput("\(path): cannot be read; is it a file?")
        }
    }

    /// JSON never starts with this; XML always does, after white space or a byte order mark.
    private static func isXML(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
    }
}
