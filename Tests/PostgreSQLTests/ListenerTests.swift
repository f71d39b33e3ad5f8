// SPDX-License-Identifier: EUPL-1.2

import Logging
import PostgreSQL
import Testing

extension ServerTests {
    @Suite("Listener")
    struct ListenerTests {
        private let channel = "test_\(UInt64.random(in: 0 ... .max))"

        private func notify(_ payload: String, _ pool: PostgresPool) async throws {
            _ = try await pool.withConnection { try await $0.execute(Statement("notify", "select pg_notify($1, $2)"), channel, payload) }
        }

        @Test("it says resync, then what it hears, and after its connection was lost again resync and what comes next")
        func reconnect() async throws {
            var configuration = try TestServer.configuration()
            configuration.applicationName = channel
            let listener = PostgresListener(
                configuration: configuration, channels: [channel, "Other \"channel\""], logger: Logger(label: "test"))
            try await TestServer.withPool(size: 2) { pool in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await listener.run() }
                    var events = listener.events.makeAsyncIterator()
                    #expect(await events.next() == .resync)
                    try await notify("one", pool)
                    #expect(await events.next() == .notification(channel: channel, payload: "one"))
                    try await pool.withConnection { connection in
                        let end = Statement("end", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1")
                        let ended = try await connection.execute(end, channel)
                        #expect(ended == 1)
                    }
                    #expect(await events.next() == .resync)
                    try await notify("two", pool)
                    #expect(await events.next() == .notification(channel: channel, payload: "two"))
                    group.cancelAll()
                    #expect(await events.next() == nil)
                    try await group.waitForAll()
                }
            }
        }

        @Test("a reader whose task is cancelled is let go")
        func cancelledReader() async throws {
            let listener = PostgresListener(configuration: try TestServer.configuration(), channels: [], logger: Logger(label: "test"))
            let reader = Task {
                var events = listener.events.makeAsyncIterator()
                return await events.next()
            }
            reader.cancel()
            #expect(await reader.value == nil)
        }
    }
}
