// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A refusal that its receiver can act on: problem details as in RFC 9457, with a stable type.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Codes that do not come from a workflow. A workflow's own conditions bring codes of their own.
    public enum Code: String, Hashable, Sendable {
        case schema = "schema-ongeldig"
        case tooLarge = "te-groot"
        case unknownType = "type-onbekend"
        case unknownCase = "zaak-onbekend"
        case notEntitled = "ONBEVOEGD"
        case staleToken = "token-verouderd"
        /// The question has been answered or withdrawn.
        case questionNotOpen = "opdracht-niet-open"
        /// The case is in no state that waits for the event.
        case notAwaited = "event-not-awaited"
        /// The same sender and reference with other content.
        case conflict = "StUF016"
        /// No workflow takes the report: none is in use for its municipality on this day, or none is meant for it.
        case noWorkflow = "geen-werkstroom"
        /// The workflow could not be carried out; an operator has been told.
        case faulted = "storing"
    }

    public var code: String
    public var detail: String
    /// Everything that is wrong, where there is more than one thing.
    public var errors: [String]

    public init(_ code: Code, _ detail: String, errors: [String] = []) { self.init(code: code.rawValue, detail: detail, errors: errors) }

    public init(code: String, detail: String, errors: [String] = []) {
        self.code = code
        self.detail = detail
        self.errors = errors
    }

    /// Whether an answer with this problem came too late, through no fault of its sender's.
    public var isLateness: Bool {
        switch Code(rawValue: code) {
        case .staleToken, .questionNotOpen, .notAwaited: true
        default: false
        }
    }

    public static let contentType = "application/problem+json"

    public var json: JSON {
        var members: [String: JSON] = [
            "type": .string("urn:nl:ketenroute:probleem:\(code)"), "title": .string(code), "status": 400, "detail": .string(detail),
        ]
        if !errors.isEmpty { members["errors"] = .array(errors.map { .string($0) }) }
        return .object(members)
    }

    public init?(_ json: JSON?) {
        guard let code = json?["title"]?.stringValue, let detail = json?["detail"]?.stringValue else { return nil }
        self.init(code: code, detail: detail, errors: (json?["errors"]?.arrayValue ?? []).compactMap(\.stringValue))
    }

    public var description: String {
        errors.isEmpty ? "\(code): \(detail)" : "\(code): \(detail)\n" + errors.map { "  \($0)" }.joined(separator: "\n")
    }
}
