// SPDX-License-Identifier: EUPL-1.2

import Crypto
public import PostgreSQL

/// Brings the database to the schema that this program needs, one numbered script after the other.
public enum Migrator {
    struct Migration: Sendable {
        let number: Int
        let name: String
        let script: String

        var digest: [UInt8] { Array(SHA256.hash(data: Array(script.utf8))) }
    }

    static let migrations = [
        Migration(number: 1, name: "cases", script: String(decoding: PackageResources.v001_cases_sql, as: UTF8.self)),
        Migration(number: 2, name: "many reports", script: String(decoding: PackageResources.v002_many_reports_sql, as: UTF8.self)),
        Migration(number: 3, name: "pace", script: String(decoding: PackageResources.v003_pace_sql, as: UTF8.self)),
        Migration(number: 4, name: "partner outbox", script: String(decoding: PackageResources.v004_partner_outbox_sql, as: UTF8.self)),
    ]

    /// Applies what is missing, all in one transaction; two that run at once wait for each other.
    ///
    /// - Returns: the names of the scripts that were applied.
    /// - Throws: ``MigrationError`` where an applied script has been changed since, or the database is ahead of the program.
    public static func migrate(_ pool: PostgresPool) async throws -> [String] {
        try await pool.withTransaction { connection in
            _ = try await connection.query(SchemaStatements.lock)
            try await connection.simple(SchemaStatements.prepare)
            let pending = try check(try await connection.query(SchemaStatements.applied))
            for migration in pending {
                try await connection.simple(migration.script)
                _ = try await connection.execute(SchemaStatements.note, Int32(migration.number), migration.name, migration.digest)
            }
            return pending.map(\.name)
        }
    }

    /// - Throws: ``MigrationError`` where the database does not have exactly the schema of this program.
    public static func requireCurrent(_ pool: PostgresPool) async throws {
        let pending = try await pool.withConnection { connection in
            guard try await connection.query(SchemaStatements.exists).first?.decode("found", as: Bool.self) == true else {
                return migrations
            }
            return try check(try await connection.query(SchemaStatements.applied))
        }
        guard pending.isEmpty else { throw MigrationError.behind(pending.map(\.name)) }
    }

    private static func check(_ applied: PostgresRows) throws -> [Migration] {
        var numbers: Set<Int> = []
        for row in applied {
            let number = Int(try row.decode("number", as: Int32.self))
            guard let migration = migrations.first(where: { $0.number == number }) else { throw MigrationError.ahead(number) }
            guard try row.decode("digest", as: [UInt8].self) == migration.digest else { throw MigrationError.changed(migration.name) }
            numbers.insert(number)
        }
        return migrations.filter { !numbers.contains($0.number) }
    }
}

public enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    case behind([String])
    case ahead(Int)
    case changed(String)

    public var description: String {
        switch self {
        case .behind(let names): "the database lacks \(names.joined(separator: ", ")); run: ketenroute db migrate"
        case .ahead(let number): "the database has migration \(number), which this program does not know; run a newer program"
        case .changed(let name): "migration '\(name)' has been applied in another form; a script is never changed after it was released"
        }
    }
}
