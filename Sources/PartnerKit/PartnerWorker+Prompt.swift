// SPDX-License-Identifier: EUPL-1.2

import Logging
import Messages
import RabbitMQ
import ServiceLifecycle

/// The short way of a worker whose desk needs no time.
extension PartnerWorker {
    /// Deliveries answered together at most.
    static let batchMax = 200

    /// Until shutdown: takes what has arrived, answers all of it, and acknowledges when the broker has the answers.
    func answerAtOnce(_ desk: any PromptDesk) async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while case let deliveries = await consumer.batch(atMost: PartnerWorker.batchMax), !deliveries.isEmpty {
                    var round = Round()
                    for delivery in deliveries {
                        let receipt = Receipt(of: delivery, consumer: consumer)
                        for message in receipt.messages(logger) {
                            guard let slow = take(message, receipt, desk, into: &round) else { continue }
                            group.addTask { _ = await slow() }
                        }
                    }
                    await finish(round)
                }
            }
        }
    }

    /// Messages that need no more than an answer, or not even that.
    private struct Round {
        var answers: [RabbitPublication] = []
        var answered: [Receipt] = []
        var heard: [Receipt] = []
        var senseless: [Receipt] = []
    }

    /// - Returns: what is left to do where the desk says something else than an answer.
    private func take(
        _ event: CloudEvent?, _ receipt: Receipt, _ desk: any PromptDesk, into round: inout Round
    ) -> (@Sendable () async -> Bool)? {
        do {
            guard let event else {
                round.senseless.append(receipt)
                return nil
            }
            guard event.type == .assignment else {
                if event.type == .rejection { note(rejection: event) } else { note(event) }
                round.heard.append(receipt)
                return nil
            }
            let assignment = try Assignment(event.data)
            let decision = desk.decideAtOnce(assignment)
            guard case .answer(let name, let data) = decision else {
                let asked = Asked(first: decision, desk: desk)
                return { await take(assignment, of: event.receiver, receipt) { await asked.decide(assignment) } }
            }
            let voice = event.receiver.map { self.voice.speaking(for: $0) } ?? self.voice
            round.answers.append(try voice.answer(name, to: assignment, data: data))
            round.answered.append(receipt)
        } catch {
            logger.error("message not understood", metadata: ["error": "\(error)"])
            round.senseless.append(receipt)
        }
        return nil
    }

    /// What is not answered when the worker stops goes back; the engine knows an answer that comes twice.
    private func finish(_ round: Round) async {
        for receipt in round.senseless { await receipt.discard() }
        for receipt in round.heard { await receipt.acknowledge() }
        guard !round.answers.isEmpty else { return }
        do {
            try await voice.say(round.answers)
            for receipt in round.answered { await receipt.acknowledge() }
        } catch {
            for receipt in round.answered { await receipt.giveBack() }
        }
    }

    /// A desk that has been asked once already.
    private actor Asked {
        private let first: Decision?
        private let desk: any PromptDesk
        private var isFirst = true

        init(first: Decision?, desk: any PromptDesk) {
            self.first = first
            self.desk = desk
        }

        func decide(_ assignment: Assignment) -> Decision? {
            defer { isFirst = false }
            return isFirst ? first : desk.decideAtOnce(assignment)
        }
    }
}
