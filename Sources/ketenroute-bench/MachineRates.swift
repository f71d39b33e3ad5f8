// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PostgreSQL
import RabbitMQ
import Values

/// What this machine gives at all: commits, transitions in bare SQL, messages through a quorum queue.
enum MachineRates {
    static let commits = "durable commits, 8 clients"
    static let transitions = "transitions in bare SQL, 200 a commit"
    static let messages = "messages published, confirmed and consumed"

    private static let duration = Duration.seconds(4)
    private static let batch = 200
    private static let casesEach = 10_000

    static func measure(_ chain: ChainSettings) async throws -> [Quantity] {
        let owner = try PostgresConfiguration(url: ChainSettings.variable("KETENROUTE_DATABASE_OWNER_URL"), poolSize: 8)
        return try await PostgresPool.withPool(owner, logger: ChainSettings.logger) { pool in
            try await pool.withConnection { try await $0.simple(BareTransition.schema) }
            return [
                Quantity("durable commits, 1 client", try await perSecond(clients: 1, pool) { try await commit($0, $1) }, "/s"),
                Quantity(commits, try await perSecond(clients: 8, pool) { try await commit($0, $1) }, "/s"),
                Quantity(transitions, try await perSecond(clients: 2, pool) { try await transit($0, $1) }, "/s"),
                Quantity(messages, try await messageRate(chain.broker), "/s"),
            ]
        }
    }

    /// - Parameter body: is told which client it is, and says how many things it has done.
    private static func perSecond(
        clients: Int, _ pool: PostgresPool, _ body: @escaping @Sendable (Int, isolated PostgresConnection) async throws -> Int
    ) async throws -> Double {
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<clients {
                group.addTask {
                    try await pool.withConnection { connection in
                        var count = 0
                        while ContinuousClock.now - start < duration { count += try await body(client, connection) }
                        return count
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private static func commit(_ client: Int, _ connection: isolated PostgresConnection) async throws -> Int {
        try await connection.execute(BareTransition.insertOne)
    }

    private static func transit(_ client: Int, _ connection: isolated PostgresConnection) async throws -> Int {
        let first = client * casesEach
        // Each client has cases of its own, and each case is there once.
        let start = Int.random(in: 0..<casesEach - batch)
        let cases = (start..<start + batch).map { Int64(first + $0) }
        let messages = cases.map { _ in UUID() }
        let data = cases.map { _ in BareTransition.data }
        return try await connection.execute(BareTransition.step, cases, messages, data)
    }

    /// 2,000-byte messages, as assignments are, with a window of 500.
    private static func messageRate(_ broker: RabbitConfiguration) async throws -> Double {
        let queue = "bench.rate"
        var topology = RabbitTopology(exchanges: [RabbitTopology.Exchange("bench")])
        topology.queues = [.quorum(queue)]
        topology.bindings = [RabbitTopology.Binding(queue: queue, exchange: "bench", routingKey: "rate")]
        let publisher = try RabbitPublisher(configuration: broker, topology: topology, logger: ChainSettings.logger)
        let consumer = try RabbitConsumer(
            configuration: broker, queue: queue, prefetch: 1_000, topology: topology, drainMax: .zero, logger: ChainSettings.logger)
        let running = [Task { try await publisher.run() }, Task { try await consumer.run() }]
        defer { for task in running { task.cancel() } }
        try await publisher.ready(within: .seconds(10))
        try await consumer.ready(within: .seconds(10))
        let message = RabbitPublication(
            RabbitMessage(body: [UInt8](repeating: 0x20, count: 2_000), messageID: "rate"), exchange: "bench", routingKey: "rate")
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    while ContinuousClock.now - start < duration {
                        _ = await publisher.publish(Array(repeating: message, count: 250))
                    }
                    return 0
                }
            }
            group.addTask {
                var count = 0
                while ContinuousClock.now - start < duration {
                    let deliveries = await consumer.batch(atMost: 500)
                    await consumer.acknowledge(deliveries)
                    count += deliveries.count
                }
                return count
            }
            let consumed = try await group.reduce(0, +)
            return Double(consumed) / ((ContinuousClock.now - start) / .seconds(1))
        }
    }
}

/// A transition without anything of this system in it: known message, case, event, message out, in one statement for many.
private enum BareTransition {
    static let schema = """
        drop schema if exists bare cascade;
        create schema bare;
        create table bare.one (id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp());
        create table bare.cases (
            id bigint primary key, revision bigint not null, head bytea not null, changed_at timestamptz not null, data jsonb not null
        ) with (fillfactor = 60);
        create table bare.event (
            case_id bigint not null, number bigint not null, at timestamptz not null, data jsonb not null, digest bytea not null,
            primary key (case_id, number));
        create table bare.inbox (message_id uuid primary key, case_id bigint not null);
        create table bare.outbox (message_id uuid primary key, case_id bigint not null, body jsonb not null);
        insert into bare.cases
        select number, 0, sha256(int8send(number)), now(), jsonb_build_object('note', repeat('x', 200))
          from generate_series(0, 19999) as number;
        """

    static let insertOne = Statement("bare_one", "insert into bare.one default values")

    static let data: JSON = .object(["answer": "accepted", "note": .string(String(repeating: "n", count: 240))])

    static let step = Statement(
        "bare_step",
        """
        with given as (
            select * from unnest($1::bigint[], $2::uuid[], $3::jsonb[]) as new (case_id, message_id, data)
        ), fresh as (
            insert into bare.inbox (message_id, case_id) select message_id, case_id from given on conflict do nothing returning message_id
        ), moved as (
            update bare.cases as stored
               set revision = stored.revision + 1, changed_at = clock_timestamp(),
                   head = sha256(stored.head || int8send(stored.revision + 1) || convert_to(given.data::text, 'UTF8'))
              from given join fresh using (message_id)
             where stored.id = given.case_id
            returning stored.id, stored.revision, stored.head, given.data
        ), logged as (
            insert into bare.event select id, revision, clock_timestamp(), data, head from moved
        ), gone as (
            delete from bare.outbox as sent using given where sent.message_id = given.message_id
        )
        insert into bare.outbox select gen_random_uuid(), id, data from moved
        """)
}
