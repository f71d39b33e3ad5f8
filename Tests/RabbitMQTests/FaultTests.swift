// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Reactor
import Testing

@testable import RabbitMQ

extension BrokerTests {
    @Suite("A broker that stands still, is short of room, or answers for many at once")
    struct FaultTests {
        /// Stops the broker's process, lets it run on after `body`.
        private func whileFrozen(_ body: () async throws -> Void) async throws {
            let process = try await TestBroker.process()
            try #require(kill(process, SIGSTOP) == 0)
            defer { _ = kill(process, SIGCONT) }
            try await body()
        }

        @Test("a frozen broker is noticed by its heartbeats, nobody waits beyond a deadline, and all goes on when it wakes")
        func frozen() async throws {
            let name = TestBroker.unique("frozen")
            try await TestBroker.withClients(name, { ($0.heartbeatSeconds, $0.timeoutSeconds) = (1, 2) }) { publisher, consumer in
                try await publisher.publish(TestBroker.publication(name, 1))
                try await whileFrozen {
                    let ticks = Lock(0)
                    let ticker = Task {
                        while !Task.isCancelled {
                            try await Task.sleep(for: .milliseconds(1))
                            ticks.withLock { $0 += 1 }
                        }
                    }
                    let error = await publisher.publish([TestBroker.publication(name, 2)], deadline: .seconds(1))[0]
                    // Which of them comes first depends on how quick this machine is.
                    let codes: Set<RabbitError.Code?> = [.timedOut, .connectionLost, .notConnected]
                    #expect(codes.contains(error?.code))
                    while await publisher.isConnected { try await Task.sleep(for: .milliseconds(10)) }
                    while await consumer.isConnected { try await Task.sleep(for: .milliseconds(10)) }
                    // Both try to connect now, which blocks; neither their callers nor the cooperative pool are held up.
                    let before = ticks.withLock { $0 }
                    let refused = await publisher.publish([TestBroker.publication(name, 3)])[0]
                    #expect(refused?.code == .notConnected)
                    while ticks.withLock({ $0 }) < before + 100 { try await Task.sleep(for: .milliseconds(1)) }
                    #expect(await !publisher.isConnected)
                    ticker.cancel()
                }
                try await TestBroker.insist(TestBroker.publication(name, 4), publisher)
                // The second may have arrived: nobody promised that it had not.
                var seen: Set<String> = []
                while !seen.contains("m4") { seen.formUnion(await TestBroker.receive(1, from: consumer)) }
                #expect(seen.contains("m1"))
            }
        }

        @Test("a write to a broker that reads no more is given up before the confirms' deadline")
        func stoppedReading() async throws {
            let name = TestBroker.unique("unread")
            try await TestBroker.withClients(name, { $0.timeoutSeconds = 2 }) { publisher, _ in
                try await whileFrozen {
                    let large = (0..<300).map { TestBroker.publication(name, $0, bytes: 100_000) }
                    let codes = Set(await publisher.publish(large, deadline: .seconds(120)).map(\.?.code))
                    #expect(codes.isSubset(of: [.connectionLost, .notConnected]))
                }
                try await TestBroker.insist(TestBroker.publication(name, 1), publisher)
            }
        }

        @Test("a publisher that the broker has blocked refuses at once, consumers go on, and it publishes again when released")
        func blocked() async throws {
            let name = TestBroker.unique("blocked")
            try await TestBroker.withClients(name) { publisher, consumer in
                try await TestBroker.setAlarm(true, connectionsNamed: "\(name)-p")
                // The first message still gets through; the broker says that it is blocked when it comes.
                var codes: [RabbitError.Code?] = []
                while codes.last != .some(.blocked) {
                    codes.append(await publisher.publish([TestBroker.publication(name, codes.count)], deadline: .seconds(2))[0]?.code)
                }
                let refused = await publisher.publish((0..<100).map { TestBroker.publication(name, $0) })
                #expect(refused.allSatisfy { $0?.code == .blocked })
                #expect(await publisher.isConnected)
                #expect(await consumer.isConnected)
                try await TestBroker.setAlarm(false, connectionsNamed: "\(name)-p")
                try await TestBroker.insist(TestBroker.publication(name, 1_000), publisher)
                var seen: Set<String> = []
                while !seen.contains("m1000") { seen.formUnion(await TestBroker.receive(1, from: consumer)) }
            }
        }

        @Test("one confirm for many messages settles all up to its own, and no message is settled twice")
        func multiple() async throws {
            let name = TestBroker.unique("multiple")
            let link = try Link(TestBroker.configuration(name))
            try link.declare(TestBroker.topology(name))
            try link.selectConfirms()
            var tracker = ConfirmTracker<Int>()
            var settled: [Int] = []
            var (rounds, multiples) = (0, 0)
            // The broker gathers confirms when it is busy, which a few thousand messages make it.
            while multiples == 0 {
                for number in rounds * 2_000..<(rounds + 1) * 2_000 {
                    tracker.publish(number, label: nil)
                    try link.publish(TestBroker.publication(name, number), mandatory: true)
                }
                rounds += 1
                while tracker.count > 0 {
                    while let event = try link.next() {
                        guard case .acknowledged(let tag, let multiple) = event else { continue }
                        let entries = tracker.acknowledge(tag, multiple: multiple).map(\.entry)
                        if multiple && entries.count > 1 { multiples += 1 }
                        settled += entries
                    }
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            #expect(settled.count == rounds * 2_000)
            #expect(Set(settled).count == settled.count)
            link.close()
        }
    }
}
