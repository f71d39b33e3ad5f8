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

@Suite("The directory of partners", .serialized, .timeLimit(.minutes(2)))
struct DirectoryTests {
    /// An organisation that ends in the middle of the run, with two successors by municipality, of which one has a successor itself.
    private static let split = """
        partners:
          - id: politie
            organisations:
              - { oin: "00000099000000001000", name: P, municipalities: ["*"], geldigVanaf: 2020-01-01, geldigTot: null, successors: [] }
          - id: veilig-thuis
            organisations:
              - oin: "00000099000000002000"
                name: Oost
                municipalities: ["*"]
                geldigVanaf: 2013-01-01
                geldigTot: 2027-03-31
                successors: ["00000099000000002001", "00000099000000002002"]
              - { oin: "00000099000000002001", name: A, municipalities: ["9901"], geldigVanaf: 2027-04-01, geldigTot: 2028-12-31, successors: ["00000099000000002003"] }
              - { oin: "00000099000000002002", name: B, municipalities: ["*"], geldigVanaf: 2027-04-01, geldigTot: null, successors: [] }
              - { oin: "00000099000000002003", name: C, municipalities: ["9901"], geldigVanaf: 2029-01-01, geldigTot: null, successors: [] }

        """

    @Test(
        "who is asked depends on the day, the municipality and who was asked before",
        arguments: [
            ("2027-03-31", nil, nil, "Oost"), ("2027-04-01", nil, nil, "B"), ("2027-04-01", nil, "9901", "A"),
            ("2029-01-01", nil, "9901", "C"), ("2027-03-31", "00000099000000002000", "9901", "Oost"),
            ("2027-04-01", "00000099000000002000", "9901", "A"), ("2027-04-01", "00000099000000002000", "1234", "B"),
            ("2029-06-01", "00000099000000002000", "9901", "C"), ("2012-12-31", nil, nil, nil),
            ("2027-03-31", "00000099000000002001", nil, nil), ("2027-04-01", "00000099000000009999", nil, nil),
        ] as [(String, String?, String?, String?)])
    func lookUp(day: String, named: String?, municipality: String?, expected: String?) throws {
        let directory = try Directory(yaml: Self.split)
        let found = directory.organisation(
            role: "veilig-thuis", named: named, municipality: municipality, on: try #require(CivilDate(day)))
        #expect(found?.name == expected)
    }

    @Test("a directory in which organisations succeed each other in a ring comes to an end")
    func ring() throws {
        let ring = Self.split.replacing(
            "geldigVanaf: 2029-01-01, geldigTot: null, successors: []",
            with: "geldigVanaf: 2029-01-01, geldigTot: 2029-12-31, successors: [\"00000099000000002001\"]")
        let directory = try Directory(yaml: ring)
        let day = try #require(CivilDate("2031-01-01"))
        #expect(directory.organisation(role: "veilig-thuis", named: "00000099000000002001", municipality: "9901", on: day) == nil)
    }

    @Test("a successor that is nowhere does not load, and says so")
    func unknownSuccessor() throws {
        let text = Self.split.replacing("[\"00000099000000002003\"]", with: "[\"00000099000000008888\"]")
        let error = #expect(throws: ConfigurationError.self) { try Directory(yaml: text) }
        #expect(error?.description.contains("00000099000000008888") == true)
    }

    @Test("S16: an organisation is split while a case is open: its question goes to the successor, and its own word counts no more")
    func split() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            var settings = settings
            settings.directory = try Directory(yaml: Self.split)
            let lastDay = try #require(Instant("2027-03-31T12:00:00+02:00"))
            let nextDay = try #require(Instant("2027-04-01T00:30:00+02:00"))
            let report = try EngineSettings.report(
                household: EngineSettings.household, replacing: [("\"acuut\": false", "\"gemeente\": \"9901\", \"acuut\": false")])
            let caseID = try await settings.submit(report, at: lastDay).caseID
            let organisation = "select organisation from assignment where case_id = $1 and number = 1"
            #expect(try await settings.texts(organisation, of: caseID) == ["00000099000000002000"])
            let terms = "select due_at from deadline where case_id = $1 and status = 'open'"
            let before = try await settings.texts(terms, of: caseID)
            let old = try #require(try await settings.open(caseID).first)

            // It was taken on the last day, and its lease runs on into the next.
            let lease = CaseStore.Lease(caseID: caseID, number: old.number, token: old.token)
            try await settings.pool.withConnection { [settings] connection in
                try await settings.store.extend([lease], at: lastDay, until: nextDay.adding(.seconds(3_600)), on: connection)
            }
            #expect(try await SuccessionService(settings: settings, logger: EngineSettings.silent).handOver(at: lastDay) == 0)
            #expect(try await HandOut(settings: settings).again(caseID, at: nextDay).isEmpty)
            #expect(try await SuccessionService(settings: settings, logger: EngineSettings.silent).handOver(at: nextDay) >= 1)
            let outgoing = try await HandOut(settings: settings).again(caseID, at: nextDay)
            #expect(try outgoing.map { try CloudEvent($0.message.body).receiver } == [OIN("00000099000000002001")])
            #expect(try await settings.texts(organisation, of: caseID) == ["00000099000000002001"])
            #expect(try await settings.texts(terms, of: caseID) == before)
            let receivers = "select receiver from disclosure where case_id = $1 group by receiver order by 1"
            #expect(try await settings.texts(receivers, of: caseID) == ["00000099000000002000", "00000099000000002001"])

            let late = try EngineSettings.message(
                "beoordeeld", from: "veilig-thuis", caseID: caseID, assignment: old.number, token: old.token, data: [:])
            let processor = BatchProcessor(settings: settings)
            _ = try await processor.process(processor.arrivals(in: [late], lane: .routine, at: nextDay), at: nextDay)
            #expect(try await settings.events(of: caseID).count == 1)
        }
    }
}
