// SPDX-License-Identifier: EUPL-1.2

import Reactor
import Testing

@testable import RabbitMQ

extension BrokerTests {
    @Suite("Publishing and receiving")
    struct DeliveryTests {
        @Test("ten thousand messages are confirmed and arrive")
        func manyMessages() async throws {
            let name = TestBroker.unique("many")
            try await TestBroker.withClients(name) { publisher, consumer in
                async let received = TestBroker.receive(10_000, from: consumer)
                let errors = await publisher.publish((0..<10_000).map { TestBroker.publication(name, $0) }, deadline: .seconds(60))
                #expect(errors.allSatisfy { $0 == nil })
                #expect(await received.count == 10_000)
            }
        }

        @Test("connections closed by the broker in the middle lose nothing")
        func closedConnections() async throws {
            let name = TestBroker.unique("closed")
            try await TestBroker.withClients(name) { publisher, consumer in
                async let received = TestBroker.receive(4_000, from: consumer)
                async let kills: Void = {
                    for _ in 0..<3 {
                        try await Task.sleep(for: .milliseconds(300))
                        for end in ["p", "c"] { try await TestBroker.close(connectionsNamed: "\(name)-\(end)") }
                    }
                }()
                for start in stride(from: 0, to: 4_000, by: 200) {
                    var open = Array(start..<start + 200)
                    while !open.isEmpty {
                        let errors = await publisher.publish(open.map { TestBroker.publication(name, $0) })
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
            let name = TestBroker.unique("returned")
            try await TestBroker.withClients(name) { publisher, _ in
                let errors = await publisher.publish([TestBroker.publication(name, 1, key: "nowhere"), TestBroker.publication(name, 2)])
                #expect(errors.map(\.?.code) == [.returned, nil])
                #expect(errors[0]?.replyCode == 312)
            }
        }

        @Test("messages without an id are told apart by where they were going")
        func returnedWithoutID() async throws {
            let name = TestBroker.unique("anonymous")
            try await TestBroker.withClients(name) { publisher, _ in
                let publications = ["nowhere", "to.a", "nowhere"].map { key in
                    RabbitPublication(RabbitMessage(body: [1]), exchange: "test.\(name)", routingKey: key)
                }
                #expect(await publisher.publish(publications).map(\.?.code) == [.returned, nil, .returned])
                #expect(await publisher.publish(publications, mandatory: false).allSatisfy { $0 == nil })
            }
        }

        @Test("a queue that is there with other properties is named")
        func otherProperties() async throws {
            let name = TestBroker.unique("other")
            try await TestBroker.withPublisher(TestBroker.configuration(name), topology: TestBroker.topology(name)) { publisher in
                try await publisher.ready(within: .seconds(20))
                let other = TestBroker.topology(name, arguments: ["x-max-length": 1])
                let error = try await TestBroker.refusal(TestBroker.configuration(name), topology: other)
                #expect(error.replyCode == 406)
                #expect(error.place == "declaring queue test.\(name)")
            }
        }

        @Test("a message that a full queue refuses is an error")
        func nacked() async throws {
            let name = TestBroker.unique("full")
            let full = TestBroker.topology(name, arguments: ["x-max-length": 1, "x-overflow": "reject-publish"])
            try await TestBroker.withPublisher(TestBroker.configuration(name), topology: full) { publisher in
                try await publisher.ready(within: .seconds(20))
                let errors = await publisher.publish((0..<20).map { TestBroker.publication(name, $0) })
                #expect(errors.contains { $0?.code == .nacked })
                #expect(errors[0] == nil)
            }
        }

        @Test("an unknown exchange closes the channel, and the publisher comes back")
        func unknownExchange() async throws {
            let name = TestBroker.unique("unknown")
            try await TestBroker.withClients(name) { publisher, _ in
                let lost = await publisher.publish([TestBroker.publication("nowhere", 1)])
                #expect(lost[0]?.code == .connectionLost)
                #expect(lost[0]?.replyCode == 404)
                try await Task.sleep(for: .milliseconds(50))
                try await publisher.ready(within: .seconds(20))
                try await publisher.publish(TestBroker.publication(name, 2))
            }
        }

        @Test("a queue deleted under its consumer is declared again")
        func deletedQueue() async throws {
            let name = TestBroker.unique("deleted")
            try await TestBroker.withClients(name) { publisher, consumer in
                try await TestBroker.control("delete_queue", "--vhost", "ketenroute-test", "test.\(name)")
                var sent = false
                for _ in 0..<100 where !sent {
                    sent = await publisher.publish([TestBroker.publication(name, 1)])[0] == nil
                    if !sent { try await Task.sleep(for: .milliseconds(100)) }
                }
                #expect(await TestBroker.receive(1, from: consumer) == ["m1"])
            }
        }

        @Test("no more than the prefetch is out without an acknowledgement")
        func prefetch() async throws {
            let name = TestBroker.unique("prefetch")
            try await TestBroker.withClients(name, prefetch: 5) { publisher, consumer in
                #expect(await publisher.publish((0..<20).map { TestBroker.publication(name, $0) }).allSatisfy { $0 == nil })
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

        @Test("acknowledging what came later leaves what came earlier to come again")
        func batchAcknowledgement() async throws {
            let name = TestBroker.unique("batch")
            try await TestBroker.withClients(name) { publisher, consumer in
                #expect(await publisher.publish((0..<6).map { TestBroker.publication(name, $0) }).allSatisfy { $0 == nil })
                var held: [RabbitDelivery] = []
                while held.count < 6 { held += await consumer.batch(atMost: 6 - held.count, linger: .milliseconds(1)) }
                await consumer.acknowledge(Array(held[3...]))
                await consumer.acknowledge([held[1]])
                try await TestBroker.close(connectionsNamed: "\(name)-c")
                #expect(await TestBroker.receive(2, from: consumer) == ["m0", "m2"])
                let text = try await TestBroker.control(
                    "list_queues", "--vhost", "ketenroute-test", "--no-table-headers", "name", "messages")
                let line = text.split(separator: "\n").first { $0.hasPrefix("test.\(name)\t") }
                #expect(line.map { $0.hasSuffix("\t0") } ?? false)
            }
        }

        @Test("whoever connects and finds a queue missing is told before it is made, and only then")
        func missingQueue() async throws {
            let name = TestBroker.unique("missing")
            let told = Lock(0)
            var topology = TestBroker.topology(name, type: "quorum")
            topology.whenMissing = { told.withLock { $0 += 1 } }
            try await TestBroker.withClients(name, topology: topology) { publisher, consumer in
                let first = told.withLock { $0 }
                #expect(first > 0)
                try await TestBroker.close(connectionsNamed: "\(name)-p")
                try await TestBroker.insist(TestBroker.publication(name, 1), publisher)
                #expect(told.withLock { $0 } == first)
                try await TestBroker.control("delete_queue", "--vhost", "ketenroute-test", "test.\(name)")
                try await TestBroker.insist(TestBroker.publication(name, 2), publisher)
                #expect(await TestBroker.receive(2, from: consumer) == ["m1", "m2"])
                #expect(told.withLock { $0 } > first)
            }
        }

        @Test("a consumer that stops waits for the answers to what it has, and leaves the rest to others")
        func stoppedConsumer() async throws {
            let name = TestBroker.unique("drained")
            let topology = TestBroker.topology(name)
            @Sendable func consumer(prefetch: Int) throws -> RabbitConsumer {
                try RabbitConsumer(
                    configuration: TestBroker.configuration(name), queue: "test.\(name)", prefetch: prefetch, topology: topology,
                    drainMax: .seconds(100), logger: TestBroker.logger)
            }
            try await TestBroker.withPublisher(TestBroker.configuration(name), topology: topology) { publisher in
                try await publisher.ready(within: .seconds(20))
                #expect(await publisher.publish((0..<40).map { TestBroker.publication(name, $0) }).allSatisfy { $0 == nil })
                let first = try consumer(prefetch: 5)
                let running = Task { try await first.run() }
                var held: [RabbitDelivery] = []
                for await delivery in first.deliveries {
                    held.append(delivery)
                    // Each answer makes room for another message, which comes while the consumer stops.
                    if held.count <= 5 { await first.acknowledge(delivery) }
                    if held.count == 5 { running.cancel() }
                }
                for delivery in held.dropFirst(5) { await first.acknowledge(delivery) }
                try await running.value
                let second = try consumer(prefetch: 100)
                let rest = Task { try await second.run() }
                let seen = await TestBroker.receive(40 - held.count, from: second)
                #expect(seen.isDisjoint(with: held.map { $0.message.messageID ?? "" }))
                rest.cancel()
                try await rest.value
            }
        }

        @Test("an acknowledgement from before a reconnect is dropped, and the message comes again")
        func staleAcknowledgement() async throws {
            let name = TestBroker.unique("stale")
            try await TestBroker.withClients(name) { publisher, consumer in
                try await publisher.publish(TestBroker.publication(name, 1))
                var iterator = consumer.deliveries.makeAsyncIterator()
                let first = try #require(await iterator.next())
                try await TestBroker.close(connectionsNamed: "\(name)-c")
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
            let name = TestBroker.unique("properties")
            let sent = RabbitMessage(
                body: [0, 1, 255], contentType: "application/cloudevents+json", messageID: "id-1", correlationID: "c-1", type: "t.v1",
                userID: "tester", appID: "app", timestamp: 1_800_000_000,
                headers: ["text": "é", "number": -5, "flag": true, "double": .double(1.5), "at": .timestamp(7)])
            try await TestBroker.withClients(name) { publisher, consumer in
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
            let name = TestBroker.unique("forged")
            try await TestBroker.withClients(name) { publisher, _ in
                var forged = TestBroker.publication(name, 1)
                forged.message.userID = "somebody"
                let error = await publisher.publish([forged])[0]
                #expect(error?.replyCode == 406)
            }
        }

        @Test("a wrong password and an unknown host are told in the broker's words")
        func refusedConnections() async throws {
            var wrongPassword = try TestBroker.configuration()
            wrongPassword.password = "wrong"
            var wrongHost = try TestBroker.configuration()
            wrongHost.virtualHost = "nowhere"
            for wrong in [wrongPassword, wrongHost] {
                let error = try await TestBroker.refusal(wrong)
                #expect(error.code == .connectFailed)
                #expect(!error.description.contains("wrong"))
            }
        }

        @Test("an idle connection outlives three heartbeats")
        func idle() async throws {
            let name = TestBroker.unique("idle")
            var configuration = try TestBroker.configuration(name)
            configuration.heartbeatSeconds = 1
            let publisher = try RabbitPublisher(
                configuration: configuration, topology: TestBroker.topology(name), logger: TestBroker.logger)
            let run = Task { try await publisher.run() }
            try await publisher.ready(within: .seconds(20))
            try await Task.sleep(for: .seconds(4))
            try await publisher.publish(TestBroker.publication(name, 1))
            run.cancel()
            try await run.value
        }

        @Test("a stopped publisher answers everybody")
        func stopped() async throws {
            let name = TestBroker.unique("stopped")
            let publisher = try RabbitPublisher(
                configuration: TestBroker.configuration(name), topology: TestBroker.topology(name), logger: TestBroker.logger)
            let run = Task { try await publisher.run() }
            try await publisher.ready(within: .seconds(20))
            async let errors = publisher.publish((0..<500).map { TestBroker.publication(name, $0) })
            run.cancel()
            try await run.value
            #expect(await errors.count == 500)
            #expect(await publisher.publish([TestBroker.publication(name, 1)])[0]?.code == .notConnected)
        }
    }
}
