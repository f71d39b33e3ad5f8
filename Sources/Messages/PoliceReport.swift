// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A report of the police, whatever it was written in.
///
/// It comes apart into three things that are kept apart from the first day: codes for the registration, persons, and narrative.
public struct PoliceReport: Hashable, Sendable {
    public let sender: OIN
    /// The sender's own number for it; sender and reference together name a report for ever.
    public let reference: String
    public let municipality: String?
    public private(set) var isAcute: Bool
    /// Codes that a workflow may read; no personal data.
    public private(set) var registration: JSON
    public let persons: [Person]
    /// What people wrote.
    public let narrative: JSON

    /// Somebody in the report. `details` is personal data from end to end.
    public struct Person: Hashable, Sendable {
        public let role: String
        public let details: JSON
        public let hasSecretAddress: Bool

        public init(role: String, details: JSON, hasSecretAddress: Bool) {
            self.role = role
            self.details = details
            self.hasSecretAddress = hasSecretAddress
        }

        /// Under which of the two groups of persons a partner sees him or her.
        public var isChild: Bool { role == PersonRoles.child }
        /// Whether this is who told the police.
        public var isReporter: Bool { role == PersonRoles.reporter }
    }

    /// Takes a report that has been brought into this project's own form, whatever it was read from. Every check that does not
    /// depend on the notation is made here.
    ///
    /// - Parameters:
    ///   - form: a document of ``form(roles:)``.
    ///   - place: where a violation stands in what was received, such as `line 7: /betrokkenen`.
    /// - Throws: ``Problem`` with everything that is wrong, by place, and without any value.
    public init(form json: JSON, roles: PersonRoles, place: (Schema.Violation) -> String) throws(Problem) {
        var violations = PoliceReport.form(roles: roles).violations(in: json)
        let persons = json["betrokkenen"]?.arrayValue ?? []
        if violations.isEmpty, !persons.contains(where: { $0["rol"]?.stringValue == PersonRoles.child }) {
            violations.append(Schema.Violation(pointer: "/betrokkenen", message: "should hold at least one \(PersonRoles.child)"))
        }
        guard violations.isEmpty, let sender = json["zender"]?.stringValue.flatMap({ OIN($0) }),
            let reference = json["referentienummer"]?.stringValue
        else { throw Problem(notValid: violations) { "\(place($0)) \($0.message)" } }
        self.sender = sender
        self.reference = reference
        municipality = json["gemeente"]?.stringValue
        isAcute = json["acuut"] == true
        registration = PoliceReport.registration(of: json)
        narrative = .object((json.objectValue ?? [:]).filter { PoliceReport.narrativeFields.contains($0.key) })
        self.persons = persons.map {
            Person(role: $0["rol"]?.stringValue ?? "", details: $0, hasSecretAddress: $0["geheimAdres"] == true)
        }
    }

    private static func registration(of json: JSON) -> JSON {
        [
            "acuut": json["acuut"] ?? .null, "aangifte": json["aangifte"] ?? .null,
            "regelingBron": json["regeling"]?["bron"] ?? .null, "regelingNagekomen": json["regeling"]?["nagekomen"] ?? .null,
            "sterkeArm": json["regeling"]?["sterkeArm"] ?? .null, "dwangsom": json["regeling"]?["dwangsom"] ?? .null,
            "oorzaken": json["oorzaken"] ?? .null,
        ]
    }

    /// The same report, marked acute by whoever sends it, for a notation that cannot say so or a sender who knows more by now.
    public func raisedToAcute() -> PoliceReport {
        var report = self
        report.isAcute = true
        if case .object(var codes) = registration {
            codes["acuut"] = true
            report.registration = .object(codes)
        }
        return report
    }
}

extension Problem {
    /// A report in which something is wrong.
    ///
    /// - Parameters:
    ///   - findings: one for each thing; of no more than ``MessageLimits/errorsMax`` it is told what they are.
    ///   - telling: the finding with its place.
    public init<Finding>(notValid findings: [Finding], telling: (Finding) -> String) {
        var told = findings.prefix(MessageLimits.errorsMax).map(telling)
        if findings.count > told.count { told.append("and \(findings.count - told.count) more") }
        self.init(.schema, "the report is not valid", errors: told)
    }

    /// A report of which one thing can be said, and no more.
    public init(notValid finding: String) { self.init(.schema, "the report is not valid", errors: [finding]) }
}
