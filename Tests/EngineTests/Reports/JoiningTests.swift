// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ
@testable import Workflow

@Suite("Many reports, one case", .serialized, .timeLimit(.minutes(2)))
struct JoiningTests {
    @Test("S8: a second report while the assessment runs joins it, and its term stays where it was")
    func duringAssessment() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let start = Instant.now
            let first = try await settings.submit(EngineSettings.report(household: household), at: start)
            let terms = "select due_at from deadline where case_id = $1 and status = 'open'"
            let before = try await settings.texts(terms, of: first.caseID)
            let second = try await settings.submit(
                EngineSettings.report(household: household), at: start.adding(.seconds(2 * 86_400)))
            #expect(second.caseID == first.caseID && second.hasJoined && !second.isDuplicate)
            #expect(try await settings.texts(terms, of: first.caseID) == before)
            #expect(try await settings.events(of: first.caseID).map(\.name) == ["melding", "gevoegd"])
            #expect(try await settings.texts("select number from report where case_id = $1", of: first.caseID) == ["1", "2"])
            // The same people are the same persons; nobody is there twice.
            #expect(try await settings.texts("select count(*) from person where case_id = $1", of: first.caseID) == ["3"])
            #expect(try await History.verify(settings.pool).faults.isEmpty)
        }
    }

    @Test("S9: a report in monitoring opens a new assessment with a term of its own, which a further report does not move")
    func inMonitoring() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let start = Instant.now
            let caseID = try await settings.submit(EngineSettings.report(household: household), at: start).caseID
            try await settings.answer("beoordeeld", from: "veilig-thuis", caseID: caseID, data: [:])
            try await settings.answer("aanvaard", from: "veilig-thuis", caseID: caseID, data: [:])
            #expect(try await settings.summary(caseID).safetyHolder == "lokaal-team")
            let later = start.adding(.seconds(150 * 86_400))
            #expect(try await settings.submit(EngineSettings.report(household: household), at: later).hasJoined)
            let terms = "select due_at from deadline where case_id = $1 and status = 'open'"
            let due = try await settings.texts(terms, of: caseID)
            let calendar = try WorkCalendar.load(yaml: EngineSettings.text("Config/calendars/nl.yaml"), file: "nl.yaml")
            let expected = try calendar.due(from: later.roundedDownToMicroseconds, term: Term("5 working-days"), atw: false).instant
            let stored = try await settings.texts(
                "select extract(epoch from due_at)::bigint from deadline where case_id = $1 and status = 'open'", of: caseID)
            #expect(stored == ["\(expected.seconds)"])
            #expect(try await settings.submit(EngineSettings.report(household: household), at: later.adding(.seconds(86_400))).hasJoined)
            #expect(try await settings.texts(terms, of: caseID) == due)
        }
    }

    @Test("a second report that is acute raises danger in the same transaction, in the acute lane; urgency never falls again")
    func acute() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let caseID = try await settings.submit(EngineSettings.report(household: household)).caseID
            try await settings.submit(EngineSettings.report(household: household).raisedToAcute())
            #expect(try await settings.events(of: caseID).map(\.name) == ["melding", "gevoegd", "gevaar"])
            let questions = "select task || ' ' || lane from assignment where case_id = $1 and status = 'open' order by 1"
            #expect(try await settings.texts(questions, of: caseID) == ["beoordeel routine", "grijpIn acute"])
            // Two events of one report, and neither can be applied twice.
            let unknown = """
                select name from event where case_id = $1 and not exists (
                    select from inbox where inbox.source = event.source and inbox.message_id = event.message_id)
                union all select max(name) from event where case_id = $1 group by source, message_id having count(*) > 1
                """
            #expect(try await settings.texts(unknown, of: caseID).isEmpty)
            // A third that says nothing of danger lowers nothing, and one that does while the alarm is out raises no second one.
            try await settings.submit(EngineSettings.report(household: household))
            try await settings.submit(EngineSettings.report(household: household).raisedToAcute())
            #expect(try await settings.summary(caseID).state["facts"]?["urgentie"] == "acuut")
            #expect(try await settings.texts(questions, of: caseID) == ["beoordeel routine", "grijpIn acute"])
            #expect(try await settings.texts("select number from report where case_id = $1", of: caseID).count == 4)
        }
    }

    @Test("whoever is asked after a report has joined sees all reports, the newest first, and each person stands in the log")
    func disclosure() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let caseID = try await settings.submit(EngineSettings.report(household: household)).caseID
            let grandmother = """
                "betrokkenen": [ { "rol": "grootouder", "geslachtsnaam": "Nieuw", "geslacht": "V", "geheimAdres": true,
                "adresFormeel": { "straat": "Verborgen", "huisnummer": "7", "woonplaats": "Elders" } },
                """
            try await settings.submit(
                EngineSettings.report(
                    household: household,
                    replacing: [
                        ("\"betrokkenen\": [", grandmother),
                        ("\"omschrijvingIncident\": \"verhaal\"", "\"omschrijvingIncident\": \"vervolg\""),
                    ]
                ).raisedToAcute())
            let police = try #require(try await settings.waiting(for: "politie", of: caseID).first { $0.type == .assignment })
            let people = (police.data["inhoud"]?["kinderen"]?.arrayValue ?? []) + (police.data["inhoud"]?["ouders"]?.arrayValue ?? [])
            #expect(people.isEmpty == false)
            // The grandmother came with the second report and is person 4; the reporter is nobody's business here.
            let subjects = "select subject from disclosure where case_id = $1 and purpose = 'VEILIGHEID' order by subject"
            #expect(try await settings.texts(subjects, of: caseID) == ["persoon 1"])
            // Put again, the running question shows both reports too.
            _ = try await HandOut(settings: settings).again(caseID, at: Instant.now.adding(.seconds(4 * 3_600)))
            let centre = try await settings.waiting(for: "veilig-thuis", of: caseID)
            let content = try #require(centre.last { $0.type == .assignment }?.data["inhoud"])
            #expect(content["melding"]?["omschrijvingIncident"] == "vervolg")
            #expect(content["eerdereMeldingen"]?.arrayValue?.first?["melding"]?["omschrijvingIncident"] == "verhaal")
            #expect(content["ouders"]?.arrayValue?.contains { $0["persoon"] == 4 } == true)
        }
    }

    @Test("each report's maker is told once for each report, however often the workflow says so, and who has sight on safety")
    func feedback() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let first = try EngineSettings.report(household: household)
            let caseID = try await settings.submit(first).caseID
            try await settings.answer("beoordeeld", from: "veilig-thuis", caseID: caseID, data: [:])
            try await settings.answer("aanvaard", from: "veilig-thuis", caseID: caseID, data: [:])
            let second = try EngineSettings.report(household: household)
            try await settings.submit(second)
            try await settings.answer("beoordeeld", from: "veilig-thuis", caseID: caseID, data: [:])
            let notices = try await settings.waiting(for: "politie", of: caseID).filter { $0.type == .notice }
            let told = notices.map { $0.data["melding"]?.stringValue ?? "" }
            #expect(Set(told) == [first.report.reference, second.report.reference] && told.count == 2)
            #expect(notices.allSatisfy { $0.data["zichtOpVeiligheid"] == "veilig-thuis" && $0.receiver == first.report.sender })
            // The old arrangement's holder is told that there is a new report.
            let centre = try await settings.waiting(for: "veilig-thuis", of: caseID).filter { $0.type == .notice }
            #expect(centre.map { $0.data["kennisgeving"] } == ["gevoegd"])
        }
    }

    @Test("a case that closes with somebody who was never told anything is a matter for an operator")
    func owed() async throws {
        let silent = JoiningWorkflow.text.replacing("initial: beoordeling", with: "initial: monitoring")
        try await EngineSettings.run([silent]) { settings in
            let caseID = try await settings.submit(EngineSettings.report(household: EngineSettings.household)).caseID
            try await settings.process([EngineSettings.message("veilig", from: "veilig-thuis", caseID: caseID, data: [:])])
            #expect(try await settings.summary(caseID).status == "closed")
            let kinds = "select kind from incident where case_id = $1 and closed_at is null"
            #expect(try await settings.texts(kinds, of: caseID) == ["feedback-owed"])
        }
    }

    @Test("a household whose case has closed gets a new case with a link to the old one")
    func afterTheEnd() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let household = EngineSettings.household
            let old = try await settings.submit(EngineSettings.report(household: household)).caseID
            try await settings.answer("beoordeeld", from: "veilig-thuis", caseID: old, data: [:])
            try await settings.answer("aanvaard", from: "veilig-thuis", caseID: old, data: [:])
            try await settings.process([EngineSettings.message("veilig", from: "veilig-thuis", caseID: old, data: [:])])
            let new = try await settings.submit(EngineSettings.report(household: household))
            #expect(new.caseID != old && !new.hasJoined)
            let reports = try await settings.pool.withConnection { try await History.reports(of: new.caseID, on: $0) }
            #expect(reports == History.Reports(count: 1, relatedCases: [old]))
        }
    }

    @Test("a workflow that takes no further reports gives each a case of its own, linked to the others")
    func withoutJoining() async throws {
        try await EngineSettings.run([JoiningWorkflow.apart]) { settings in
            let household = EngineSettings.household
            let first = try await settings.submit(EngineSettings.report(household: household)).caseID
            let second = try await settings.submit(EngineSettings.report(household: household))
            #expect(second.caseID != first && !second.hasJoined)
            #expect(
                try await settings.texts("select related_case from related_case where case_id = $1", of: second.caseID)
                    == [first.uuidString.lowercased()])
        }
    }

    @Test("a running case that refuses a further report loses nothing: the report has its own case, and an operator knows")
    func refused() async throws {
        // A mistake that the verifier finds: there is no second element.
        let picky = JoiningWorkflow.text.replacing("data.acuut ? 'acuut' : facts.urgentie", with: "[facts.urgentie][data.acuut ? 0 : 1]")
        try await EngineSettings.run([picky]) { settings in
            let household = EngineSettings.household
            let first = try await settings.submit(EngineSettings.report(household: household)).caseID
            let second = try await settings.submit(EngineSettings.report(household: household))
            #expect(second.caseID != first)
            #expect(try await settings.texts("select kind from incident where case_id = $1", of: first) == ["joining-refused"])
        }
    }

    @Test("a partner cannot say by itself that a report has joined")
    func onlyWithAReport() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            let caseID = try await settings.submit(EngineSettings.report(household: EngineSettings.household)).caseID
            let rejections = try await settings.process(
                [EngineSettings.message("gevoegd", from: "politie", caseID: caseID, data: ["acuut": false])])
            #expect(rejections.map { $0["title"] } == ["ONBEVOEGD"])
            #expect(try await settings.events(of: caseID).count == 1)
        }
    }

    @Test("S32: four children of two fathers are one case, with a person and a row in the log for each")
    func fourChildren() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            func child(_ name: String) -> String {
                "{ \"rol\": \"jeugdige\", \"geslachtsnaam\": \"\(name)\", \"geslacht\": \"M\", \"geboortedatum\": \"2015-01-01\" },"
            }
            func father(_ name: String) -> String { child(name).replacing("jeugdige", with: "ouder zonder gezag") }
            let people = ["A", "B", "C"].map(child).joined() + ["D", "E"].map(father).joined()
            let household = EngineSettings.household
            let report = try EngineSettings.report(household: household, replacing: [("\"betrokkenen\": [", "\"betrokkenen\": [\(people)")])
            let caseID = try await settings.submit(report).caseID
            let subjects = "select subject from disclosure where case_id = $1 order by subject"
            // Four children, their mother and both fathers; the reporter is not shown.
            #expect(try await settings.texts(subjects, of: caseID) == (1...7).map { "persoon \($0)" })
            #expect(try await settings.submit(EngineSettings.report(household: household)).caseID == caseID)
        }
    }

    @Test("a step after which nobody has sight on safety is refused, and nothing has changed")
    func holder() async throws {
        let text = JoiningWorkflow.text.replacing("initial: beoordeling", with: "initial: monitoring")
        try await EngineSettings.run([text]) { settings in
            let caseID = try await settings.submit(EngineSettings.report(household: EngineSettings.household)).caseID
            let rejections = try await settings.process(
                [EngineSettings.message("losgelaten", from: "om", caseID: caseID, data: [:])])
            #expect(rejections.map { $0["title"] } == ["storing"])
            #expect(try await settings.summary(caseID).safetyHolder == "politie")
            // The same fault in another case is the same incident.
            let incidents = "select kind from incident where fingerprint = 'fault no-holder losgelaten' and $1::uuid is not null"
            #expect(try await settings.texts(incidents, of: caseID) == ["fault"])
        }
    }
}
