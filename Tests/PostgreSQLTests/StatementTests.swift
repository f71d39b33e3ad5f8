// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Logging
import PostgreSQL
import Testing

extension ServerTests {
    @Suite("Statements")
    struct StatementTests {
        private static let one = Statement("one", "select $1::int8 as value")

        @Test("execute tells how many rows it touched, query gives them with their names")
        func rowsAndCounts() async throws {
            try await TestServer.withPool { pool in
                try await TestServer.withTable(pool, "id int8 primary key, name text") { table in
                    try await pool.withConnection { connection in
                        let insert = Statement("insert", "insert into \(table) select * from unnest($1::int8[], $2::text[])")
                        #expect(try await connection.execute(insert, [1, 2, 3], ["a", nil, "c"]) == 3)
                        let rows = try await connection.query(Statement("read", "select id, name as \"Name\" from \(table) order by id"))
                        #expect(rows.columnNames == ["id", "Name"])
                        #expect(try rows.map { try $0.decode("Name", as: String?.self) } == ["a", nil, "c"])
                        #expect(try rows.map { try $0.decode(0, as: Int.self) } == [1, 2, 3])
                        #expect(rows.affectedRows == 3)
                    }
                }
            }
        }

        @Test("an error in the middle of a batch names its statement, undoes all of it, and leaves the connection usable")
        func errorInBatch() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await TestServer.withTable(pool, "id int8 primary key") { table in
                    let insert = Statement("insert_id", "insert into \(table) values ($1)")
                    let error = await postgresError {
                        try await pool.withConnection { connection in
                            try await connection.batch { batch in
                                batch.add(insert, 1)
                                batch.add(Statement("divide", "select 1 / $1::int8"), 0)
                                batch.add(insert, 2)
                            }
                        }
                    }
                    #expect(error?.sqlState == "22012")
                    #expect(error?.statement == "divide")
                    try await pool.withConnection { connection in
                        #expect(
                            try await connection.query(Statement("count", "select count(*) from \(table)"))[0].decode(0, as: Int.self) == 0)
                        let rows = try await connection.batch([BoundStatement(insert, 1), BoundStatement(insert, 2)])
                        #expect(rows.map(\.affectedRows) == [1, 1])
                    }
                    #expect(pool.statistics.connectsTotal == 1)
                }
            }
        }

        @Test("a statement that cannot be prepared gives its own error, each time, and spoils nothing")
        func failedPrepare() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    for _ in 0..<3 {
                        let error = await postgresError { try await connection.query(Statement("wrong", "select nothing from nowhere")) }
                        #expect(error?.sqlState == "42P01")
                        #expect(error?.statement == "wrong")
                    }
                    // In a transaction nothing is prepared a second time: a name that wrongly counted as known would be seen.
                    let inside = await postgresError {
                        try await connection.withTransaction { _ = try await $0.query(Statement("wrong", "select nothing from nowhere")) }
                    }
                    #expect(inside?.sqlState == "42P01")
                    let found = try await connection.query(StatementTests.one, 5)[0].decode("value", as: Int.self)
                    #expect(found == 5)
                }
            }
        }

        @Test("a change of the schema under a prepared statement is not seen by the caller")
        func staleStatement() async throws {
            try await TestServer.withPool { pool in
                try await TestServer.withTable(pool, "id int8") { table in
                    let all = Statement("all", "select * from \(table)")
                    try await pool.withConnection { connection in
                        #expect(try await connection.query(all).columnNames == ["id"])
                        try await connection.simple("alter table \(table) add column name text")
                        #expect(try await connection.query(all).columnNames == ["id", "name"])
                        try await connection.simple("deallocate all")
                        #expect(try await connection.query(all).columnNames == ["id", "name"])
                    }
                    // In a transaction the whole of it is run again.
                    try await pool.withConnection { try await $0.simple("alter table \(table) add column age int8") }
                    let names = try await pool.withTransaction { try await $0.query(all).columnNames }
                    #expect(names == ["id", "name", "age"])
                }
            }
        }

        @Test("more statements than the cache holds go on working")
        func cacheOverflow() async throws {
            try await TestServer.withPool(size: 1, { $0.statementsMax = 4 }) { pool in
                try await pool.withConnection { connection in
                    for round in 0..<3 {
                        let rows = try await connection.batch(
                            (0..<10).map { BoundStatement(Statement("s\($0)", "select $1::int8 + \($0)"), round) })
                        #expect(try rows.map { try $0[0].decode(0, as: Int.self) } == (0..<10).map { $0 + round })
                    }
                    let prepared = Statement("prepared", "select count(*) from pg_prepared_statements")
                    #expect(try await connection.query(prepared)[0].decode(0, as: Int.self) <= 4)
                }
            }
        }

        @Test("a wrong number of parameters is an error of the caller or the server, and the connection stays usable")
        func parameterCount() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    let error = await postgresError { try await connection.query(StatementTests.one) }
                    #expect(error?.sqlState == "08P01" || error?.sqlState == "42P02", "\(String(describing: error))")
                    let found = try await connection.query(StatementTests.one, 1).count
                    #expect(found == 1)
                }
            }
        }

        @Test("a script runs all its statements or, when one fails, none")
        func scripts() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await TestServer.withTable(pool, "id int8") { table in
                    try await pool.withConnection { connection in
                        try await connection.simple("insert into \(table) values (1); insert into \(table) values (2)")
                        let error = await postgresError {
                            try await connection.simple("insert into \(table) values (3); select 1 / 0; insert into \(table) values (4)")
                        }
                        #expect(error?.sqlState == "22012")
                        #expect(
                            try await connection.query(Statement("count", "select count(*) from \(table)"))[0].decode(0, as: Int.self) == 2)
                    }
                }
            }
        }

        @Test("an error in a script tells the line")
        func scriptLine() async throws {
            try await TestServer.withPool(size: 1) { pool in
                for (script, line) in [("select 1;\nselect 2;\nselect * from nowhere", 3), ("select * from nowhere", 1)] {
                    let alone = await postgresError { try await pool.withConnection { try await $0.simple(script) } }
                    #expect(alone?.message.hasSuffix("(line \(line) of the script)") == true, "\(String(describing: alone))")
                    let inside = await postgresError { try await pool.withTransaction { try await $0.simple(script) } }
                    #expect(inside?.message == alone?.message)
                }
            }
        }

        @Test(
            "COPY is refused with a message, and the connection is replaced",
            arguments: ["copy (select 1) to stdout", "create temp table c (a int); copy c from stdin"])
        func copy(script: String) async throws {
            try await TestServer.withPool(size: 1) { pool in
                let error = await postgresError { try await pool.withConnection { try await $0.simple(script) } }
                #expect(error?.code == .misuse)
                #expect(error?.message.contains("COPY") == true)
                let found = try await pool.withConnection { try await $0.query(StatementTests.one, 1).count }
                #expect(found == 1)
            }
        }

        @Test("many tasks share one connection's wire, scripts among them, and each gets its own answer")
        func pipelining() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<500 {
                            group.addTask {
                                if number % 50 == 0 { try await connection.simple("select 1; select 2") }
                                return try await connection.query(StatementTests.one, number)[0].decode("value", as: Int.self) == number
                            }
                        }
                        for try await isOwn in group { #expect(isOwn) }
                    }
                }
            }
        }

        @Test("large rows and large parameters pass in both directions at once")
        func largeData() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    let echo = Statement("echo", "select $1::bytea as value")
                    let block = [UInt8](repeating: 7, count: 400_000)
                    let rows = try await connection.batch((0..<30).map { _ in BoundStatement(echo, block) })
                    for row in rows { #expect(try row[0].decode("value", as: [UInt8].self) == block) }
                }
            }
        }

        @Test("the memory of ten thousand results is given back")
        func noLeak() async throws {
            try await TestServer.withPool(size: 1) { pool in
                let rows = Statement("rows", "select repeat('x', 10000) as value, $1::int8")
                func run(_ times: Int) async throws {
                    try await pool.withConnection { connection in
                        for number in 0..<times { _ = try await connection.query(rows, number)[0].decode("value", as: String.self) }
                    }
                }
                try await run(500)
                let before = try residentBytes()
                try await run(10_000)
                // A leak of the results alone would be 100 MB.
                let growth = try residentBytes() - before
                #expect(growth < 40_000_000)
            }
        }

        /// The second number of statm: resident pages.
        private func residentBytes() throws -> Int {
            let file = try #require(fopen("/proc/self/statm", "r"))
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 128)
            try #require(fgets(&line, 127, file) != nil)
            let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
            return try #require(Int(fields[1])) * sysconf(Int32(_SC_PAGESIZE))
        }
    }
}
