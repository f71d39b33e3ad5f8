// SPDX-License-Identifier: EUPL-1.2

import Engine
import FoundationEssentials
import PostgreSQL
import Values

/// Steps a second with an empty database, and with many closed cases in it.
enum GrowthBenchmark {
    private static let duration = Duration.seconds(10)
    private static let eventsEach = 20

    static func run() async throws -> Report {
        let chain = try ChainSettings()
        let stored = try ChainSettings.number("KETENROUTE_BENCH_STORED", otherwise: 100_000)
        let owner = try PostgresConfiguration(url: ChainSettings.variable("KETENROUTE_DATABASE_OWNER_URL"), poolSize: 1)
        return try await PostgresPool.withPool(chain.database, logger: ChainSettings.logger) { pool in
            try await Task.sleep(for: .seconds(5))
            let empty = try await StepRate.measure(duration, pool)
            try await PostgresPool.withPool(owner, logger: ChainSettings.logger) { pool in
                for first in stride(from: 0, to: stored, by: 10_000) {
                    try await pool.withConnection { connection in
                        try await connection.simple(closedCases(from: first, count: min(10_000, stored - first)))
                    }
                }
                try await pool.withConnection { try await $0.simple("analyze cases, event, inbox, disclosure") }
            }
            let full = try await StepRate.measure(duration, pool)
            return Report(rows: [
                Quantity("cases stored", stored), Quantity("events stored", stored * eventsEach),
                Quantity("steps a second, empty", empty, "/s"), Quantity("steps a second, full", full, "/s"),
                Quantity(ratio: "steps full / empty", full / empty),
            ])
        }
    }

    /// Cases as they are when they are closed, with the rows that each leaves behind; the contents are of the usual sizes.
    private static func closedCases(from first: Int, count: Int) -> String {
        """
        create temporary table made on commit drop as
        select gen_random_uuid() as case_id, number from generate_series(\(first), \(first + count - 1)) as number;
        insert into cases (case_id, workflow, version, status, revision, state, chain_head, created_at, updated_at)
        select case_id, 'vijf-stappen', 1, 'closed', \(eventsEach), jsonb_build_object('note', repeat('x', 600)), sha256('x'), now(), now()
          from made;
        insert into event (case_id, number, recorded_at, kind, name, source, message_id, data, configuration, effects, previous, digest)
        select case_id, step, now(), 'message', 'stap', 'urn:nld:oin:00000099000000001000:systeem:bench', gen_random_uuid()::text,
               '{"bekend": false}', '["keten.veiligheid", "acuut.geen"]', jsonb_build_array(repeat('e', 400)), sha256('x'), sha256('y')
          from made, generate_series(1, \(eventsEach)) as step;
        insert into inbox (source, message_id, digest, case_id, outcome, received_at)
        select 'urn:nld:oin:00000099000000001000:systeem:bench', gen_random_uuid()::text, sha256('x'), case_id, '{"toegepast": true}', now()
          from made, generate_series(1, \(eventsEach)) as step;
        insert into disclosure (case_id, message_id, subject, receiver, groups, purpose, legal_basis, disclosed_at)
        select case_id, gen_random_uuid(), 'persoon ' || person, '00000099000000001000', '{kinderen,ouders}', 'VEILIGHEID',
               'wmo-4.1.1-2-e', now()
          from made, generate_series(1, \(eventsEach * 2)) as person;
        """
    }
}
