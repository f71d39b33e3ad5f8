// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Messages

@Suite("Reports")
struct PoliceReportTests {
    static let valid = """
        {
          "zender": "00000099000000001000", "referentienummer": "R-1", "datumMelding": "2026-11-23", "datumIncident": "2026-11-21",
          "locatieIncident": "Utrecht", "omschrijvingIncident": "tekst", "omschrijvingZorgelijkeSituatie": "tekst",
          "acuut": false, "aangifte": false,
          "regeling": { "bron": "rechter", "nagekomen": "nee", "sterkeArm": false, "dwangsom": false },
          "oorzaken": ["onbekend"],
          "betrokkenen": [
            { "rol": "jeugdige", "geslachtsnaam": "Voorbeeld", "geslacht": "V",
              "bsn": "999996708" } ]
        }
        """

    private static let roles = PersonRoles(["jeugdige", "melder", "informant"])

    private static func read(_ text: String) throws(Problem) -> PoliceReport { try PoliceReport(text, roles: roles) }

    @Test("a report comes apart into codes, persons and narrative")
    func parts() throws {
        let report = try Self.read(Self.valid)
        #expect(report.reference == "R-1")
        #expect(report.persons.map(\.role) == ["jeugdige"])
        #expect(report.narrative["omschrijvingIncident"] == "tekst")
        #expect(!report.registration.text.contains("tekst"))
        #expect(!report.registration.text.contains("Voorbeeld"))
    }

    @Test(
        "what is wrong is told by element and line, without the value",
        arguments: [
            ("\"acuut\": false,", "", "line 1: /acuut is missing"), ("\"R-1\"", "\"\"", "line 2: /referentienummer"),
            ("2026-11-21", "2026-02-30", "line 2: /datumIncident"), ("\"999996708\"", "\"999998620\"", "line 9: /betrokkenen/0/bsn"),
            ("\"rechter\"", "\"vriend\"", "line 5: /regeling/bron"), ("[\"onbekend\"]", "[]", "line 6: /oorzaken"),
            ("\"jeugdige\"", "\"informant\"", "line 7: /betrokkenen should hold"),
            ("\"aangifte\"", "\"aangift\"", "line 1: /aangifte is missing"),
            ("\"aangifte\"", "\"aangift\"", "line 4: / has an unknown field"), ("\"R-1\"", "null", "line 2: /referentienummer"),
            ("\"jeugdige\"", "\"oom\"", "line 8: /betrokkenen/0/rol should be one of jeugdige, melder, informant"),
            ("\"2026-11-23\"", "20261123", "line 2: /datumMelding"), ("00000099000000001000", "1", "line 2: /zender"),
            ("\"V\",", "\"V\", \"geboortedatum\": \"2017-13\",", "line 8: /betrokkenen/0/geboortedatum"),
            ("\"geslachtsnaam\": \"Voorbeeld\", ", "", "line 8: /betrokkenen/0/geslachtsnaam is missing"),
            ("\"locatieIncident\": \"Utrecht\"", "\"locatieIncident\": \"\"", "line 3: /locatieIncident should be a text"),
        ])
    func wrong(part: String, replacement: String, expected: String) throws {
        let error = #expect(throws: Problem.self) { try Self.read(Self.valid.replacing(part, with: replacement)) }
        #expect(error?.errors.contains { $0.hasPrefix(expected) } == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("999998620") == false)
    }

    @Test("everything that is wrong is told at once")
    func allAtOnce() throws {
        let error = #expect(throws: Problem.self) {
            try Self.read(Self.valid.replacing("2026-11-21", with: "x").replacing("\"V\"", with: "\"Z\""))
        }
        #expect(error?.errors.count == 2)
    }

    @Test("ten megabytes are refused unread")
    func tooLarge() throws {
        let error = #expect(throws: Problem.self) { try Self.read(String(repeating: " ", count: 10_000_000)) }
        #expect(error?.code == "te-groot")
    }

    @Test(
        "what is no JSON is told with its line",
        arguments: [
            ("\"acuut\": false", "\"acuut\": maybe", "line 4"), ("\"betrokkenen\": [", "\"betrokkenen\":", "line 9"),
            ("\"Utrecht\"", "\"Utrecht", "line 3"),
            ("\"R-1\"", String(repeating: "[", count: 100), "nested deeper than 64 levels"),
        ])
    func syntax(part: String, replacement: String, expected: String) throws {
        let error = #expect(throws: Problem.self) { try Self.read(Self.valid.replacing(part, with: replacement)) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test("what the sender does not know may be null, and a date may be known in part")
    func unknown() throws {
        let report = try Self.read(
            Self.valid.replacing("\"2026-11-21\"", with: "\"2026-11\"").replacing("\"Utrecht\"", with: "null")
                .replacing("\"geslachtsnaam\": \"Voorbeeld\"", with: "\"geslachtsnaam\": null"))
        #expect(report.narrative["datumIncident"] == "2026-11")
        #expect(report.narrative["locatieIncident"] == .null)
    }

    @Test("raised to acute, a report differs in nothing else")
    func acute() throws {
        let report = try Self.read(Self.valid)
        let raised = report.raisedToAcute()
        #expect(raised.isAcute)
        #expect(raised.registration["acuut"] == true)
        #expect(raised.narrative == report.narrative)
        #expect(try Self.read(Self.valid.replacing("\"acuut\": false", with: "\"acuut\": true")) == raised)
    }

    @Test("no more errors are told than somebody can use")
    func manyErrors() throws {
        let persons = Array(repeating: #"{ "rol": "oom", "geslachtsnaam": "", "geslacht": "Z" }"#, count: 99).joined(separator: ",")
        let error = #expect(throws: Problem.self) {
            try Self.read(Self.valid.replacing("\"betrokkenen\": [", with: "\"betrokkenen\": [\(persons),"))
        }
        #expect(error?.errors.count == MessageLimits.errorsMax + 1)
        #expect(error?.errors.last == "and 197 more")
    }
}
