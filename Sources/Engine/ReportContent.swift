// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Messages
import Values

/// A report's personal content, in the pieces in which it is sealed: one for each person, one for the narrative.
struct ReportContent {
    static let name = "melding"

    var narrative: JSON = .object([:])
    var registration: JSON = .object([:])
    var municipality: String?
    /// The role of whoever made the report.
    var reporter = ""
    var persons: [(number: Int, person: PoliceReport.Person)] = []

    init(_ report: PoliceReport, reporter: String) {
        self.reporter = reporter
        narrative = report.narrative
        registration = report.registration
        municipality = report.municipality
        persons = report.persons.enumerated().map { ($0 + 1, $1) }
    }

    var pieces: [CaseChange.Content] {
        let common: JSON = [
            "narrative": narrative, "registration": registration, "municipality": municipality.map { .string($0) } ?? .null,
            "reporter": .string(reporter),
        ]
        return [CaseChange.Content(subject: "zaak", name: ReportContent.name, body: common.utf8)]
            + persons.map { number, person in
                let piece: JSON = [
                    "number": .integer(Int64(number)), "role": .string(person.role), "details": person.details,
                    "secret": .bool(person.hasSecretAddress),
                ]
                return CaseChange.Content(subject: "persoon \(number)", name: ReportContent.name, body: piece.utf8)
            }
    }

    /// Puts the pieces together again. A piece that is not there belongs to somebody who has been erased.
    init(_ pieces: [(subject: String, name: String, body: [UInt8])]) throws {
        for piece in pieces where piece.name == ReportContent.name {
            let json = try JSON.parse(utf8: piece.body)
            if piece.subject == "zaak" {
                narrative = json["narrative"] ?? narrative
                registration = json["registration"] ?? registration
                municipality = json["municipality"]?.stringValue
                reporter = json["reporter"]?.stringValue ?? ""
            } else if let number = json["number"]?.integerValue {
                let person = PoliceReport.Person(
                    role: json["role"]?.stringValue ?? "", details: json["details"] ?? .object([:]),
                    hasSecretAddress: json["secret"] == true)
                persons.append((Int(number), person))
            }
        }
        persons.sort { $0.number < $1.number }
    }
}
