// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reactor
import ServiceLifecycle
import Testing

@testable import PostgreSQL

extension ServerTests {
    @Suite("Pool")
    struct PoolTests {
        private static let one = Statement("one", "select $1::int8")

        @Test(
            "ready throws what the server said",
            arguments: [
                ("postgresql://127.0.0.1:1/nowhere", "refused"), ("dbname=does_not_exist_here", "does not exist"),
            ])
        func notReady(suffix: String, text: String) async throws {
            let base = try TestServer.configuration()
            // Keywords cannot follow a URL; a host that nobody serves needs none of it.
            var configuration = base
            configuration.url =
                suffix.hasPrefix("postgresql:") ? suffix : base.url.map { replacingDatabase(in: $0, by: "does_not_exist_here") }
            let error = await postgresError {
                try await PostgresPool.withPool(configuration) { try await $0.ready(within: .seconds(2)) }
            }
            #expect(error?.code == .connectFailed)
            #expect(error?.message.contains(text) == true, "\(String(describing: error))")
        }

        private func replacingDatabase(in url: String, by name: String) -> String {
            guard let slash = url.lastIndex(of: "/") else { return url }
            let options = url[slash...].firstIndex(of: "?").map { url[$0...] } ?? ""
            return url[...slash] + name + options
        }

        @Test("two hundred tasks on four connections are all served")
        func manyTasks() async throws {
            try await TestServer.withPool(size: 4) { pool in
                let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            try await pool.withConnection { try await $0.query(PoolTests.one, number)[0].decode(0, as: Int.self) }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(sum == 19_900)
                #expect(pool.statistics.connectsTotal <= 4)
                #expect(pool.statistics.leased == 0 && pool.statistics.waiting == 0)
            }
        }

        @Test("an exhausted pool serves in order of arrival and tells who waited too long")
        func exhaustion() async throws {
            try await TestServer.withPool(size: 1) { pool in
                let served = Lock<[Int]>([])
                try await pool.withConnection { _ in
                    let error = await postgresError { try await pool.withConnection(deadline: .milliseconds(50)) { _ in } }
                    #expect(error?.code == .acquireTimeout)
                    #expect(error?.message.contains("1 are lent") == true)
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let gate = Meeting(parties: 2)
                    group.addTask { try await pool.withConnection { _ in await gate.arrive() } }
                    while pool.statistics.leased == 0 { await Task.yield() }
                    for number in 0..<5 {
                        group.addTask { try await pool.withConnection { _ in served.withLock { $0.append(number) } } }
                        while pool.statistics.waiting <= number { await Task.yield() }
                    }
                    await gate.arrive()
                    try await group.waitForAll()
                }
                #expect(served.withLock { $0 } == [0, 1, 2, 3, 4])
            }
        }

        @Test("a waiter whose task is cancelled leaves the queue")
        func cancelledWaiter() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    let task = Task { try await pool.withConnection { _ in } }
                    while pool.statistics.waiting == 0 { await Task.yield() }
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(pool.statistics.waiting == 0)
                    _ = try await connection.query(PoolTests.one, 1)
                }
            }
        }

        @Test("without run() a lease says what is missing")
        func notRunning() async throws {
            var configuration = try TestServer.configuration()
            configuration.acquireTimeout = .milliseconds(50)
            let pool = PostgresPool(configuration: configuration, logger: Logger(label: "test"))
            let error = await postgresError { try await pool.withConnection { _ in } }
            #expect(error?.message.contains("run()") == true)
        }

        @Test("in a service group the pool ends after its leases, and then refuses")
        func serviceGroup() async throws {
            let pool = PostgresPool(configuration: try TestServer.configuration(), logger: Logger(label: "test"))
            let group = ServiceGroup(services: [pool], logger: Logger(label: "test"))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await pool.withConnection { connection in
                    await group.triggerGracefulShutdown()
                    let found = try await connection.query(PoolTests.one, 1).count
                    #expect(found == 1)
                }
                try await tasks.waitForAll()
            }
            let error = await postgresError { try await pool.withConnection { _ in } }
            #expect(error?.code == .poolClosed)
        }

        @Test("cancelling the pool ends the leases that still run")
        func cancelledPool() async throws {
            let pool = PostgresPool(configuration: try TestServer.configuration(), logger: Logger(label: "test"))
            let running = Task { try await pool.run() }
            let lease = Task {
                try await pool.withConnection { try await $0.query(Statement("sleep", "select pg_sleep(60)")) }
            }
            while pool.statistics.leased == 0 { await Task.yield() }
            running.cancel()
            try await running.value
            let error = await postgresError { try await lease.value }
            #expect(error?.code == .connectionLost)
        }

        @Test("inside a lease no await leaves the connection's thread")
        func noForeignEnqueues() async throws {
            try await TestServer.withPool(size: 1) { pool in
                let (reactor, before) = try await pool.withConnection { connection in
                    _ = try await connection.query(PoolTests.one, 1)
                    let before = connection.reactor.statistics
                    for number in 0..<1_000 { _ = try await connection.query(PoolTests.one, number) }
                    return (connection.reactor, before)
                }
                let after = reactor.statistics
                #expect(after.jobs - before.jobs >= 1_000)
                #expect(after.jobsFromOtherThreads - before.jobsFromOtherThreads <= 4)
            }
        }

        @Test("a ticker on the cooperative pool goes on while more connections sleep than it has threads")
        func ticker() async throws {
            let count = 16
            try await TestServer.withPool(size: count) { pool in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            _ = try await pool.withConnection { try await $0.query(Statement("sleep", "select pg_sleep(600)")) }
                        }
                    }
                    while pool.statistics.leased < count { try await Task.sleep(for: .milliseconds(1)) }
                    var ticks = 0
                    for _ in 0..<300 {
                        try await Task.sleep(for: .milliseconds(1))
                        ticks += 1
                    }
                    // All of them still sleep, so no tick waited for one of them.
                    #expect(ticks == 300 && pool.statistics.leased == count)
                    group.cancelAll()
                    await #expect(throws: CancellationError.self) { try await group.waitForAll() }
                }
            }
        }

        @Test("the cooperative pool breathes while more statements wait than it has threads")
        func nothingBlocks() async throws {
            let count = 16
            try await TestServer.withPool(size: count + 1) { pool in
                let key = Int64.random(in: .min ... .max)
                let lock = Statement("lock", "select pg_advisory_lock($1)")
                let unlock = Statement("unlock", "select pg_advisory_unlock($1)")
                let waiting = Statement(
                    "waiting",
                    "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"
                )
                try await pool.withConnection { holder in
                    _ = try await holder.query(lock, key)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<count {
                            group.addTask {
                                try await pool.withConnection { connection in
                                    _ = try await connection.batch { batch in
                                        batch.add(lock, key)
                                        batch.add(unlock, key)
                                    }
                                }
                            }
                        }
                        // Were a thread of the cooperative pool blocked for each of them, this would never come to its end.
                        while try await holder.query(waiting)[0].decode(0, as: Int.self) < count { await Task.yield() }
                        _ = try await holder.query(unlock, key)
                        try await group.waitForAll()
                    }
                }
            }
        }
    }
}
