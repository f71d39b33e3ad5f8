// SPDX-License-Identifier: EUPL-1.2

import Foundation
public import Messages
import Values
import XMLCoder

/// A report as the police send it to Veilig Thuis: the message `vtMeldingDi01` of StUF Jeugdzorg 1.0.9.
///
/// ```swift
/// let message = try VTMelding(bytes, roles: roles)
/// try await intake.submit(message.report, text: message.plainText, at: .now)
/// ```
///
/// The document is read three times: its prolog before a parser sees it, then the whole of it against the closed schema, which
/// gives every error its element and line, and then what passed is decoded.
public struct VTMelding: Sendable {
    /// The message's envelope: what an answer needs.
    public let stuurgegevens: Stuurgegevens
    public let report: PoliceReport
    /// What the message says, without what differs when it is sent again in other wrapping. Personal data from end to end.
    public let plainText: String

    /// - Parameters:
    ///   - bytes: the message, in UTF-8, alone or in a SOAP envelope.
    ///   - roles: the role list of the day of receipt.
    /// - Throws: ``Problem`` with everything that is wrong, by element and line, and without any value.
    public init(_ bytes: [UInt8], roles: PersonRoles) throws(Problem) {
        let check = try MessageReader.check(bytes, against: VTMeldingRules.roots(roles: roles))
        let document = try VTMelding.decode(check.plain.bytes)
        stuurgegevens = document.stuurgegevens
        plainText = String(decoding: check.plain.bytes, as: UTF8.self)
        report = try PoliceReport(form: ReportForm(document).json, roles: roles) { violation in
            let place = VTMelding.place(of: violation.pointer, in: check.lines)
            return "line \(place.line): \(place.path)"
        }
    }

    static func decode(_ plain: [UInt8]) throws(Problem) -> VTMeldingDocument {
        let decoder = XMLDecoder(trimValueWhitespaces: false, removeWhitespaceElements: false)
        do {
            return try decoder.decode(VTMeldingDocument.self, from: Data(plain))
        } catch let error as DecodingError {
            // The rules let through what the decoder cannot take: a fault of this program. The error's text may quote the message.
            throw Problem(.faulted, "the message passed its schema and could not be decoded at \(error.path)")
        } catch {
            throw Problem(.faulted, "the message passed its schema and could not be decoded")
        }
    }

    /// Where in the message the element of the shared form came from: the person, or what holds all persons.
    private static func place(of pointer: String, in lines: [String: Int]) -> (path: String, line: Int) {
        let parts = pointer.split(separator: "/")
        let concern = "/object/betreft/gerelateerde"
        var suffix = "/object"
        if parts.first == "betrokkenen" {
            suffix = parts.dropFirst().first.flatMap { Int($0) }.map { "\(concern)/heeftBetrokken[\($0 + 1)]" } ?? concern
        }
        let path = lines.keys.first { $0.hasSuffix("/\(VTMeldingRules.messageName)\(suffix)") }
        return path.flatMap { path in lines[path].map { (path, $0) } } ?? ("/", 1)
    }
}

extension DecodingError {
    /// Names of the schema only.
    fileprivate var path: String {
        let context: Context? =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context), .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        return "/" + (context?.codingPath ?? []).map(\.stringValue).joined(separator: "/")
    }
}
