// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Reactor
import Testing

@testable import RabbitMQ

/// Against the broker that `Ops/services` runs: real connections that are really closed in the middle of work.
@Suite("Against a real broker", .serialized, .timeLimit(.minutes(3)))
struct BrokerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    // MARK: Arrangement

    private func configuration(_ name: String = "test") throws -> RabbitConfiguration {
        let url = try #require(
            ProcessInfo.processInfo.environment["KETENROUTE_BROKER_URL"],
            "KETENROUTE_BROKER_URL is not set; run Ops/test, or eval \"$(Ops/services env)\" and use KETENROUTE_TEST_BROKER_URL")
        return try RabbitConfiguration(url: url, connectionName: name)
    }

    private func rabbitmqctl(_ arguments: String...) throws {
        let path = try #require(ProcessInfo.processInfo.environment["KETENROUTE_RABBITMQCTL"], "KETENROUTE_RABBITMQCTL is not set")
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["--quiet"] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func topology(_ name: String, arguments: [String: RabbitValue] = [:]) -> RabbitTopology {
        RabbitTopology(
            exchanges: [RabbitTopology.Exchange("test.\(name)")],
            queues: [.quorum("test.\(name)", arguments: arguments)],
            bindings: [RabbitTopology.Binding(queue: "test.\(name)", exchange: "test.\(name)", routingKey: "to.#")])
    }

    private func publication(_ name: String, _ number: Int, key: String = "to.a") -> RabbitPublication {
        RabbitPublication(
            RabbitMessage(body: Array("\(number)".utf8), contentType: "text/plain", messageID: "m\(number)"), exchange: "test.\(name)",
            routingKey: key)
    }

    /// Runs a publisher and a consumer around `body` and stops both after it.
    private func withClients(
        _ name: String, topology: RabbitTopology? = nil, prefetch: Int = 200,
        _ body: @Sendable (RabbitPublisher, RabbitConsumer) async throws -> Void
    ) async throws {
        let topology = topology ?? self.topology(name)
        let publisher = try RabbitPublisher(configuration: configuration("\(name)-p"), topology: topology, logger: logger)
        let consumer = try RabbitConsumer(
            configuration: configuration("\(name)-c"), queue: "test.\(name)", prefetch: prefetch, topology: topology,
            drainMax: .milliseconds(100), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            group.addTask { try await consumer.run() }
            try await publisher.ready(within: .seconds(20))
            try await consumer.ready(within: .seconds(20))
            do {
                try await body(publisher, consumer)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    private func unique(_ label: String) -> String { "\(label).\(UInt32.random(in: .min ... .max))" }

    /// Takes deliveries until `count` different messages have come.
    private func receive(_ count: Int, from consumer: RabbitConsumer) async -> Set<String> {
        var seen: Set<String> = []
        for await delivery in consumer.deliveries {
            seen.insert(delivery.message.messageID ?? "")
            await consumer.acknowledge(delivery)
            if seen.count == count { break }
        }
        return seen
    }

    // MARK: Behaviour

    @Test("ten thousand messages are confirmed and arrive")
    func manyMessages() async throws {
        let name = unique("many")
        try await withClients(name) { publisher, consumer in
            async let received = receive(10_000, from: consumer)
            let errors = await publisher.publish((0..<10_000).map { publication(name, $0) }, deadline: .seconds(60))
            #expect(errors.allSatisfy { $0 == nil })
            #expect(await received.count == 10_000)
        }
    }

    @Test("connections closed by the broker in the middle lose nothing")
    func closedConnections() async throws {
        let name = unique("closed")
        try await withClients(name) { publisher, consumer in
            async let received = receive(4_000, from: consumer)
            async let kills: Void = {
                for _ in 0..<3 {
                    try await Task.sleep(for: .milliseconds(300))
                    try rabbitmqctl("close_all_user_connections", "tester", "test")
                }
            }()
            for start in stride(from: 0, to: 4_000, by: 200) {
                var open = Array(start..<start + 200)
                while !open.isEmpty {
                    let errors = await publisher.publish(open.map { publication(name, $0) })
                    open = zip(open, errors).compactMap { $1 == nil ? nil : $0 }
                    if !open.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
                }
                try await Task.sleep(for: .milliseconds(40))
            }
            try await kills
            #expect(await received.count == 4_000)
        }
    }

    @Test("a message that no queue takes comes back, and the next goes through")
    func returned() async throws {
        let name = unique("returned")
        try await withClients(name) { publisher, _ in
            let errors = await publisher.publish([publication(name, 1, key: "nowhere"), publication(name, 2)])
            #expect(errors.map(\.?.code) == [.returned, nil])
            #expect(errors[0]?.replyCode == 312)
        }
    }

    @Test("a message that a full queue refuses is an error")
    func nacked() async throws {
        let name = unique("full")
        let full = RabbitTopology(
            exchanges: [RabbitTopology.Exchange("test.\(name)")],
            queues: [
                RabbitTopology.Queue(
                    name: "test.\(name)",
                    arguments: ["x-queue-type": "classic", "x-max-length": 1, "x-overflow": "reject-publish"])
            ],
            bindings: [RabbitTopology.Binding(queue: "test.\(name)", exchange: "test.\(name)", routingKey: "to.#")])
        let publisher = try RabbitPublisher(configuration: configuration(name), topology: full, logger: logger)
        let run = Task { try await publisher.run() }
        try await publisher.ready(within: .seconds(20))
        let errors = await publisher.publish((0..<20).map { publication(name, $0) })
        #expect(errors.contains { $0?.code == .nacked })
        #expect(errors[0] == nil)
        run.cancel()
        try await run.value
    }

    @Test("an unknown exchange closes the channel, and the publisher comes back")
    func unknownExchange() async throws {
        let name = unique("unknown")
        try await withClients(name) { publisher, _ in
            let lost = await publisher.publish([publication("nowhere", 1)])
            #expect(lost[0]?.code == .connectionLost)
            #expect(lost[0]?.replyCode == 404)
            try await Task.sleep(for: .milliseconds(50))
            try await publisher.ready(within: .seconds(20))
            try await publisher.publish(publication(name, 2))
        }
    }

    @Test("a queue deleted under its consumer is declared again")
    func deletedQueue() async throws {
        let name = unique("deleted")
        try await withClients(name) { publisher, consumer in
            try rabbitmqctl("delete_queue", "--vhost", "ketenroute-test", "test.\(name)")
            var sent = false
            for _ in 0..<100 where !sent {
                sent = await publisher.publish([publication(name, 1)])[0] == nil
                if !sent { try await Task.sleep(for: .milliseconds(100)) }
            }
            #expect(await receive(1, from: consumer) == ["m1"])
        }
    }

    @Test("no more than the prefetch is out without an acknowledgement")
    func prefetch() async throws {
        let name = unique("prefetch")
        try await withClients(name, prefetch: 5) { publisher, consumer in
            #expect(await publisher.publish((0..<20).map { publication(name, $0) }).allSatisfy { $0 == nil })
            var iterator = consumer.deliveries.makeAsyncIterator()
            var held: [RabbitDelivery] = []
            for _ in 0..<5 { if let delivery = await iterator.next() { held.append(delivery) } }
            // A sixth would come within this time, as the first five did; the broker holds it back until one is acknowledged.
            let hasCome = Lock(false)
            let sixth = Task {
                var iterator = consumer.deliveries.makeAsyncIterator()
                guard await iterator.next() != nil else { return }
                hasCome.withLock { $0 = true }
            }
            try await Task.sleep(for: .milliseconds(300))
            #expect(!hasCome.withLock { $0 })
            await consumer.acknowledge(held[4], multiple: true)
            await sixth.value
            #expect(hasCome.withLock { $0 })
        }
    }

    @Test("an acknowledgement from before a reconnect is dropped, and the message comes again")
    func staleAcknowledgement() async throws {
        let name = unique("stale")
        try await withClients(name) { publisher, consumer in
            try await publisher.publish(publication(name, 1))
            var iterator = consumer.deliveries.makeAsyncIterator()
            let first = try #require(await iterator.next())
            try rabbitmqctl("close_all_user_connections", "tester", "test")
            let second = try #require(await iterator.next())
            #expect(second.message.messageID == "m1")
            #expect(second.isRedelivered)
            await consumer.acknowledge(first)
            #expect(await consumer.isConnected)
            await consumer.acknowledge(second)
        }
    }

    @Test("properties and headers survive the way")
    func properties() async throws {
        let name = unique("properties")
        let sent = RabbitMessage(
            body: [0, 1, 255], contentType: "application/cloudevents+json", messageID: "id-1", correlationID: "c-1", type: "t.v1",
            userID: "tester", appID: "app", timestamp: 1_800_000_000,
            headers: ["text": "é", "number": -5, "flag": true, "double": .double(1.5), "at": .timestamp(7)])
        try await withClients(name) { publisher, consumer in
            try await publisher.publish(RabbitPublication(sent, exchange: "test.\(name)", routingKey: "to.b"))
            var iterator = consumer.deliveries.makeAsyncIterator()
            let delivery = try #require(await iterator.next())
            #expect(delivery.message == sent)
            #expect(delivery.routingKey == "to.b")
            await consumer.acknowledge(delivery)
        }
    }

    @Test("a name that is not ours is refused by the broker")
    func forgedUserID() async throws {
        let name = unique("forged")
        try await withClients(name) { publisher, _ in
            var forged = publication(name, 1)
            forged.message.userID = "somebody"
            let error = await publisher.publish([forged])[0]
            #expect(error?.replyCode == 406)
        }
    }

    @Test("a wrong password and an unknown host are told in the broker's words")
    func refusedConnections() async throws {
        var wrongPassword = try configuration()
        wrongPassword.password = "wrong"
        var wrongHost = try configuration()
        wrongHost.virtualHost = "nowhere"
        for wrong in [wrongPassword, wrongHost] {
            let publisher = try RabbitPublisher(configuration: wrong, logger: logger)
            let run = Task { try await publisher.run() }
            let error = await #expect(throws: RabbitError.self) { try await publisher.ready(within: .seconds(1)) }
            #expect(error?.code == .connectFailed)
            #expect(error?.description.contains("wrong") == false)
            run.cancel()
            try await run.value
        }
    }

    @Test("an idle connection outlives three heartbeats")
    func idle() async throws {
        var configuration = try configuration("idle")
        configuration.heartbeatSeconds = 1
        let publisher = try RabbitPublisher(configuration: configuration, topology: topology("idle"), logger: logger)
        let run = Task { try await publisher.run() }
        try await publisher.ready(within: .seconds(20))
        try await Task.sleep(for: .seconds(4))
        try await publisher.publish(publication("idle", 1))
        run.cancel()
        try await run.value
    }

    @Test("a stopped publisher answers everybody")
    func stopped() async throws {
        let name = unique("stopped")
        let publisher = try RabbitPublisher(configuration: configuration(name), topology: topology(name), logger: logger)
        let run = Task { try await publisher.run() }
        try await publisher.ready(within: .seconds(20))
        async let errors = publisher.publish((0..<500).map { publication(name, $0) })
        run.cancel()
        try await run.value
        #expect(await errors.count == 500)
        #expect(await publisher.publish([publication(name, 1)])[0]?.code == .notConnected)
    }
}
