// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import PostgreSQL

extension ServerTests {
    /// A cancel request names a connection, not a statement.
    @Suite("Cancelling one of several tasks on a connection")
    struct SharedWireTests {
        private static let nap = Statement("nap", "select $1::int8 from pg_sleep(0.001)")

        /// One victim and what is pipelined behind it; the victim is cancelled about when it ends.
        private func round(
            on connection: PostgresConnection, cancelAfter delay: Duration
        ) async throws -> [Result<PostgresRows, any Error>] {
            let tasks = (0..<6).map { number in Task { try await connection.query(Self.nap, number) } }
            try await Task.sleep(for: delay)
            tasks[0].cancel()
            var results: [Result<PostgresRows, any Error>] = []
            for task in tasks { results.append(await task.result) }
            return results
        }

        @Test("the others get their answers, whenever it happens", arguments: [UInt64(1), 2])
        func others(seed: UInt64) async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    var generator = SplitMix64(seed: seed)
                    for _ in 0..<150 {
                        let delay = Duration.microseconds(Int.random(in: 0...3_000, using: &generator))
                        for (number, result) in try await round(on: connection, cancelAfter: delay).enumerated() {
                            switch result {
                            case .success(let rows):
                                let answer = try rows[0].decode(0, as: Int.self)
                                #expect(answer == number)
                            case .failure(let error): #expect(number == 0 && error is CancellationError, "seed \(seed): \(error)")
                            }
                        }
                    }
                }
                #expect(pool.statistics.connectsTotal == 1)
            }
        }

        @Test("inside a transaction they fail with it, and say why")
        func insideTransaction() async throws {
            try await TestServer.withPool(size: 1) { pool in
                var generator = SplitMix64(seed: 3)
                for _ in 0..<40 {
                    let delay = Duration.microseconds(Int.random(in: 0...3_000, using: &generator))
                    let error = await postgresError {
                        try await pool.withTransaction { connection in
                            for result in try await round(on: connection, cancelAfter: delay).dropFirst() {
                                guard case .failure(let error) = result else { continue }
                                #expect((error as? PostgresError)?.code == .transactionAborted)
                            }
                        }
                    }
                    #expect(error == nil || error?.code == .transactionAborted)
                }
                #expect(pool.statistics.connectsTotal == 1)
            }
        }
    }
}
