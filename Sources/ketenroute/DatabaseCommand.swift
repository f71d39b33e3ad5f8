// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Foundation
import PostgreSQL

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Looks after the database.", subcommands: [Migrate.self])

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Brings the schema up to date, as the role that owns it.")

        @Option(help: "PostgreSQL as the owner, as a URL. Environment: KETENROUTE_DATABASE_OWNER_URL.")
        var database: String?

        func run() async throws {
            let url = try await ProgramSettings.load([.databaseOwnerURL: database]).text(.databaseOwnerURL)
            let applied = try await PostgresPool.withPool(PostgresConfiguration(url: url), logger: Connection.logger) { pool in
                try await pool.ready(within: .seconds(10))
                return try await Migrator.migrate(pool)
            }
            print(applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", ")).")
        }
    }
}
