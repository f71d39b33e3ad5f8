// SPDX-License-Identifier: EUPL-1.2

import Glibc
import PostgreSQL
import Reactor
import Testing
import Values

extension ServerTests {
    @Suite("Lost connections, cancellation, deadlines")
    struct FailureTests {
        private static let one = Statement("one", "select 1::int8")

        private func isUsable(_ pool: PostgresPool) async throws -> Bool {
            try await pool.withConnection { try await $0.query(FailureTests.one)[0].decode(0, as: Int.self) } == 1
        }

        @Test("a server process that ends under a query fails it at once with the reason, and the pool goes on")
        func terminatedInQuery() async throws {
            try await TestServer.withPool(size: 2) { pool in
                let error = await postgresError {
                    try await pool.withConnection { connection in
                        let process = connection.backendProcess
                        async let sleeping = connection.query(Statement("sleep", "select pg_sleep(60) /* ended under a query */"))
                        try await TestServer.untilRunning("ended under a query", through: pool)
                        try await TestServer.terminate(process, through: pool)
                        return try await sleeping
                    }
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.sqlState == "57P01")
                let found = try await isUsable(pool)
                #expect(found)
            }
        }

        @Test("a server process that ends inside a transaction loses it, and says so")
        func terminatedInTransaction() async throws {
            try await TestServer.withPool(size: 2) { pool in
                try await TestServer.withTable(pool, "id int8") { table in
                    let error = await postgresError {
                        try await pool.withTransaction { connection in
                            _ = try await connection.execute(Statement("insert", "insert into \(table) values (1)"))
                            try await TestServer.terminate(connection.backendProcess, through: pool)
                            while true { _ = try await connection.query(FailureTests.one) }
                        }
                    }
                    #expect(error?.code == .connectionLost)
                    let found = try await pool.withConnection { try await $0.query(Statement("all", "select * from \(table)")).isEmpty }
                    #expect(found)
                }
            }
        }

        @Test("a connection that ends while idle is replaced before anybody gets it")
        func terminatedWhileIdle() async throws {
            try await TestServer.withPool(size: 2, { $0.poolSizeMin = 2 }) { pool in
                while pool.statistics.idle < 2 { try await Task.sleep(for: .milliseconds(1)) }
                let process = try await pool.withConnection { $0.backendProcess }
                try await TestServer.withPool(size: 1) { other in try await TestServer.terminate(process, through: other) }
                while pool.statistics.connectsTotal < 3 || pool.statistics.idle < 2 { try await Task.sleep(for: .milliseconds(1)) }
                for _ in 0..<4 { #expect(try await isUsable(pool)) }
            }
        }

        @Test("a connection that ends in COMMIT leaves the outcome open, and the body is not run again")
        func commitOutcomeUnknown() async throws {
            try await TestServer.withPool(size: 2) { pool in
                // A deferred trigger holds COMMIT long enough to end its process there.
                try await TestServer.withTable(pool, "id int8") { table in
                    try await pool.withConnection { connection in
                        try await connection.simple(
                            """
                            create function \(table)_wait() returns trigger language plpgsql as
                              'begin perform pg_sleep(60); return null; end';
                            create constraint trigger held_commit after insert on \(table)
                              deferrable initially deferred for each row execute function \(table)_wait();
                            """)
                    }
                    let runs = Tally()
                    async let outcome = postgresError {
                        try await pool.withTransaction { connection in
                            await runs.add()
                            _ = try await connection.execute(Statement("insert", "insert into \(table) values (1)"))
                            Task { [process = connection.backendProcess] in
                                try await TestServer.untilRunning("COMMIT", through: pool)
                                try await TestServer.terminate(process, through: pool)
                            }
                        }
                    }
                    let error = await outcome
                    #expect(error?.code == .commitOutcomeUnknown)
                    #expect(await runs.count == 1)
                    try await pool.withConnection { try await $0.simple("drop function \(table)_wait cascade") }
                }
            }
        }

        @Test("cancelling a task cancels its query on the server, and the connection is used again")
        func cancellation() async throws {
            try await TestServer.withPool(size: 2) { pool in
                _ = try await pool.withConnection { _ in try await isUsable(pool) }
                let connects = pool.statistics.connectsTotal
                for _ in 0..<10 {
                    let task = Task {
                        try await pool.withConnection {
                            try await $0.query(Statement("sleep", "select pg_sleep(60) /* to be cancelled */"))
                        }
                    }
                    try await TestServer.untilRunning("to be cancelled", through: pool)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await isUsable(pool))
                }
                #expect(pool.statistics.connectsTotal == connects)
            }
        }

        @Test("cancelling at any moment leaves every continuation resumed once and every connection usable", arguments: [UInt64(1), 2, 3])
        func cancellationAtAnyMoment(seed: UInt64) async throws {
            try await TestServer.withPool(size: 2) { pool in
                var generator = SplitMix64(seed: seed)
                for _ in 0..<60 {
                    let task = Task {
                        try await pool.withTransaction { connection in
                            for _ in 0..<20 { _ = try await connection.query(Statement("nap", "select pg_sleep(0.0005)")) }
                        }
                    }
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...15_000, using: &generator)))
                    task.cancel()
                    switch await task.result {
                    case .success: break
                    case .failure(let error): #expect(error is CancellationError, "seed \(seed): \(error)")
                    }
                    #expect(try await isUsable(pool), "seed \(seed)")
                }
                #expect(pool.statistics.waiting == 0)
            }
        }

        @Test("cancelling inside a transaction rolls it back")
        func cancelledTransaction() async throws {
            try await TestServer.withPool(size: 2) { pool in
                try await TestServer.withTable(pool, "id int8") { table in
                    let task = Task {
                        try await pool.withTransaction { connection in
                            _ = try await connection.execute(Statement("insert", "insert into \(table) values (1)"))
                            _ = try await connection.query(Statement("sleep", "select pg_sleep(60) /* held in a transaction */"))
                        }
                    }
                    try await TestServer.untilRunning("held in a transaction", through: pool)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await pool.withConnection { try await $0.query(Statement("all", "select * from \(table)")).isEmpty })
                }
            }
        }

        @Test("a deadline ends the query, refuses the next one, and leaves no trace on the connection")
        func deadline() async throws {
            try await TestServer.withPool(size: 1) { pool in
                // Connecting must not eat the deadline.
                try await pool.ready()
                let error = await postgresError {
                    try await pool.withConnection(deadline: .milliseconds(100)) { connection in
                        try await connection.query(Statement("sleep", "select pg_sleep(60)"))
                    }
                }
                #expect(error?.code == .deadlineExceeded)
                #expect(error?.statement == "sleep")
                let late = await postgresError {
                    try await pool.withConnection(deadline: .milliseconds(50)) { connection in
                        try await Task.sleep(for: .milliseconds(60))
                        _ = try await connection.query(FailureTests.one)
                    }
                }
                #expect(late?.code == .deadlineExceeded)
                let timeout = try await pool.withConnection {
                    try await $0.query(Statement("timeout", "show statement_timeout"))[0].decode(0, as: String.self)
                }
                #expect(timeout == "0")
                #expect(pool.statistics.connectsTotal == 1)
            }
        }

        @Test("a statement that the server will not cancel is left behind with its connection", arguments: [false, true])
        func stubbornStatement(byCancellation: Bool) async throws {
            let stubborn = """
                do $$ begin
                  loop
                    begin perform pg_sleep(60); exception when query_canceled then null; end;
                  end loop;
                end $$ /* stubborn */
                """
            try await TestServer.withPool(size: 2) { pool in
                try await pool.ready()
                let process = Lock<Int32>(0)
                let deadline: Duration? = byCancellation ? nil : .seconds(1)
                let task = Task {
                    try await pool.withConnection(deadline: deadline) { connection in
                        process.withLock { $0 = connection.backendProcess }
                        _ = try await connection.query(Statement("stubborn", stubborn))
                    }
                }
                try await TestServer.untilRunning("stubborn */", through: pool)
                if byCancellation { task.cancel() }
                switch await task.result {
                case .success: Issue.record("it ended")
                case .failure(let error):
                    #expect(byCancellation ? error is CancellationError : (error as? PostgresError)?.code == .deadlineExceeded)
                }
                try await TestServer.terminate(process.withLock { $0 }, through: pool)
                #expect(try await isUsable(pool))
            }
        }

        @Test("a server process that has stopped to run does not outlast the deadline")
        func frozenProcess() async throws {
            try await TestServer.withPool(size: 2) { pool in
                let process = Lock<Int32>(0)
                defer { process.withLock { _ = $0 > 0 ? kill($0, SIGCONT) : 0 } }
                let error = await postgresError {
                    try await pool.withConnection(deadline: .seconds(2)) { connection in
                        _ = try await connection.query(FailureTests.one)
                        let backend = connection.backendProcess
                        let stopped = kill(backend, SIGSTOP)
                        try #require(stopped == 0)
                        process.withLock { $0 = backend }
                        _ = try await connection.query(FailureTests.one)
                    }
                }
                #expect(error?.code == .deadlineExceeded)
                #expect(process.withLock { $0 } > 0)
                let found = try await isUsable(pool)
                #expect(found)
            }
        }

        @Test("a deadline covers all the attempts of a transaction and rolls back what it cut off")
        func deadlineInTransaction() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await TestServer.withTable(pool, "id int8") { table in
                    let error = await postgresError {
                        try await pool.withTransaction(deadline: .milliseconds(100)) { connection in
                            _ = try await connection.execute(Statement("insert", "insert into \(table) values (1)"))
                            _ = try await connection.query(Statement("sleep", "select pg_sleep(60)"))
                        }
                    }
                    #expect(error?.code == .deadlineExceeded)
                    let found = try await pool.withConnection { try await $0.query(Statement("all", "select * from \(table)")).isEmpty }
                    #expect(found)
                }
            }
        }
    }
}
