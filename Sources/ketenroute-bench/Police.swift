// SPDX-License-Identifier: EUPL-1.2

import Engine
import FoundationEssentials
import Logging
import Messages
import RabbitMQ
import Reactor
import Values

/// The police's worker inside the benchmark: it answers at once, and measures how long each question was on its way into its hands,
/// from the moment at which the engine began the transaction that put it.
final class Police: Sendable {
    private struct State: Sendable {
        var routine = Histogram()
        var acute: [String: ContinuousClock.Instant] = [:]
        var unanswered: Set<String> = []
    }

    private static let role = "politie"

    private let publisher: RabbitPublisher
    private let consumers: [String: RabbitConsumer]
    private let source: SystemSource
    private let state = Lock(State())

    init(_ chain: ChainSettings) throws {
        guard let oin = OIN("00000099000000001000") else { throw ChainSettings.Failure(description: "the OIN of the police is none") }
        source = SystemSource(organisation: oin, system: "bench")
        let broker = try RabbitConfiguration(url: ChainSettings.variable("KETENROUTE_BENCH_POLICE_BROKER_URL"))
        publisher = try RabbitPublisher(configuration: broker, logger: ChainSettings.logger)
        consumers = try Dictionary(
            uniqueKeysWithValues: [("acute", 4), ("routine", 400)].map { lane, prefetch in
                let queue = Addresses.partnerQueue(Police.role, lane: lane)
                return (
                    lane,
                    try RabbitConsumer(
                        configuration: broker, queue: queue, prefetch: prefetch, drainMax: .zero, logger: ChainSettings.logger)
                )
            })
    }

    /// Works until the task is cancelled.
    func work() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [publisher] in try? await publisher.run() }
            for (lane, consumer) in consumers {
                group.addTask { try? await consumer.run() }
                group.addTask { await self.answer(consumer, lane: lane) }
            }
        }
    }

    func ready() async throws {
        try await publisher.ready(within: .seconds(60))
        for consumer in consumers.values { try await consumer.ready(within: .seconds(60)) }
    }

    /// What was measured since the last call.
    func takeRoutine() -> Histogram {
        state.withLock { state in
            defer { state.routine = Histogram() }
            return state.routine
        }
    }

    /// When the acute question of a case came into our hands.
    func arrival(ofAcute caseID: String) -> ContinuousClock.Instant? { state.withLock { $0.acute[caseID] } }

    /// The routine question of such a case is left alone, so that the case is out of the way.
    func ignoreRoutine(of caseID: String) { state.withLock { _ = $0.unanswered.insert(caseID) } }

    private func answer(_ consumer: RabbitConsumer, lane: String) async {
        while case let deliveries = await consumer.batch(atMost: 100), !deliveries.isEmpty {
            let (arrived, now) = (ContinuousClock.now, Instant.now)
            var answers: [[UInt8]] = []
            for delivery in deliveries {
                for event in Police.events(in: delivery.message) {
                    guard event.type == .assignment, let assignment = try? Assignment(event.data) else { continue }
                    note(event, arrived, now, isAcute: lane == "acute")
                    guard !isLeftAlone(assignment, lane: lane), let answer = try? self.answer(to: assignment, at: now) else { continue }
                    answers.append(answer)
                }
            }
            let batches = CloudEventBatch.split(answers, countMax: 50)
            _ = await publisher.publish(batches.map { publication(Array(answers[$0]), lane: lane) })
            await consumer.acknowledge(deliveries)
        }
    }

    private static func events(in message: RabbitMessage) -> [CloudEvent] {
        guard message.contentType == CloudEventBatch.contentType else { return (try? CloudEvent(message.body)).map { [$0] } ?? [] }
        return (try? CloudEventBatch.elements(message.body))?.compactMap { try? CloudEvent($0.json) } ?? []
    }

    private func note(_ event: CloudEvent, _ arrived: ContinuousClock.Instant, _ now: Instant, isAcute: Bool) {
        state.withLock { state in
            if isAcute, let caseID = event.caseID {
                state.acute[caseID] = arrived
            } else {
                state.routine.add(now.duration(since: event.time))
            }
        }
    }

    private func isLeftAlone(_ assignment: Assignment, lane: String) -> Bool {
        lane != "acute" && state.withLock { $0.unanswered.contains(assignment.reference.caseID) }
    }

    private func answer(to assignment: Assignment, at now: Instant) throws -> [UInt8] {
        let name = assignment.isAcute ? "acuteActieBevestigd" : "bekendheidBeantwoord"
        let data: JSON = assignment.isAcute ? [:] : ["bekend": false]
        let statement = PartnerStatement(assignment: assignment.reference, token: assignment.token, data: data)
        return try CloudEvent(
            id: UUID.timeOrdered(at: now).text, source: source, type: MessageType(eventName: name), time: now, data: statement.json,
            caseID: assignment.reference.caseID
        ).encoded()
    }

    private func publication(_ answers: [[UInt8]], lane: String) -> RabbitPublication {
        let message = RabbitMessage(
            body: CloudEventBatch.encoded(answers), contentType: CloudEventBatch.contentType, messageID: UUID().text, userID: Police.role)
        return RabbitPublication(
            message, exchange: Addresses.fromPartners, routingKey: Addresses.fromPartner(Police.role, lane: lane, type: .batch))
    }
}
