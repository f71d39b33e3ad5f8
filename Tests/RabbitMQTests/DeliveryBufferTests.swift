// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import RabbitMQ

@Suite("Deliveries between a connection and its workers", .timeLimit(.minutes(1)))
struct DeliveryBufferTests {
    private func deliveries(_ tags: ClosedRange<UInt64>, bytes: Int = 1) -> [RabbitDelivery] {
        tags.map { tag in
            RabbitDelivery(
                message: RabbitMessage(body: Array(repeating: 0, count: bytes)), exchange: "", routingKey: "", isRedelivered: false,
                tag: tag,
                generation: 1)
        }
    }

    @Test("whoever waits gets all that one turn brings, up to his bound, in order")
    func together() async {
        let buffer = DeliveryBuffer()
        async let first = buffer.next(DeliveryBuffer.Bound(count: 3))
        buffer.add(deliveries(1...5))
        let taken = await first
        let rest = await buffer.next(DeliveryBuffer.Bound(count: 10))
        #expect(taken.map(\.tag) == [1, 2, 3])
        #expect(rest.map(\.tag) == [4, 5])
    }

    @Test("bytes bound a batch as well, but never keep the first one back")
    func bytes() async {
        let buffer = DeliveryBuffer()
        buffer.add(deliveries(1...4, bytes: 100))
        #expect(await buffer.next(DeliveryBuffer.Bound(count: 9, bytes: 50)).map(\.tag) == [1])
        #expect(await buffer.next(DeliveryBuffer.Bound(count: 9, bytes: 200)).map(\.tag) == [2, 3])
        #expect(buffer.takeWaiting(DeliveryBuffer.Bound(count: 9)).map(\.tag) == [4])
        #expect(buffer.takeWaiting(DeliveryBuffer.Bound(count: 9)).isEmpty)
    }

    @Test("the end wakes everybody; what was there before it can still be taken, and nothing comes after it")
    func finish() async {
        let buffer = DeliveryBuffer()
        buffer.add(deliveries(1...1))
        buffer.finish()
        buffer.add(deliveries(2...2))
        #expect(await buffer.next(DeliveryBuffer.Bound(count: 9)).map(\.tag) == [1])
        #expect(await buffer.next(DeliveryBuffer.Bound(count: 9)).isEmpty)
    }

    @Test("a cancelled wait takes nothing from the next")
    func cancelled() async {
        let buffer = DeliveryBuffer()
        let waiting = Task { await buffer.next(DeliveryBuffer.Bound(count: 9)) }
        waiting.cancel()
        #expect(await waiting.value.isEmpty)
        buffer.add(deliveries(1...1))
        #expect(await buffer.next(DeliveryBuffer.Bound(count: 9)).map(\.tag) == [1])
    }
}
