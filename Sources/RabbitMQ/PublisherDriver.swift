// SPDX-License-Identifier: EUPL-1.2

import DequeModule
import Reactor

/// Sends messages over one link and hears the broker's confirms. Lives on its reactor's thread and ends with its link.
final class PublisherDriver: ReactorSource {
    /// Somebody who waits for one message's confirm.
    final class Waiter {
        private var completion: ((RabbitError?) -> Void)?
        let deadline: ContinuousClock.Instant

        init(deadline: ContinuousClock.Instant, completion: @escaping (RabbitError?) -> Void) {
            self.deadline = deadline
            self.completion = completion
        }

        /// Only the first word counts: a confirm that comes after the deadline finds nobody.
        func complete(_ error: RabbitError?) {
            completion?(error)
            completion = nil
        }
    }

    private struct Pending {
        let publication: RabbitPublication
        let mandatory: Bool
        let waiter: Waiter

        var label: ConfirmLabel? {
            guard mandatory else { return nil }
            return ConfirmLabel(
                exchange: publication.exchange, routingKey: publication.routingKey, messageID: publication.message.messageID)
        }

        func isLate(at now: ContinuousClock.Instant) -> Bool { waiter.deadline <= now }
    }

    private let link: Link
    private let watch: PublishWatch
    private let heartbeat: Duration
    private let windowMax: Int
    private var tracker = ConfirmTracker<Waiter>()
    private var pending = Deque<Pending>()
    private var pulse = Pulse()
    private var blockedReason: String?
    private var end: RabbitError?
    private var onEnd: ((RabbitError) -> Void)?

    init(link: Link, watch: PublishWatch, windowMax: Int) {
        self.link = link
        self.watch = watch
        self.windowMax = windowMax
        heartbeat = link.heartbeat / 2
    }

    var isBlocked: Bool { blockedReason != nil }

    /// Calls `body` once, when the link has come to its end.
    func whenEnded(_ body: @escaping (RabbitError) -> Void) {
        if let end { body(end) } else { onEnd = body }
    }

    /// Takes a message for the next ``transmit()``.
    func send(_ publication: RabbitPublication, mandatory: Bool, waiter: Waiter) {
        if let end {
            waiter.complete(RabbitError(.notConnected, place: "publishing", reason: end.description))
        } else if let blockedReason {
            waiter.complete(RabbitError(.blocked, place: "publishing", reason: blockedReason))
        } else {
            pending.append(Pending(publication: publication, mandatory: mandatory, waiter: waiter))
        }
    }

    private static let writesBetweenReads = 32

    /// Sends what the window has room for.
    func transmit() {
        var written = 0
        while end == nil, blockedReason == nil, tracker.count < windowMax, let next = pending.popFirst() {
            do throws(RabbitError) {
                // Reading between writes notices a dead peer; a write to one could block until the watch shuts it.
                if written % PublisherDriver.writesBetweenReads == 0 { try hear() }
                written += 1
                guard end == nil, blockedReason == nil else {
                    pending.prepend(next)
                    continue
                }
                tracker.publish(next.waiter, label: next.label)
                watch.begin()
                defer { watch.end() }
                try link.publish(next.publication, mandatory: next.mandatory)
            } catch {
                fail(error)
            }
        }
        if let blockedReason {
            for entry in pending { entry.waiter.complete(RabbitError(.blocked, place: "publishing", reason: blockedReason)) }
            pending.removeAll()
        }
    }

    private func hear() throws(RabbitError) {
        while let event = try link.next() {
            switch event {
            case .acknowledged(let tag, let multiple):
                for (waiter, error) in tracker.acknowledge(tag, multiple: multiple) { waiter.complete(error) }
            case .refused(let tag, let multiple):
                for (waiter, error) in tracker.refuse(tag, multiple: multiple) { waiter.complete(error) }
            case .returned(let label, let error): tracker.note(returned: label, error)
            case .blocked(let reason): blockedReason = reason
            case .unblocked: blockedReason = nil
            case .delivered, .cancelled: break
            }
        }
    }

    /// The end: nobody waits any longer than this.
    func fail(_ error: RabbitError) {
        guard end == nil else { return }
        end = error
        let lost = RabbitError(.connectionLost, replyCode: error.replyCode, place: "waiting for a confirm", reason: error.reason)
        for waiter in tracker.abandon() { waiter.complete(lost) }
        for entry in pending {
            entry.waiter.complete(RabbitError(.notConnected, place: "publishing", reason: error.description))
        }
        pending.removeAll()
        onEnd?(error)
        onEnd = nil
    }

    /// Takes leave of the broker. Waits for its answer, at most as long as for any other.
    func close() {
        let isConnected = end == nil
        fail(RabbitError(.closed, place: "the publisher", reason: "it has been stopped"))
        if isConnected { link.close() }
    }

    // MARK: ReactorSource

    var fileDescriptor: Int32 { end == nil ? link.fileDescriptor : -1 }
    var wantsWrite: Bool { false }

    func prepareToWait() -> Duration? {
        guard end == nil else { return nil }
        if link.hasBufferedFrames { return .zero }
        return pulse.remaining(of: tracker.count > 0 ? min(heartbeat, .milliseconds(250)) : heartbeat)
    }

    func ready(_ events: ReactorEvents) {
        guard end == nil else { return }
        pulse.beat()
        do throws(RabbitError) {
            try hear()
        } catch {
            return fail(error)
        }
        expire()
        transmit()
    }

    private func expire() {
        let now = ContinuousClock.now
        let late = RabbitError(.timedOut, place: "waiting for a confirm", reason: "the broker did not confirm in time")
        tracker.forEach { if $0.deadline <= now { $0.complete(late) } }
        for entry in pending where entry.isLate(at: now) { entry.waiter.complete(late) }
        pending.removeAll { $0.isLate(at: now) }
    }
}

/// Notices a write that hangs, from another thread: librabbitmq has no time limit on writing.
final class PublishWatch: Sendable {
    private struct Write {
        var fileDescriptor: Int32 = -1
        var since: ContinuousClock.Instant?
    }

    private let write = Lock(Write())

    func watch(_ fileDescriptor: Int32) { write.withLock { $0 = Write(fileDescriptor: fileDescriptor) } }

    func begin() { write.withLock { $0.since = .now } }

    func end() { write.withLock { $0.since = nil } }

    /// Shuts the socket of a write that has lasted too long, which makes the write return.
    func release(after longest: Duration) {
        write.withLock { write in
            guard let since = write.since, since.duration(to: .now) > longest, write.fileDescriptor >= 0 else { return }
            Link.shutDown(write.fileDescriptor)
        }
    }
}
