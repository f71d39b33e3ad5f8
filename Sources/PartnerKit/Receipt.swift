// SPDX-License-Identifier: EUPL-1.2

import Logging
import Messages
import RabbitMQ
import Reactor

/// A delivery and what is still open of it: one message, or several that travel as one. The broker hears of it when all of them have
/// been dealt with.
final class Receipt: Sendable {
    private struct State: Sendable {
        var open: Int
        var isAnyGivenBack = false
        var isAnyUnderstood = false
    }

    private let delivery: RabbitDelivery
    private let consumer: RabbitConsumer
    private let read: Result<[Result<CloudEvent, Problem>], Problem>
    private let state: Lock<State>

    init(of delivery: RabbitDelivery, consumer: RabbitConsumer) {
        self.delivery = delivery
        self.consumer = consumer
        read = Receipt.read(delivery.message)
        state = Lock(State(open: (try? read.get().count) ?? 1))
    }

    private static func read(_ message: RabbitMessage) -> Result<[Result<CloudEvent, Problem>], Problem> {
        do throws(Problem) {
            guard message.contentType == CloudEventBatch.contentType else { return .success([.success(try CloudEvent(message.body))]) }
            return .success(
                try CloudEventBatch.elements(message.body).map { element in
                    Result { () throws(Problem) in try CloudEvent(element.json) }
                })
        } catch {
            return .failure(error)
        }
    }

    /// The messages, nil for one that cannot be read, which is logged.
    func messages(_ logger: Logger) -> [CloudEvent?] {
        func noted(_ problem: Problem) -> CloudEvent? {
            logger.error("message not understood", metadata: ["error": "\(problem)"])
            return nil
        }
        switch read {
        case .failure(let problem): return [noted(problem)]
        case .success(let events):
            return events.map { event in
                switch event {
                case .success(let event): event
                case .failure(let problem): noted(problem)
                }
            }
        }
    }

    /// A message has been dealt with for good.
    ///
    /// - Returns: whether it was the last one; so with the others.
    @discardableResult
    func acknowledge() async -> Bool { await settle { $0.isAnyUnderstood = true } }

    /// A message that nobody can use. A delivery that has nothing else in it is thrown away.
    @discardableResult
    func discard() async -> Bool { await settle { _ in } }

    /// A message that another worker should have. All of the delivery goes back, and what was said about the others is said again.
    @discardableResult
    func giveBack() async -> Bool { await settle { $0.isAnyGivenBack = true } }

    private func settle(_ change: @Sendable (inout State) -> Void) async -> Bool {
        let state = state.withLock { state in
            change(&state)
            state.open -= 1
            return state
        }
        guard state.open == 0 else { return false }
        if state.isAnyGivenBack {
            await consumer.reject(delivery, requeue: true)
        } else if state.isAnyUnderstood {
            await consumer.acknowledge([delivery])
        } else {
            await consumer.reject(delivery, requeue: false)
        }
        return true
    }
}
