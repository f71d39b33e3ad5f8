// SPDX-License-Identifier: EUPL-1.2

public import Logging
public import Messages
public import RabbitMQ
public import ServiceLifecycle
import Values

/// A partner's process: takes questions, tells at once that it has them, has a desk decide, and answers with the token of the
/// hand-out. It knows the broker and the messages, and nothing of any database.
///
/// A graceful shutdown takes no more questions and gives those at the desk a moment to be answered; then the desk is cancelled.
/// What was not answered comes to another worker when its lease is over.
public struct PartnerWorker: Service {
    /// Questions of one lane under way at once. What is beyond it waits at the broker, where another worker may take it.
    static let questionsMax = 100

    let consumer: RabbitConsumer
    private let desk: any Desk
    let voice: PartnerVoice
    /// How long a stopping worker waits for the desk.
    private let finishMax: Duration
    let logger: Logger

    /// The workers of both lanes, and the services they need, in the order in which they depend on each other.
    ///
    /// - Throws: `ReactorError` where the system gives no thread.
    public static func services(
        partner: String, source: SystemSource, desk: any Desk, broker: RabbitConfiguration, logger: Logger
    ) throws -> [any Service] {
        // Whoever answers at once has no use for a bound on what is under way but the size of a batch.
        let routinePrefetch = desk is any PromptDesk ? 2 * batchMax : 100
        return try ["acute", "routine"].flatMap { lane in
            try services(
                partner: partner, source: source, desk: desk, lane: lane, prefetch: lane == "acute" ? 4 : routinePrefetch, broker: broker,
                logger: logger)
        }
    }

    static func services(
        partner: String, source: SystemSource, desk: any Desk, lane: String, prefetch: Int, finishMax: Duration = .seconds(10),
        broker: RabbitConfiguration, logger: Logger
    ) throws -> [any Service] {
        var configuration = broker
        configuration.connectionName = "ketenroute-partner \(partner) \(lane)"
        let publisher = try RabbitPublisher(configuration: configuration, logger: logger)
        // Whatever the worker has not taken when it stops goes back at once.
        let consumer = try RabbitConsumer(
            configuration: configuration, queue: Addresses.partnerQueue(partner, lane: lane), prefetch: prefetch, drainMax: .zero,
            logger: logger)
        let voice = PartnerVoice(partner: partner, lane: lane, source: source, publisher: publisher, logger: logger)
        // They stop in reverse order: the worker takes no more, then the broker gets back what is left, then nothing is sent any more.
        return [
            publisher, consumer, PartnerWorker(consumer: consumer, desk: desk, voice: voice, finishMax: finishMax, logger: logger),
        ]
    }

    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                if let desk = desk as? any PromptDesk { await answerAtOnce(desk) } else { await takeAndAnswer() }
            }
            group.addTask {
                try? await gracefulShutdown()
                try? await Task.sleep(for: finishMax)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Until shutdown, and then to the end of what was taken.
    private func takeAndAnswer() async {
        let (places, place) = AsyncStream<Void>.makeStream()
        for _ in 0..<PartnerWorker.questionsMax { place.yield() }
        let (taken, taking) = AsyncStream<RabbitDelivery>.makeStream()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await cancelWhenGracefulShutdown {
                    var places = places.makeAsyncIterator()
                    for await delivery in consumer.deliveries {
                        guard await places.next() != nil, !Task.isCancelled else { break }
                        taking.yield(delivery)
                    }
                }
                taking.finish()
            }
            for await delivery in taken {
                let receipt = Receipt(of: delivery, consumer: consumer)
                for message in receipt.messages(logger) {
                    group.addTask {
                        // A place is one delivery, however many questions travel in it.
                        if await handle(message, receipt) { place.yield() }
                    }
                }
            }
        }
    }

    /// - Returns: whether the delivery has been dealt with.
    private func handle(_ event: CloudEvent?, _ receipt: Receipt) async -> Bool {
        do {
            guard let event else { return await receipt.discard() }
            switch event.type {
            case .assignment:
                let assignment = try Assignment(event.data)
                return await take(assignment, of: event.receiver, receipt) { try await desk.decide(assignment) }
            case .rejection: note(rejection: event)
            default: note(event)
            }
        } catch {
            logger.error("message not understood", metadata: ["error": "\(error)"])
            return await receipt.discard()
        }
        return await receipt.acknowledge()
    }

    func note(rejection event: CloudEvent) {
        logger.warning(
            "a message was refused",
            metadata: ["message.id": "\(event.answers ?? "")", "problem": "\(Problem(event.data)?.code ?? "")"])
    }

    func note(_ event: CloudEvent) {
        logger.info("notice", metadata: ["message.type": "\(event.type)", "case.id": "\(event.caseID ?? "")"])
    }

    /// The delivery is acknowledged when the question is taken, never when it is answered: work may last for months, and from
    /// here on the engine watches the lease.
    ///
    /// - Parameter decide: what the desk says; asked again where the first word was danger.
    /// - Returns: whether the delivery has been dealt with.
    func take(
        _ assignment: Assignment, of organisation: OIN?, _ receipt: Receipt,
        _ decide: @Sendable () async throws -> Decision?
    ) async -> Bool {
        let voice = organisation.map { self.voice.speaking(for: $0) } ?? self.voice
        do {
            try await voice.say(.taken, about: assignment)
        } catch {
            // Only a worker that stops gives up.
            return await receipt.giveBack()
        }
        let isLast = await receipt.acknowledge()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keepLease(of: assignment, voice) }
            await answer(assignment, voice, decide)
            group.cancelAll()
        }
        return isLast
    }

    private func answer(_ assignment: Assignment, _ voice: PartnerVoice, _ decide: @Sendable () async throws -> Decision?) async {
        do {
            var decision = try await decide()
            if case .danger(let explanation) = decision {
                try await voice.raiseDanger(in: assignment.reference.caseID, explanation: explanation)
                decision = try await desk.decide(assignment)
            }
            switch decision {
            case .answer(let event, let data): try await voice.say(MessageType(eventName: event), about: assignment, data: data)
            case .refuse(let ground): try await voice.say(.refusal, about: assignment, data: ["grond": .string(ground)])
            case .danger:
                logger.warning(
                    "the desk raised danger a second time and did not answer; the question stays open",
                    metadata: ["assignment": "\(assignment.reference)"])
            case nil: break
            }
        } catch is CancellationError {
            logger.notice("stopped before the question was answered", metadata: ["assignment": "\(assignment.reference)"])
        } catch {
            logger.error(
                "nothing was answered; the question comes again when its lease is over",
                metadata: ["assignment": "\(assignment.reference)", "error": "\(error)"])
        }
    }

    /// Says that the work goes on, three times a lease.
    private func keepLease(of assignment: Assignment, _ voice: PartnerVoice) async {
        while (try? await Task.sleep(for: .seconds(max(assignment.leaseSeconds / 3, 1)))) != nil {
            await voice.beat(for: assignment)
        }
    }
}
