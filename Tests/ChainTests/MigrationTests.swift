// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import CaseStore

@Suite("Migrations", .timeLimit(.minutes(2)))
struct MigrationTests {
    @Test("any number of them at once is as one")
    func atOnce() async throws {
        try await Chain.run { chain in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<6 { group.addTask { try chain.command("db", "migrate").code } }
                for try await code in group { #expect(code == 0) }
            }
            #expect(try await chain.count("select count(*) from schema_migration") == Migrator.migrations.count)
        }
    }
}
