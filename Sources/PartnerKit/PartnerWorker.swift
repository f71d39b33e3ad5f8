// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
import Glibc
public import Logging
public import Messages
public import RabbitMQ
public import ServiceLifecycle
import Values

/// A partner's process: takes questions, tells at once that it has them, has a desk decide, and answers with the token of the
/// hand-out. It knows the broker and the messages, and nothing of any database.
public struct PartnerWorker: Service {
    private let partner: String
    private let source: SystemSource
    private let desk: any Desk
    private let lane: String
    private let publisher: RabbitPublisher
    private let consumer: RabbitConsumer
    private let logger: Logger

    /// The worker of one lane, and the services it needs, in the order in which they depend on each other.
    ///
    /// - Throws: `ReactorError` where the system gives no thread.
    public static func services(
        partner: String, source: SystemSource, desk: any Desk, broker: RabbitConfiguration, logger: Logger
    ) throws -> [any Service] {
        var services: [any Service] = []
        for lane in ["acute", "routine"] {
            var configuration = broker
            configuration.connectionName = "ketenroute-partner \(partner) \(lane)"
            let publisher = try RabbitPublisher(configuration: configuration, logger: logger)
            let consumer = try RabbitConsumer(
                configuration: configuration, queue: Addresses.partnerQueue(partner, lane: lane), prefetch: lane == "acute" ? 4 : 100,
                logger: logger)
            // They stop in reverse order: first no more questions come in, then the worker finishes, then the publisher goes.
            services += [
                publisher,
                PartnerWorker(
                    partner: partner, source: source, desk: desk, lane: lane, publisher: publisher, consumer: consumer, logger: logger),
                consumer,
            ]
        }
        return services
    }

    init(
        partner: String, source: SystemSource, desk: any Desk, lane: String, publisher: RabbitPublisher, consumer: RabbitConsumer,
        logger: Logger
    ) {
        self.partner = partner
        self.source = source
        self.desk = desk
        self.lane = lane
        self.publisher = publisher
        self.consumer = consumer
        self.logger = logger
    }

    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for await delivery in consumer.deliveries { group.addTask { await handle(delivery) } }
            await group.waitForAll()
        }
    }

    private func handle(_ delivery: RabbitDelivery) async {
        do {
            let event = try CloudEvent(delivery.message.body)
            switch event.type {
            case .assignment: try await work(on: Assignment(event.data), organisation: event.receiver, delivery)
            case .rejection:
                logger.warning(
                    "a message was refused",
                    metadata: ["message.id": "\(event.answers ?? "")", "problem": "\(Problem(event.data)?.code ?? "")"])
                await consumer.acknowledge(delivery)
            default:
                logger.info("notice", metadata: ["message.type": "\(event.type)", "case.id": "\(event.caseID ?? "")"])
                await consumer.acknowledge(delivery)
            }
        } catch let error as RabbitError {
            logger.warning("the broker could not be told; the message comes again", metadata: ["error": "\(error)"])
            await consumer.reject(delivery, requeue: true)
        } catch {
            logger.error("message not understood", metadata: ["error": "\(error)"])
            await consumer.reject(delivery, requeue: false)
        }
    }

    /// The delivery is acknowledged when the question is taken, never when it is answered: work may last for months, and from
    /// here on the engine watches the lease.
    private func work(on assignment: Assignment, organisation: OIN?, _ delivery: RabbitDelivery) async throws {
        let source = organisation.map { SystemSource(organisation: $0, system: self.source.system) } ?? source
        try await send(.taken, from: source, PartnerStatement(assignment: assignment.reference, token: assignment.token), on: lane)
        await consumer.acknowledge(delivery)
        let heartbeat = Task { await keepLease(of: assignment, source: source) }
        defer { heartbeat.cancel() }
        switch try await desk.decide(assignment) {
        case .answer(let event, let data):
            let statement = PartnerStatement(assignment: assignment.reference, token: assignment.token, data: data)
            try await send(MessageType(eventName: event), from: source, statement, on: lane)
        case .danger(let explanation):
            let statement = PartnerStatement(assignment: nil, token: nil, data: ["toelichting": .string(explanation)])
            try await send(
                MessageType(name: "acute-onveiligheid-gesignaleerd"), from: source, statement, on: "acute",
                caseID: assignment.reference.caseID)
            // The danger does not answer the question; the desk is asked again.
            try await work(on: assignment, organisation: organisation, delivery)
        case .refuse(let ground):
            let statement = PartnerStatement(assignment: assignment.reference, token: assignment.token, data: ["grond": .string(ground)])
            try await send(.refusal, from: source, statement, on: lane)
        case nil: break
        }
    }

    /// Says that the work goes on, three times a lease.
    private func keepLease(of assignment: Assignment, source: SystemSource) async {
        let statement = PartnerStatement(assignment: assignment.reference, token: assignment.token)
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: .seconds(max(assignment.leaseSeconds / 3, 1)))) != nil else { return }
            do {
                try await send(.heartbeat, from: source, statement, on: lane)
            } catch {
                logger.warning("heartbeat not sent", metadata: ["error": "\(error)"])
            }
        }
    }

    private func send(
        _ type: MessageType, from source: SystemSource, _ statement: PartnerStatement, on lane: String, caseID: String? = nil
    ) async throws {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec)).roundedDownToMicroseconds
        let id = UUID.timeOrdered(at: now).uuidString.lowercased()
        let event = CloudEvent(
            id: id, source: source, type: type, time: now, data: statement.json, caseID: caseID ?? statement.assignment?.caseID)
        let message = RabbitMessage(
            body: try event.encoded(), contentType: CloudEvent.contentType, messageID: id, userID: partner, appID: "ketenroute-partner")
        let publication = RabbitPublication(
            message, exchange: Addresses.fromPartners, routingKey: Addresses.fromPartner(partner, lane: lane, type: type))
        try await publish(publication)
    }

    /// The same message again until it is safe; the engine knows it by its id.
    private func publish(_ publication: RabbitPublication) async throws {
        for attempt in 1...20 {
            do {
                return try await publisher.publish(publication)
            } catch let error as RabbitError where attempt < 20 && error.code != .returned {
                try await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
    }
}
