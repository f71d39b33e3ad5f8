// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Foundation
import PostgreSQL
import Testing
import Values

/// The whole chain as processes, killed at moments that nobody chose.
extension RunningChain {
    @Suite("The chain under SIGKILL", .serialized, .timeLimit(.minutes(5)))
    struct KillTests {
        /// What a query can say about a chain that has come to rest. Each counts what must not be.
        static let faults: [(what: String, sql: String)] = [
            (
                "questions open in closed cases",
                "select count(*) from assignment join cases using (case_id) where cases.status = 'closed' and assignment.status in ('open', 'taken')"
            ),
            (
                "terms running in closed cases",
                "select count(*) from deadline join cases using (case_id) where cases.status = 'closed' and deadline.status = 'open'"
            ),
            (
                "questions with two answers",
                "select count(*) from (select from event where kind = 'message' and assignment is not null group by case_id, assignment having count(*) > 1) as twice"
            ),
            (
                "messages applied twice",
                "select count(*) from (select from event where message_id is not null group by source, message_id having count(*) > 1) as twice"
            ),
            ("messages nobody was sent", "select count(*) from outbox"),
            (
                "applied messages that the inbox does not know",
                "select count(*) from event where message_id is not null and not exists (select from inbox where inbox.source = event.source and inbox.message_id = event.message_id)"
            ),
        ]

        @Test("every report reaches its outcome, nothing is lost and nothing is done twice, while engine and partners are killed")
        func killed() async throws {
            let seed = UInt64.random(in: .min ... .max)
            print("seed \(seed)")
            try await Chain.run { chain in
                var random = SplitMix64(seed: seed)
                try await chain.startPartners()
                try await chain.startEngine()
                let samples = try Chain.samples()
                var cases: [(id: UUID, sample: String, expected: JSON)] = []
                for round in 1...8 {
                    for sample in samples.shuffled(using: &random).prefix(3) {
                        cases.append((try chain.submit(sample, reference: "kill-\(round)-\(sample.name)"), sample.name, sample.expected))
                    }
                    try await Task.sleep(for: .milliseconds(Int.random(in: 10...500, using: &random)))
                    await chain.kill("engine")
                    if round.isMultiple(of: 3), let partner = Chain.partners.keys.sorted().randomElement(using: &random) {
                        await chain.kill(partner)
                        try await chain.startPartner(partner)
                    }
                    try await chain.startEngine()
                }
                for (id, sample, expected) in cases {
                    #expect(try await settled(id, chain) == expected, "\(sample), seed \(seed)")
                }
                try await expectNoFaults(chain, seed: seed)
            }
        }

        @Test("two engines share the work, and one takes over what the other was killed with")
        func takeOver() async throws {
            try await Chain.run { chain in
                try await chain.startPartners()
                try await chain.startEngine("first")
                try await chain.startEngine("second")
                let samples = try Chain.samples()
                var cases: [(id: UUID, expected: JSON)] = []
                for (number, sample) in (samples + samples).enumerated() {
                    cases.append((try chain.submit(sample, reference: "two-\(number)"), sample.expected))
                    if number == samples.count { await chain.kill("first") }
                }
                for (id, expected) in cases { #expect(try await settled(id, chain) == expected) }
                try await expectNoFaults(chain, seed: 0)
            }
        }

        @Test("SIGTERM ends engine, partner and console with 0, and what they had at hand is not lost")
        func terminated() async throws {
            try await Chain.run { chain in
                try await chain.startPartners()
                try await chain.startEngine()
                _ = try await chain.startConsole()
                let samples = try Chain.samples()
                var cases: [(id: UUID, expected: JSON)] = []
                for (number, sample) in samples.enumerated() {
                    cases.append((try chain.submit(sample, reference: "term-\(number)"), sample.expected))
                }
                for name in ["engine", "om", "console"] { #expect(await chain.terminate(name) == 0, "\(name)") }
                try await chain.startEngine()
                try await chain.startPartner("om")
                for (id, expected) in cases { #expect(try await settled(id, chain) == expected) }
                try await expectNoFaults(chain, seed: 0)
            }
        }

        /// Waits for a case to close; the suite's time limit bounds it.
        private func settled(_ caseID: UUID, _ chain: Chain) async throws -> JSON? {
            for _ in 0..<900 {
                if let outcomes = try await chain.outcomes(of: caseID) { return outcomes }
                try await Task.sleep(for: .milliseconds(100))
            }
            return nil
        }

        private func expectNoFaults(_ chain: Chain, seed: UInt64) async throws {
            // What was confirmed but not yet forgotten when its engine died is sent once more after its claim.
            for _ in 0..<300 where try await chain.count("select count(*) from outbox") > 0 {
                try await Task.sleep(for: .milliseconds(100))
            }
            for fault in Self.faults { #expect(try await chain.count(fault.sql) == 0, "\(fault.what), seed \(seed)") }
            let incidents = try await chain.pool.withConnection { try await History.incidents(limit: 100, on: $0) }
            for incident in incidents { print(incident.text) }
            for check in ["doctor", "verify-chain"] {
                let output = try chain.command(check)
                #expect(output.code == 0, "\(output.out) \(output.error)")
            }
            let (events, faults) = try await History.verify(chain.pool)
            #expect(events > 0 && faults.isEmpty)
        }
    }
}
