// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL
import Testing

extension ServerTests {
    @Suite("Transactions")
    struct TransactionTests {
        private struct Refused: Error {}

        /// A table of counters `id, value`, with ids 1 and 2.
        private func withCounters<Value: Sendable>(
            _ pool: PostgresPool, _ body: @Sendable (_ table: String) async throws -> Value
        ) async throws -> Value {
            try await TestServer.withTable(pool, "id int8 primary key, value int8 not null") { table in
                try await pool.withConnection { try await $0.simple("insert into \(table) values (1, 0), (2, 0)") }
                return try await body(table)
            }
        }

        private func values(_ table: String, _ pool: PostgresPool) async throws -> [Int] {
            try await pool.withConnection { connection in
                try await connection.query(Statement("values", "select value from \(table) order by id")).map { try $0.decode(0) }
            }
        }

        @Test("a body that returns is committed, one that throws is rolled back", arguments: IsolationLevel.allCases)
        func commitAndRollback(level: IsolationLevel) async throws {
            try await TestServer.withPool(size: 2) { pool in
                try await withCounters(pool) { table in
                    let set = Statement("set", "update \(table) set value = $1 where id = 1")
                    let isolation = try await pool.withTransaction(isolation: level) { connection in
                        _ = try await connection.execute(set, 1)
                        return try await connection.query(Statement("isolation", "show transaction_isolation"))[0].decode(
                            0, as: String.self)
                    }
                    #expect(isolation.uppercased() == level.rawValue)
                    await #expect(throws: Refused.self) {
                        try await pool.withTransaction(isolation: level) { connection in
                            _ = try await connection.execute(set, 2)
                            throw Refused()
                        }
                    }
                    #expect(try await values(table, pool) == [1, 0])
                }
            }
        }

        @Test("a body that hides the failure of a statement is told that nothing was committed")
        func hiddenFailure() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await withCounters(pool) { table in
                    let error = await postgresError {
                        try await pool.withTransaction { connection in
                            _ = try await connection.execute(Statement("set", "update \(table) set value = 1"))
                            _ = try? await connection.query(Statement("wrong", "select 1 / 0"))
                        }
                    }
                    #expect(error?.code == .transactionAborted)
                    #expect((error?.underlying as? PostgresError)?.sqlState == "22012")
                    let found = try await values(table, pool)
                    #expect(found == [0, 0])
                }
            }
        }

        @Test("a failure that the body undoes with a savepoint does not hinder the commit")
        func savepoints() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await withCounters(pool) { table in
                    try await pool.withTransaction { connection in
                        _ = try await connection.execute(Statement("set", "update \(table) set value = 1"))
                        try await connection.simple("savepoint s")
                        _ = try? await connection.execute(Statement("twice", "insert into \(table) values (1, 0)"))
                        try await connection.simple("rollback to savepoint s")
                    }
                    #expect(try await values(table, pool) == [1, 1])
                }
            }
        }

        @Test("a constraint that fails at COMMIT is the caller's error, and nothing is kept")
        func deferredConstraint() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await TestServer.withTable(pool, "id int8 unique deferrable initially deferred") { table in
                    let error = await postgresError {
                        try await pool.withTransaction { connection in
                            _ = try await connection.execute(Statement("twice", "insert into \(table) values (1), (1)"))
                        }
                    }
                    #expect(error?.code == .uniqueViolation)
                    #expect(error?.constraint?.isEmpty == false)
                    let found = try await pool.withConnection { try await $0.query(Statement("all", "select * from \(table)")).isEmpty }
                    #expect(found)
                }
            }
        }

        @Test("a batch in a transaction is part of it")
        func batchInTransaction() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await withCounters(pool) { table in
                    await #expect(throws: Refused.self) {
                        try await pool.withTransaction { connection in
                            try await connection.batch { batch in
                                batch.add(Statement("set", "update \(table) set value = $1 where id = $2"), 5, 1)
                                batch.add(Statement("set", "update \(table) set value = $1 where id = $2"), 6, 2)
                            }
                            throw Refused()
                        }
                    }
                    let found = try await values(table, pool)
                    #expect(found == [0, 0])
                }
            }
        }

        @Test("serializable transactions that collide are run again until all have counted")
        func serializationFailures() async throws {
            try await TestServer.withPool(size: 4) { pool in
                try await withCounters(pool) { table in
                    let read = Statement("read", "select value from \(table) where id = 1")
                    let write = Statement("write", "update \(table) set value = $1 where id = 1")
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<8 {
                            group.addTask {
                                for _ in 0..<5 {
                                    try await pool.withTransaction(isolation: .serializable, maximumAttempts: 100) { connection in
                                        let value = try await connection.query(read)[0].decode(0, as: Int.self)
                                        _ = try await connection.execute(write, value + 1)
                                    }
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(try await values(table, pool)[0] == 40)
                }
            }
        }

        @Test("with one attempt only, the server's 40001 reaches the caller, even out of an error of the body's own")
        func attemptsAreBounded() async throws {
            try await TestServer.withPool(size: 2) { pool in
                try await withCounters(pool) { table in
                    let error = await postgresError {
                        try await pool.withTransaction(isolation: .repeatableRead, maximumAttempts: 1) { connection in
                            _ = try await connection.query(Statement("read", "select * from \(table)"))
                            try await pool.withConnection { try await $0.simple("update \(table) set value = 9 where id = 1") }
                            do {
                                _ = try await connection.execute(Statement("set", "update \(table) set value = 1 where id = 1"))
                            } catch { throw Refused() }
                        }
                    }
                    #expect(error?.sqlState == "40001")
                    let found = try await values(table, pool)[0]
                    #expect(found == 9)
                }
            }
        }

        @Test("of two transactions in a real deadlock one is run again and both are committed")
        func deadlock() async throws {
            try await TestServer.withPool(size: 3) { pool in
                try await withCounters(pool) { table in
                    let add = Statement("add", "update \(table) set value = value + 1 where id = $1")
                    let meeting = Meeting(parties: 2)
                    let runs = Tally()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for order in [[1, 2], [2, 1]] {
                            group.addTask {
                                try await pool.withTransaction { connection in
                                    await runs.add()
                                    _ = try await connection.execute(add, order[0])
                                    await meeting.arrive()
                                    _ = try await connection.execute(add, order[1])
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(await runs.count >= 3)
                    #expect(try await values(table, pool) == [2, 2])
                }
            }
        }

        @Test("a transaction that the caller leaves open never comes back into the pool")
        func leakedTransaction() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await withCounters(pool) { table in
                    let before = pool.statistics.connectsTotal
                    try await pool.withConnection { connection in
                        try await connection.simple("begin; update \(table) set value = 7")
                    }
                    #expect(try await values(table, pool) == [0, 0])
                    #expect(pool.statistics.connectsTotal == before + 1)
                }
            }
        }

        @Test("a transaction without a statement sends nothing, and they do not nest")
        func emptyAndNested() async throws {
            try await TestServer.withPool(size: 1) { pool in
                let found = try await pool.withTransaction { _ in 1 }
                #expect(found == 1)
                let error = await postgresError {
                    try await pool.withTransaction { try await $0.withTransaction { _ in 1 } }
                }
                #expect(error?.code == .misuse)
            }
        }
    }
}

/// Lets its parties go on when all have come; who comes later goes on at once.
actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(parties: Int) { missing = parties }

    func arrive() async {
        missing -= 1
        guard missing > 0 else {
            for party in waiting { party.resume() }
            return waiting.removeAll()
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}

actor Tally {
    private(set) var count = 0
    func add() { count += 1 }
}
