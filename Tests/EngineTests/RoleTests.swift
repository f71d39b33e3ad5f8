// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing

@testable import CaseStore
@testable import PostgreSQL

/// History is written once: the database itself holds the engine to that, whatever the engine's code does.
@Suite("The rights of the engine's role", .serialized, .timeLimit(.minutes(2)))
struct RoleTests {
    private static let insufficientPrivilege = "42501"

    private func url(_ variable: String) throws -> String {
        try #require(ProcessInfo.processInfo.environment[variable], "\(variable) is not set; run Ops/test")
    }

    /// Migrates as the owner, then runs `body` as the engine.
    private func asEngine(_ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let owner = PostgresConfiguration(url: try url("KETENROUTE_DATABASE_URL"), poolSize: 1)
        try await PostgresPool.withPool(owner, logger: logger) { _ = try await Migrator.migrate($0) }
        let engine = PostgresConfiguration(url: try url("KETENROUTE_TEST_ENGINE_DATABASE_URL"), poolSize: 1)
        try await PostgresPool.withPool(engine, logger: logger) { pool in
            let user = try await pool.withConnection {
                try await $0.query(Statement("user", "select current_user::text"))[0].decode(0, as: String.self)
            }
            try #require(user == "ketenroute_engine")
            try await body(pool)
        }
    }

    private func expectRefused(_ sql: String, _ pool: PostgresPool) async throws {
        let error = await #expect(throws: PostgresError.self, "\(sql)") { try await pool.withConnection { try await $0.simple(sql) } }
        #expect(error?.sqlState == Self.insufficientPrivilege, "\(sql): \(String(describing: error))")
    }

    @Test(
        "may read and add to what is history, and never change, remove or empty it",
        arguments: ["event", "disclosure", "operator_action", "workflow_version"])
    func history(table: String) async throws {
        try await asEngine { pool in
            try await pool.withConnection { try await $0.simple("select from \(table) limit 1") }
            // Any column will do: the right is asked before the row is looked for.
            let column = try await pool.withConnection { connection in
                let columns = Statement("columns", "select column_name::text from information_schema.columns where table_name = $1 limit 1")
                return try await connection.query(columns, table)[0].decode(0, as: String.self)
            }
            for statement in [
                "update \(table) set \(column) = \(column)", "delete from \(table)", "truncate \(table)",
                "select from \(table) for update",
            ] { try await expectRefused(statement, pool) }
        }
    }

    @Test("nor a partition of it, behind its back")
    func partitions() async throws {
        try await asEngine { pool in
            let partitions = try await pool.withConnection { connection in
                try await connection.query(
                    Statement(
                        "partitions",
                        "select inhrelid::regclass::text from pg_inherits where inhparent in ('event'::regclass, 'disclosure'::regclass)")
                )
                .map { try $0.decode(0, as: String.self) }
            }
            for partition in partitions { try await expectRefused("delete from \(partition)", pool) }
        }
    }

    @Test(
        "may not define anything",
        arguments: [
            "create table own (id int)", "alter table cases add column own int", "drop table event", "create schema own",
            "create function own() returns int language sql as 'select 1'", "create index on event (case_id)",
            "alter table event disable trigger all", "set role ketenroute_owner",
            "create role own", "comment on table event is 'own'",
        ])
    func definitions(sql: String) async throws {
        try await asEngine { try await expectRefused(sql, $0) }
    }
}
