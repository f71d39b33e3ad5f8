// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Logging
import PostgreSQL
import Testing

extension Tag {
    @Tag static var server: Self
}

/// Everything that needs a PostgreSQL server, one test after the other.
@Suite("PostgreSQL server", .serialized, .tags(.server), .timeLimit(.minutes(2)))
enum ServerTests {}

/// The server that `Ops/services` runs, or any other whose owner may create tables.
enum TestServer {
    struct Missing: Error, CustomStringConvertible {
        let description = "KETENROUTE_DATABASE_URL is not set: run `Ops/services start` and `eval \"$(Ops/services env)\"`"
    }

    static func configuration(poolSize: Int = 4) throws -> PostgresConfiguration {
        guard let url = getenv("KETENROUTE_DATABASE_URL") else { throw Missing() }
        return PostgresConfiguration(url: String(cString: url), applicationName: "ketenroute-tests", poolSize: poolSize)
    }

    /// Runs `body` with a pool on the server.
    static func withPool<Value: Sendable>(
        size: Int = 4, _ change: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var configuration = try configuration(poolSize: size)
        change(&configuration)
        return try await PostgresPool.withPool(configuration, body)
    }

    /// Makes a table of its own for the test and drops it afterwards.
    static func withTable<Value: Sendable>(
        _ pool: PostgresPool, _ columns: String, _ body: @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let table = "test_\(UInt64.random(in: 0 ... .max))"
        try await pool.withConnection { try await $0.simple("create table \(table) (\(columns))") }
        do {
            let value = try await body(table)
            try await pool.withConnection { try await $0.simple("drop table \(table)") }
            return value
        } catch {
            try? await pool.withConnection { try await $0.simple("drop table \(table)") }
            throw error
        }
    }

    /// Ends a server process as an operator would.
    static func terminate(_ process: Int32, through pool: PostgresPool) async throws {
        try await pool.withConnection { connection in
            _ = try await connection.execute(Statement("terminate", "select pg_terminate_backend($1)"), process)
        }
    }

    /// Waits until some session runs `marker` and waits for what `event` says (`PgSleep`, `transactionid`).
    static func untilRunning(_ marker: String, through pool: PostgresPool) async throws {
        let statement = Statement(
            "running",
            "select count(*) from pg_stat_activity where state = 'active' and query like '%' || $1::text || '%' and pid <> pg_backend_pid()"
        )
        while try await pool.withConnection({ try await $0.query(statement, marker)[0].decode(0, as: Int.self) }) == 0 {
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// The error that `body` ends with, if it is one of ours.
func postgresError(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> some Sendable
) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? PostgresError }
}
