// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ
@testable import Workflow

@Suite("Taking reports in", .serialized, .timeLimit(.minutes(2)))
struct IntakeTests {
    @Test("the same report is the same case, and its reference with another report is refused")
    func duplicateReport() async throws {
        try await EngineSettings.run { settings in
            let reference = "R-\(UUID().uuidString)"
            let (report, _) = try EngineSettings.report(reference)
            let first = try await Intake(settings: settings, logger: EngineSettings.silent).submit(report, at: .now)
            let second = try await Intake(settings: settings, logger: EngineSettings.silent).submit(
                report, at: .now)
            #expect(first.caseID == second.caseID && second.isDuplicate)
            let (other, _) = try EngineSettings.report(reference, incident: "anders")
            let error = await #expect(throws: Problem.self) {
                try await Intake(settings: settings, logger: EngineSettings.silent).submit(other, at: .now)
            }
            #expect(error?.code == "StUF016")
        }
    }

    @Test("no personal content stands in the clear in any table, and every message has its disclosure")
    func contentIsSealed() async throws {
        try await EngineSettings.run { settings in
            let secret = "geheim-\(UUID().uuidString)"
            let household = String(UInt64.random(in: .min ... .max), radix: 36)
            let (report, _) = try EngineSettings.report("R-\(UUID().uuidString)", incident: secret, household: household)
            let receipt = try await Intake(settings: settings, logger: EngineSettings.silent).submit(
                report, at: .now)
            let dump = Statement(
                "test_dump",
                """
                select string_agg(t, ' ') as everything from (
                    select row_to_json(c)::text from cases c union all select row_to_json(e)::text from event e
                    union all select row_to_json(r)::text from report r union all select row_to_json(a)::text from assignment a
                    union all select row_to_json(d)::text from disclosure d union all select row_to_json(i)::text from inbox i
                    union all select encode(sealed, 'escape') from content union all select encode(sealed, 'escape') from outbox
                    union all select row_to_json(k)::text from household_key k union all select row_to_json(p)::text from person p
                ) as rows (t)
                """)
            let everything = try await settings.pool.withConnection {
                try await $0.query(dump).first?.decode("everything", as: String.self)
            }
            #expect(everything?.contains(secret) == false)
            #expect(everything?.contains(household) == false)
            let undisclosed = Statement(
                "test_undisclosed",
                """
                select count(*) as messages,
                       count(*) filter (where not exists (
                           select from disclosure d where d.case_id = o.case_id and d.message_id = o.message_id)) as undisclosed
                  from outbox o
                 where o.case_id = $1
                """)
            let row = try #require(try await settings.pool.withConnection { try await $0.query(undisclosed, receipt.caseID).first })
            #expect(try row.decode("messages", as: Int64.self) == 5)
            #expect(try row.decode("undisclosed", as: Int64.self) == 0)
        }
    }

    @Test("a known report handed in again as acute raises the alarm once, in the acute lane")
    func knownReportBecomesAcute() async throws {
        try await EngineSettings.run { settings in
            let (report, _) = try EngineSettings.report("R-\(UUID().uuidString)")
            let intake = Intake(settings: settings, logger: EngineSettings.silent)
            let first = try await intake.submit(report, at: .now)
            for _ in 1...3 {
                let again = try await intake.submit(report.raisedToAcute(), at: .now)
                #expect(again.caseID == first.caseID && again.isDuplicate)
            }
            let lane = Statement("test_lane", "select count(*) from assignment where case_id = $1 and lane = 'acute' and status = 'open'")
            let count = try await settings.pool.withConnection {
                try await $0.query(lane, first.caseID).first?.decode("count", as: Int64.self)
            }
            #expect(count == 1)
            let events = try await settings.pool.withConnection { try await History.events(of: first.caseID, on: $0) }
            #expect(events.map(\.record.name) == ["melding", "acuteOnveiligheidGesignaleerd"])
        }
    }

    @Test("another report whose reference looks like that of an alarm does not silence the alarm")
    func referenceLikeAnAlarm() async throws {
        try await EngineSettings.run { settings in
            let reference = "R-\(UUID().uuidString)"
            let intake = Intake(settings: settings, logger: EngineSettings.silent)
            _ = try await intake.submit(EngineSettings.report("\(reference) acuut").0, at: .now)
            let report = try EngineSettings.report(reference).0
            let caseID = try await intake.submit(report, at: .now).caseID
            _ = try await intake.submit(report.raisedToAcute(), at: .now)
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            #expect(events.map(\.record.name) == ["melding", "acuteOnveiligheidGesignaleerd"])
        }
    }
}
