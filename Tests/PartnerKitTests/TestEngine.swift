// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Messages
import RabbitMQ
import ServiceLifecycle
import Testing
import Values

@testable import PartnerKit

/// The engine's side of the broker, for one worker of the partner `tester`, the one name under which a test may publish.
struct TestEngine: Sendable {
    /// What a worker has said.
    struct Message: Sendable {
        let type: MessageType
        let statement: PartnerStatement
        let routingKey: String
        let caseID: String?
    }

    static let partner = "tester"

    let lane: String
    let caseID = UUID().uuidString.lowercased()
    let publisher: RabbitPublisher
    let consumer: RabbitConsumer

    static func variable(_ name: String) throws -> String {
        try #require(
            ProcessInfo.processInfo.environment[name],
            "\(name) is not set; run Ops/test, or eval \"$(Ops/services env)\" with KETENROUTE_TEST_BROKER_URL as KETENROUTE_BROKER_URL")
    }

    static func broker() throws -> RabbitConfiguration { try RabbitConfiguration(url: variable("KETENROUTE_BROKER_URL")) }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` on the engine's side.
    ///
    /// - Parameter lane: one that nobody else uses, so that tests do not see each other's messages.
    static func with(
        lane: String = "lane\(UInt32.random(in: .min ... .max))", _ body: @Sendable (TestEngine) async throws -> Void
    ) async throws {
        let (toPartner, fromPartner) = (Addresses.partnerQueue(partner, lane: lane), "test.from.\(UUID().uuidString)")
        let expiring: [String: RabbitValue] = ["x-expires": 120_000]
        let topology = RabbitTopology(
            exchanges: [RabbitTopology.Exchange(Addresses.toPartners), RabbitTopology.Exchange(Addresses.fromPartners)],
            queues: [
                RabbitTopology.Queue(name: toPartner, arguments: expiring), RabbitTopology.Queue(name: fromPartner, arguments: expiring),
            ],
            bindings: [
                RabbitTopology.Binding(
                    queue: toPartner, exchange: Addresses.toPartners, routingKey: Addresses.toPartner(partner, lane: lane)),
                RabbitTopology.Binding(queue: fromPartner, exchange: Addresses.fromPartners, routingKey: "*.\(partner).#"),
            ])
        let publisher = try RabbitPublisher(configuration: broker(), topology: topology, logger: logger)
        let consumer = try RabbitConsumer(
            configuration: broker(), queue: fromPartner, prefetch: 100, topology: topology, drainMax: .zero, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            group.addTask { try await consumer.run() }
            defer { group.cancelAll() }
            try await publisher.ready(within: .seconds(20))
            try await consumer.ready(within: .seconds(20))
            try await body(TestEngine(lane: lane, publisher: publisher, consumer: consumer))
        }
    }

    /// Runs a worker in this process until `body` ends, and then shuts it down as a service group does.
    func withWorker(prefetch: Int = 10, desk: any Desk, _ body: () async throws -> Void) async throws {
        let oin = try #require(OIN("00000099000000001000"))
        let services = try PartnerWorker.services(
            partner: Self.partner, source: SystemSource(organisation: oin, system: "werkplek"), desk: desk, lane: lane, prefetch: prefetch,
            finishMax: .seconds(1), broker: Self.broker(), logger: Self.logger)
        let group = ServiceGroup(services: services, logger: Self.logger)
        let running = Task { try await group.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    func handOut(_ number: Int, token: String, leaseSeconds: Int = 60) async throws {
        let event = try question(number, token: token, leaseSeconds: leaseSeconds)
        try await publish(RabbitMessage(body: try event.encoded(), contentType: CloudEvent.contentType, messageID: event.id))
    }

    /// Several questions in one message, each with a token like `2.abc`.
    func handOutTogether(_ numbers: [Int]) async throws {
        let events = try numbers.map { try question($0, token: "\($0).abc", leaseSeconds: 60).encoded() }
        try await publish(RabbitMessage(body: CloudEventBatch.encoded(events), contentType: CloudEventBatch.contentType))
    }

    private func question(_ number: Int, token: String, leaseSeconds: Int) throws -> CloudEvent {
        let assignment = Example.assignment(caseID: caseID, number: number, token: token, leaseSeconds: leaseSeconds)
        let oin = try #require(OIN("00000099000000009000"))
        return CloudEvent(
            id: UUID().uuidString, source: SystemSource(organisation: oin, system: "ketenroute"), type: .assignment,
            time: Instant(seconds: 1_800_000_000), data: assignment.json, caseID: caseID)
    }

    private func publish(_ message: RabbitMessage) async throws {
        try await publisher.publish(
            RabbitPublication(message, exchange: Addresses.toPartners, routingKey: Addresses.toPartner(Self.partner, lane: lane)),
            deadline: .seconds(60))
    }

    /// What the worker says next about this test's case, heartbeats left out unless they are asked for.
    func next(heartbeats: Bool = false) async throws -> Message {
        let messages = try await nextTogether(heartbeats: heartbeats)
        try #require(messages.count == 1)
        return messages[0]
    }

    /// The same, of one delivery, which may hold several messages.
    func nextTogether(heartbeats: Bool = false) async throws -> [Message] {
        for await delivery in consumer.deliveries {
            await consumer.acknowledge(delivery)
            let isBatch = delivery.message.contentType == CloudEventBatch.contentType
            let events =
                isBatch
                ? try CloudEventBatch.elements(delivery.message.body).map { try CloudEvent($0.json) }
                : [try CloudEvent(delivery.message.body)]
            let ours = events.filter { $0.caseID == caseID && (heartbeats || $0.type != .heartbeat) }
            guard !ours.isEmpty else { continue }
            #expect(delivery.message.userID == Self.partner)
            return try ours.map { event in
                Message(
                    type: event.type, statement: try PartnerStatement(event.data), routingKey: delivery.routingKey, caseID: event.caseID)
            }
        }
        throw CancellationError()
    }

    /// Messages in the partner's queue that nobody has taken, and those that were delivered and not acknowledged.
    func backlog() async throws -> (ready: Int, unacknowledged: Int) {
        let queue = Addresses.partnerQueue(Self.partner, lane: lane)
        let text = try await Self.control(
            "list_queues", "--vhost", "ketenroute-test", "--no-table-headers", "name", "messages_ready", "messages_unacknowledged")
        let line = try #require(text.split(separator: "\n").first { $0.split(separator: "\t").first == queue[...] })
        let numbers = line.split(separator: "\t").dropFirst().compactMap { Int($0) }
        return (try #require(numbers.first), try #require(numbers.last))
    }

    @discardableResult
    static func control(_ arguments: String...) async throws -> String {
        let path = try variable("KETENROUTE_RABBITMQCTL")
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        let output = Pipe()
                        process.executableURL = URL(filePath: path)
                        process.arguments = ["--quiet"] + arguments
                        process.standardOutput = output
                        try process.run()
                        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                        process.waitUntilExit()
                        guard process.terminationStatus == 0 else { throw DeskFailure("\(arguments) ended with \(text)") }
                        return text
                    })
            }
        }
    }
}
