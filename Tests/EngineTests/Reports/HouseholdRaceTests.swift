// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import PostgreSQL

@Suite("Reports about one household at the same moment", .serialized, .timeLimit(.minutes(2)))
struct HouseholdRaceTests {
    @Test("of many first reports at once one makes the case, and the others join it")
    func first() async throws {
        try await EngineSettings.run([JoiningWorkflow.text]) { settings in
            for _ in 1...5 {
                let household = EngineSettings.household
                let reports = try (1...6).map { _ in try EngineSettings.report(household: household) }
                let receipts = try await withThrowingTaskGroup(of: Intake.Receipt.self) { group in
                    for report in reports { group.addTask { try await settings.submit(report) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(receipts.map(\.caseID)).count == 1)
                #expect(receipts.count { !$0.hasJoined } == 1)
                #expect(try await settings.texts("select number from report where case_id = $1", of: receipts[0].caseID).count == 6)
            }
            #expect(try await History.verify(settings.pool).faults.isEmpty)
        }
    }

    @Test("a report that comes while its household's case is closing is in no closed case")
    func closing() async throws {
        let text = JoiningWorkflow.text.replacing("initial: beoordeling", with: "initial: monitoring")
        try await EngineSettings.run([text]) { settings in
            for _ in 1...10 {
                let household = EngineSettings.household
                let old = try await settings.submit(EngineSettings.report(household: household)).caseID
                let report = try EngineSettings.report(household: household)
                let end = try EngineSettings.message("veilig", from: "veilig-thuis", caseID: old, data: [:])
                async let closing = settings.process([end])
                async let joining = settings.submit(report)
                _ = try await closing
                let receipt = try await joining
                let isClosed = try await settings.summary(old).status == "closed"
                // Either it came first and the case went on with it, or the case was over and it has one of its own.
                #expect(receipt.hasJoined ? receipt.caseID == old && !isClosed : receipt.caseID != old && isClosed)
            }
        }
    }
}
