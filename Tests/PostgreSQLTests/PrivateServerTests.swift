// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing

@testable import PostgreSQL

@Suite("A PostgreSQL of one's own", .serialized, .tags(.server), .timeLimit(.minutes(3)), .privateServer)
struct PrivateServerTests {
    private let server: PrivateServer

    init() throws { server = try #require(PrivateServer.current) }

    /// Connects once and says whether the connection is encrypted, and with which client certificate.
    private func visit(_ configuration: PostgresConfiguration) async throws -> (isEncrypted: Bool, certificate: String?) {
        try await PostgresPool.withPool(configuration) { pool in
            try await pool.ready(within: .seconds(10))
            return try await pool.withConnection { connection in
                let own = Statement("own", "select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()")
                let row = try await connection.query(own)[0]
                return (try row.decode("ssl"), try row.decode("client_dn"))
            }
        }
    }

    /// Why no connection can be made; nil when one can.
    private func refusal(_ configuration: PostgresConfiguration) async throws -> PostgresError? {
        try await PostgresPool.withPool(configuration) { pool in
            while true {
                let error = await postgresError { try await pool.ready(within: .milliseconds(50)) }
                // The first attempt may not have come to its end.
                if error?.code != .acquireTimeout { return error }
            }
        }
    }

    // MARK: TLS

    @Test("a certificate of the right authority with the right name is taken, and statements and cancelling work as ever")
    func verified() async throws {
        #expect(try await visit(server.trusted).isEncrypted)
        try await PostgresPool.withPool(server.trusted) { pool in
            let large = String(repeating: "é", count: 500_000)
            let echoed = try await pool.withConnection {
                try await $0.query(Statement("echo", "select $1::text"), large)[0].decode(0, as: String.self)
            }
            #expect(echoed == large)
            let task = Task {
                try await pool.withConnection { try await $0.query(Statement("sleep", "select pg_sleep(600) /* over TLS */")) }
            }
            try await TestServer.untilRunning("over TLS", through: pool)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test(
        "what cannot be trusted is refused, each for its own reason",
        arguments: [
            ("localhost", ["sslmode=verify-full", "sslrootcert={tls}/stranger.pem"], "certificate verify failed"),
            ("127.0.0.1", ["sslmode=verify-full", "sslrootcert={tls}/authority.pem"], "does not match host name"),
            ("localhost", ["sslmode=verify-full", "sslrootcert={tls}/none.pem"], "does not exist"),
            ("localhost", ["sslmode=disable"], "no pg_hba.conf entry"),
        ])
    func refused(host: String, parameters: [String], reason: String) async throws {
        let error = try await refusal(server.configuration("open", host: host, parameters.joined(separator: "&")))
        #expect(error?.code == .connectFailed)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("a client's certificate opens the role whose name it bears, and nothing else does")
    func clientCertificate() async throws {
        let authority = "sslmode=verify-full&sslrootcert={tls}/authority.pem"
        let known = server.configuration("tester", authority, "sslcert={tls}/client.pem", "sslkey={tls}/client.key")
        #expect(try await visit(known).certificate == "/CN=tester")
        let none = try await refusal(server.configuration("tester", authority, "sslcert=/nowhere"))
        #expect(none?.message.contains("valid client certificate") == true, "\(String(describing: none))")
        let stranger = try await refusal(
            server.configuration("tester", authority, "sslcert={tls}/stranger-client.pem", "sslkey={tls}/stranger-client.key"))
        #expect(stranger?.code == .connectFailed)
        #expect(stranger?.message.contains("unknown ca") == true, "\(String(describing: stranger))")
    }

    #if compiler(>=6.3)
    @Test("without a URL everything comes from the environment")
    func environment() async throws {
        // In a process of its own: the environment belongs to all tests.
        await #expect(processExitsWith: .success) { [port = server.port as Int, certificates = server.certificates as String] in
            setenv("PGHOST", "localhost", 1)
            setenv("PGPORT", String(port), 1)
            setenv("PGUSER", "tester", 1)
            setenv("PGDATABASE", "postgres", 1)
            setenv("PGSSLMODE", "verify-full", 1)
            setenv("PGSSLROOTCERT", certificates + "/authority.pem", 1)
            setenv("PGSSLCERT", certificates + "/client.pem", 1)
            setenv("PGSSLKEY", certificates + "/client.key", 1)
            try await PostgresPool.withPool(PostgresConfiguration()) { pool in
                try await pool.ready(within: .seconds(10))
                let user = try await pool.withConnection { connection in
                    let own = Statement("own", "select client_dn from pg_stat_ssl where pid = pg_backend_pid()")
                    return try await connection.query(own)[0].decode(0, as: String.self)
                }
                precondition(user == "/CN=tester")
            }
        }
    }
    #endif

    // MARK: Several hosts

    @Test("of several hosts the first that answers and fits is taken")
    func severalHosts() async throws {
        var configuration = server.trusted
        let hosts = "localhost:1,localhost:\(server.port)"
        configuration.url = configuration.url?.replacing("localhost:\(server.port)", with: hosts)
        #expect(try await visit(configuration).isEncrypted)
        configuration.url? += "&target_session_attrs=read-write"
        #expect(try await visit(configuration).isEncrypted)
        configuration.url = configuration.url?.replacing("read-write", with: "standby")
        let error = try await refusal(configuration)
        #expect(error?.message.contains("not in hot standby mode") == true, "\(String(describing: error))")
    }

    // MARK: A server that stands still or falls

    @Test("a server that takes no connections in is given up, and found again when it does")
    func frozenServer() async throws {
        try await PostgresPool.withPool(server.trusted) { pool in
            try await pool.ready()
            try await server.signalPostmaster("STOP")
            do {
                let error = try await refusal(server.trusted)
                #expect(error?.code == .connectFailed)
                // The connection that is there has a process of its own.
                _ = try await pool.withConnection { try await $0.query(Statement("one", "select 1")) }
            } catch {
                try await server.signalPostmaster("CONT")
                throw error
            }
            try await server.signalPostmaster("CONT")
            #expect(try await visit(server.trusted).isEncrypted)
        }
    }

    @Test("a server that falls in the middle of work loses no row, doubles none, and everybody finds it again")
    func crash() async throws {
        let (workers, rows) = (4, 150)
        let listener = PostgresListener(configuration: server.trusted, channels: ["rows"], logger: Logger(label: "test"))
        try await PostgresPool.withPool(server.trusted) { pool in
            try await pool.withConnection { try await $0.simple("create table fallen (id int8 primary key)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listener.run() }
                var events = listener.events.makeAsyncIterator()
                #expect(await events.next() == .resync)
                let work = Task {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for worker in 0..<workers {
                            group.addTask { for row in 0..<rows { try await insert(worker * rows + row, pool) } }
                        }
                        try await group.waitForAll()
                    }
                }
                while try await count(pool) < 50 { try await Task.sleep(for: .milliseconds(1)) }
                try await server.crashAndRestart()
                #expect(await events.next() == .resync)
                try await work.value
                #expect(try await count(pool) == workers * rows)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    private func count(_ pool: PostgresPool) async throws -> Int {
        try await pool.withConnection { try await $0.query(Statement("count", "select count(*) from fallen"))[0].decode(0) }
    }

    /// As a careful caller does it: again when nothing was kept, and looking first when that is not known.
    private func insert(_ id: Int, _ pool: PostgresPool) async throws {
        let insert = Statement("insert", "insert into fallen values ($1)")
        let find = Statement("find", "select from fallen where id = $1")
        var mayBeThere = false
        while true {
            do {
                if mayBeThere, try await !pool.withConnection({ try await $0.query(find, id) }).isEmpty { return }
                _ = try await pool.withTransaction { try await $0.execute(insert, id) }
                return
            } catch let error as PostgresError
                where [.connectionLost, .commitOutcomeUnknown, .acquireTimeout].contains(error.code) || error.sqlState == "57P03"
            {
                mayBeThere = mayBeThere || error.code == .commitOutcomeUnknown
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
