// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import PostgreSQL

@Suite("Postgres error")
struct PostgresErrorTests {
    @Test(
        "the SQLSTATE decides the code",
        arguments: [
            ("40001", PostgresError.Code.serializationFailure, true), ("40P01", .deadlockDetected, true),
            ("26000", .staleStatement, true), ("23505", .uniqueViolation, false), ("23503", .foreignKeyViolation, false),
            ("23514", .checkViolation, false), ("57014", .queryCancelled, false), ("57P01", .connectionLost, false),
            ("08006", .connectionLost, false), ("42P01", .server, false),
        ])
    func codes(sqlState: String, code: PostgresError.Code, isRetryable: Bool) {
        #expect(PostgresError.Code(sqlState: sqlState) == code)
        #expect(PostgresError(.init(sqlState: sqlState), "").isRetryable == isRetryable)
    }

    @Test("the description has the facts and leaves out what may quote a row")
    func description() {
        let error = PostgresError(
            .uniqueViolation, "duplicate key value violates unique constraint \"case_pkey\"", sqlState: "23505",
            detail: "Key (id)=(42) already exists.", constraint: "case_pkey", statement: "insert_case")
        #expect(
            error.description
                == "uniqueViolation (SQLSTATE 23505) in statement insert_case: duplicate key value violates unique constraint "
                + "\"case_pkey\" [constraint case_pkey]")
    }

    @Test("a data exception's value does not reach the description")
    func dataException() {
        let error = PostgresError(.server, "invalid input syntax for type integer: \"geheim\"", sqlState: "22P02")
        #expect(!error.description.contains("geheim"))
    }

    @Test("a configuration does not show its URL")
    func configuration() {
        #expect(!PostgresConfiguration(url: "postgresql://owner:secret@host/db").description.contains("secret"))
    }
}
