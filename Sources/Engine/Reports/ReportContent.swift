// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Messages
import Values

/// A report's personal content, in the pieces in which it is sealed: one for each person, one for the narrative.
struct ReportContent {
    static let name = "melding"

    /// The report's number in its case, counted from 1.
    let number: Int
    var narrative: JSON = .object([:])
    var registration: JSON = .object([:])
    var municipality: String?
    /// The role of whoever made the report.
    var reporter = ""
    /// By their numbers in the case.
    var persons: [(number: Int, person: PoliceReport.Person)] = []

    /// - Parameter numbers: the persons' numbers in the case, in the report's order.
    init(_ report: PoliceReport, reporter: String, number: Int = 1, numbers: [Int]) {
        self.number = number
        self.reporter = reporter
        narrative = report.narrative
        registration = report.registration
        municipality = report.municipality
        persons = zip(numbers, report.persons).map { ($0, $1) }
    }

    private init(number: Int) { self.number = number }

    /// What the report's pieces are called: what is sealed under one name cannot be opened under another.
    private static func name(of number: Int) -> String { number == 1 ? name : "\(name) \(number)" }

    var pieces: [CaseChange.Content] {
        let name = ReportContent.name(of: number)
        let common: JSON = [
            "narrative": narrative, "registration": registration, "municipality": municipality.map { .string($0) } ?? .null,
            "reporter": .string(reporter),
        ]
        return [CaseChange.Content(subject: "zaak", name: name, body: common.utf8)]
            + persons.map { number, person in
                let piece: JSON = [
                    "number": .integer(Int64(number)), "role": .string(person.role), "details": person.details,
                    "secret": .bool(person.hasSecretAddress),
                ]
                return CaseChange.Content(subject: "persoon \(number)", name: name, body: piece.utf8)
            }
    }

    /// Puts the pieces of reports together again, in the order in which the reports came. A piece that is not there belongs to
    /// somebody who has been erased.
    static func reports(_ pieces: [(subject: String, name: String, body: [UInt8])]) throws -> [ReportContent] {
        var reports: [Int: ReportContent] = [:]
        for piece in pieces where piece.name == name || piece.name.hasPrefix("\(name) ") {
            guard let number = piece.name == name ? 1 : Int(piece.name.dropFirst(name.count + 1)) else { continue }
            reports[number, default: ReportContent(number: number)].add(try JSON.parse(utf8: piece.body), isCommon: piece.subject == "zaak")
        }
        return reports.values.sorted { $0.number < $1.number }
    }

    private mutating func add(_ json: JSON, isCommon: Bool) {
        if isCommon {
            narrative = json["narrative"] ?? narrative
            registration = json["registration"] ?? registration
            municipality = json["municipality"]?.stringValue
            reporter = json["reporter"]?.stringValue ?? ""
        } else if let number = json["number"]?.integerValue {
            let person = PoliceReport.Person(
                role: json["role"]?.stringValue ?? "", details: json["details"] ?? .object([:]), hasSecretAddress: json["secret"] == true)
            persons.append((Int(number), person))
            persons.sort { $0.number < $1.number }
        }
    }
}
