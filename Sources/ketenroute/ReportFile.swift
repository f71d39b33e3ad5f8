// SPDX-License-Identifier: EUPL-1.2

import Engine
import Foundation
import Messages
import StUF

/// A report in a file: the police's own XML message or this project's JSON. What it is, its content says.
struct ReportFile {
    let report: PoliceReport
    /// By which the same report is known again.
    let text: String

    /// - Throws: ``CommandFailure`` where the file cannot be read or the report is not valid.
    init(_ path: String) throws {
        let bytes = try ReportFile.bytes(of: path)
        let list = try ProjectFolders.config().appending(path: "code-lists/jeugdzorgrollen.yaml")
        let roles = try PersonRoles(yaml: ProjectFolders.read(list.path), today: TimeOfDay.today)
        do {
            if ReportFile.isXML(bytes) {
                let message = try VTMelding(bytes, roles: roles)
                report = message.report
                text = message.plainText
            } else {
                text = try ReportFile.text(bytes)
                report = try PoliceReport(text, roles: roles)
            }
        } catch {
            throw CommandFailure.wrongInput("\(path): \(error)")
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

    private static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard bytes.count <= MessageLimits.reportBytesMax else { throw .reportTooLarge }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.schema, "the report is not UTF-8 text")
        }
        return text
    }
}
