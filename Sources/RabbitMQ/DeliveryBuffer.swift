// SPDX-License-Identifier: EUPL-1.2

import DequeModule
import Reactor

/// Deliveries between a connection and whoever works on them, handed over in the order in which they came. The consumer's prefetch
/// bounds them.
final class DeliveryBuffer: Sendable {
    /// How much somebody takes at once.
    struct Bound {
        var count: Int
        var bytes = Int.max
    }

    private struct Waiter {
        let number: UInt64
        let bound: Bound
        let continuation: CheckedContinuation<[RabbitDelivery], Never>
    }

    private struct State: Sendable {
        var deliveries = Deque<RabbitDelivery>()
        var waiters = Deque<Waiter>()
        var lastNumber: UInt64 = 0
        var isFinished = false

        mutating func take(_ bound: Bound) -> [RabbitDelivery] {
            var taken: [RabbitDelivery] = []
            var bytes = 0
            while taken.count < max(bound.count, 1), bytes < bound.bytes, let delivery = deliveries.popFirst() {
                bytes += delivery.message.body.count
                taken.append(delivery)
            }
            return taken
        }
    }

    private let state = Lock(State())

    /// Adds what one turn of the connection has brought, all of it before anybody wakes: who waits gets as much as there is.
    func add(_ arrived: [RabbitDelivery]) {
        let woken = state.withLock { state in
            guard !state.isFinished else { return [(Waiter, [RabbitDelivery])]() }
            state.deliveries.append(contentsOf: arrived)
            var woken: [(Waiter, [RabbitDelivery])] = []
            while !state.deliveries.isEmpty, let waiter = state.waiters.popFirst() { woken.append((waiter, state.take(waiter.bound))) }
            return woken
        }
        for (waiter, deliveries) in woken { waiter.continuation.resume(returning: deliveries) }
    }

    /// Nothing more will come. What is there can still be taken.
    func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: []) }
    }

    /// Waits until there is something.
    ///
    /// - Returns: at least one delivery; none when nothing more will come or the task was cancelled.
    func next(_ bound: Bound) async -> [RabbitDelivery] {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let deliveries: [RabbitDelivery]? = state.withLock { state in
                    // The flag is set before the handler runs, and the handler takes this lock: a cancellation is seen here or there.
                    guard !Task.isCancelled else { return [] }
                    guard state.deliveries.isEmpty, !state.isFinished else { return state.take(bound) }
                    state.waiters.append(Waiter(number: number, bound: bound, continuation: continuation))
                    return nil
                }
                if let deliveries { continuation.resume(returning: deliveries) }
            }
        } onCancel: {
            dismiss(number)
        }
    }

    /// What is there now, without waiting.
    func takeWaiting(_ bound: Bound) -> [RabbitDelivery] {
        state.withLock { state in state.deliveries.isEmpty ? [] : state.take(bound) }
    }

    private func dismiss(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: [])
    }
}
