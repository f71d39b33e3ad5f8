// SPDX-License-Identifier: EUPL-1.2

import Reactor

/// Receives messages over one link and sends acknowledgements back. Lives on its reactor's thread and ends with its link.
final class ConsumerDriver: ReactorSource {
    private enum Answer {
        case acknowledge(UInt64, multiple: Bool)
        case reject(UInt64, requeue: Bool)
    }

    private let link: Link
    private let generation: Int
    private let heartbeat: Duration
    private let deliver: ([RabbitDelivery]) -> Void
    /// What this turn has brought so far.
    private var arrived: [RabbitDelivery] = []
    private var answers: [Answer] = []
    private var pulse = Pulse()
    private var isStopping = false
    private var unanswered: Set<UInt64> = []
    private var end: RabbitError?
    private var onEnd: ((RabbitError) -> Void)?

    init(link: Link, generation: Int, deliver: @escaping ([RabbitDelivery]) -> Void) {
        self.link = link
        self.generation = generation
        self.deliver = deliver
        heartbeat = link.heartbeat / 2
    }

    func whenEnded(_ body: @escaping (RabbitError) -> Void) {
        if let end { body(end) } else { onEnd = body }
    }

    var hasUnanswered: Bool { end == nil && (!unanswered.isEmpty || !answers.isEmpty) }

    func acknowledge(_ delivery: RabbitDelivery, multiple: Bool) {
        guard delivery.generation == generation, unanswered.contains(delivery.tag) else { return }
        answers.append(.acknowledge(delivery.tag, multiple: multiple))
        if multiple { unanswered = unanswered.filter { $0 > delivery.tag } } else { unanswered.remove(delivery.tag) }
    }

    /// What is left of `deliveries` behind a message that is still being worked on is told one by one.
    func acknowledge(_ deliveries: [RabbitDelivery]) {
        let tags = deliveries.filter { $0.generation == generation && unanswered.remove($0.tag) != nil }.map(\.tag).sorted()
        let lowestOpen = unanswered.min() ?? .max
        let first = tags.prefix { $0 < lowestOpen }
        if let last = first.last { answers.append(.acknowledge(last, multiple: true)) }
        for tag in tags.dropFirst(first.count) { answers.append(.acknowledge(tag, multiple: false)) }
    }

    func reject(_ delivery: RabbitDelivery, requeue: Bool) {
        guard delivery.generation == generation, unanswered.remove(delivery.tag) != nil else { return }
        answers.append(.reject(delivery.tag, requeue: requeue))
    }

    /// Takes no more from now on. What still comes goes straight back.
    func stopConsuming() throws(RabbitError) {
        isStopping = true
        if end == nil { try link.stopConsuming() }
    }

    func fail(_ error: RabbitError) {
        guard end == nil else { return }
        end = error
        onEnd?(error)
        onEnd = nil
    }

    /// Sends the last answers and takes leave of the broker, which gives what is unanswered to somebody else. Waits for the
    /// broker's word, so that the answers have arrived: what lies unread in a socket that is merely closed is lost.
    func close() {
        guard end == nil else { return }
        _ = prepareToWait()
        let isConnected = end == nil
        fail(RabbitError(.closed, place: "the consumer", reason: "it has been stopped"))
        if isConnected { link.close() }
    }

    // MARK: ReactorSource

    var fileDescriptor: Int32 { end == nil ? link.fileDescriptor : -1 }
    var wantsWrite: Bool { false }

    /// Sends the answers of this turn together.
    func prepareToWait() -> Duration? {
        guard end == nil else { return nil }
        do throws(RabbitError) {
            for answer in answers {
                switch answer {
                case .acknowledge(let tag, let multiple): try link.acknowledge(tag, multiple: multiple)
                case .reject(let tag, let requeue): try link.reject(tag, requeue: requeue)
                }
            }
            answers.removeAll(keepingCapacity: true)
        } catch {
            fail(error)
            return nil
        }
        return link.hasBufferedFrames ? .zero : pulse.remaining(of: heartbeat)
    }

    func ready(_ events: ReactorEvents) {
        guard end == nil else { return }
        pulse.beat()
        do throws(RabbitError) {
            while let event = try link.next() { try take(event) }
        } catch {
            fail(error)
        }
        deliver(arrived)
        arrived.removeAll(keepingCapacity: true)
    }

    private func take(_ event: LinkEvent) throws(RabbitError) {
        switch event {
        case .delivered(let tag, _, _, _, _) where isStopping: answers.append(.reject(tag, requeue: true))
        case .delivered(let tag, let isRedelivered, let exchange, let routingKey, let message):
            unanswered.insert(tag)
            arrived.append(
                RabbitDelivery(
                    message: message, exchange: exchange, routingKey: routingKey, isRedelivered: isRedelivered, tag: tag,
                    generation: generation))
        case .cancelled:
            throw RabbitError(.channelClosed, place: "consuming", reason: "the broker ended the consumer; its queue is gone")
        case .acknowledged, .refused, .returned, .blocked, .unblocked: break
        }
    }
}
