// SPDX-License-Identifier: EUPL-1.2

import CReactor
import DequeModule
import Glibc

/// The thread of a reactor.
///
/// It is an object of its own, because the thread must not keep the reactor alive: the reactor's end is what ends the thread.
///
/// Unchecked: `inbox` is behind its lock; `sources` and what lies below it are touched by the loop's own thread only, which
/// `Reactor` checks on every call that leads here.
final class ReactorLoop: @unchecked Sendable {
    fileprivate struct Inbox: Sendable {
        var jobs = Deque<UnownedJob>()
        /// Held while jobs wait, so that the executor outlives every job it has taken.
        var owner: Reactor?
        var isSleeping = false
        var isStopped = false
        var statistics = Reactor.Statistics()
    }

    private let inbox = Lock(Inbox())
    private let wakeDescriptor: Int32

    private var batch = Deque<UnownedJob>()
    private var sources: [any ReactorSource] = []
    private var descriptors: [pollfd] = []
    private let clock = ContinuousClock()

    init() throws(ReactorError) {
        wakeDescriptor = creactor_eventfd()
        guard wakeDescriptor >= 0 else { throw ReactorError(call: "eventfd", errorNumber: errno) }
    }

    deinit { if wakeDescriptor >= 0 { close(wakeDescriptor) } }

    func start(threadName: String) throws(ReactorError) {
        let start = Unmanaged.passRetained(ThreadStart(loop: self, name: threadName))
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, runThread, start.toOpaque())
        guard failure == 0 else {
            start.release()
            throw ReactorError(call: "pthread_create", errorNumber: failure)
        }
        pthread_detach(thread)
    }

    var isCurrent: Bool { creactor_current_loop() == UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()) }

    var statistics: Reactor.Statistics { inbox.withLock { $0.statistics } }

    func enqueue(_ job: UnownedJob, of owner: Reactor) {
        let isOwnThread = isCurrent
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            inbox.owner = owner
            inbox.statistics.jobs += 1
            if !isOwnThread { inbox.statistics.jobsFromOtherThreads += 1 }
            return inbox.takeSleeper()
        }
        if mustWake { creactor_eventfd_signal(wakeDescriptor) }
    }

    func stop() {
        let mustWake = inbox.withLock { inbox in
            inbox.isStopped = true
            return inbox.takeSleeper()
        }
        if mustWake { creactor_eventfd_signal(wakeDescriptor) }
    }

    func attach(_ source: any ReactorSource) { sources.append(source) }

    func detach(_ source: any ReactorSource) { sources.removeAll { $0 === source } }

    fileprivate func run() {
        creactor_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        while runJobs() { waitAndServe() }
        sources.removeAll()
        creactor_set_current_loop(nil)
    }

    /// Runs what has been enqueued; false when nothing can come any more. The reactor is let go of on return, so that the thread
    /// does not keep it alive while it waits.
    private func runJobs() -> Bool {
        let (owner, isStopped) = inbox.withLock { inbox in
            swap(&inbox.jobs, &batch)
            defer { inbox.owner = nil }
            return (inbox.owner, inbox.isStopped)
        }
        guard let owner else { return !isStopped }
        withExtendedLifetime(owner) {
            // Both executors are named to the runtime, so that it sees that a resumed task is already where it wants to be.
            let serial = owner.asUnownedSerialExecutor()
            let task = owner.asUnownedTaskExecutor()
            while let job = batch.popFirst() { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
        }
        return true
    }

    private func waitAndServe() {
        // A copy: sources may attach and detach while they are called.
        let polled = sources
        let limits = polled.map { $0.prepareToWait() }
        let start = clock.now
        poll(polled, atMost: limits.compactMap { $0 }.min())
        let elapsed = clock.now - start
        for (index, source) in polled.enumerated() {
            var events = ReactorEvents(returned: descriptors[index + 1].revents)
            if let limit = limits[index], elapsed >= limit { events.insert(.elapsed) }
            guard !events.isEmpty, sources.contains(where: { $0 === source }) else { continue }
            source.ready(events)
        }
    }

    private func poll(_ polled: [any ReactorSource], atMost limit: Duration?) {
        descriptors.removeAll(keepingCapacity: true)
        descriptors.append(pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0))
        for source in polled {
            let events = Int16(POLLIN) | (source.wantsWrite ? Int16(POLLOUT) : 0)
            descriptors.append(pollfd(fd: source.fileDescriptor, events: events, revents: 0))
        }
        // The flag is set under the lock that guards the jobs: whoever adds one now sees it and signals.
        let mayBlock = inbox.withLock { inbox in
            inbox.isSleeping = inbox.jobs.isEmpty && !inbox.isStopped
            return inbox.isSleeping
        }
        let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), mayBlock ? limit.pollMilliseconds : 0)
        if mayBlock { inbox.withLock { $0.isSleeping = false } }
        if count < 0 {
            // EINTR leaves revents as they were before; nothing is ready.
            precondition(errno == EINTR || errno == EAGAIN, "poll failed: \(ReactorError(call: "poll", errorNumber: errno))")
            for index in descriptors.indices { descriptors[index].revents = 0 }
        }
        if descriptors[0].revents != 0 { creactor_eventfd_clear(wakeDescriptor) }
    }
}

extension ReactorLoop.Inbox {
    /// Whether the thread sleeps and has not been woken yet; counts the wake-up that the caller now owes.
    fileprivate mutating func takeSleeper() -> Bool {
        guard isSleeping else { return false }
        isSleeping = false
        statistics.wakeUps += 1
        return true
    }
}

extension ReactorEvents {
    fileprivate init(returned: Int16) {
        self = []
        if returned & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0 { insert(.readable) }
        if returned & Int16(POLLOUT) != 0 { insert(.writable) }
    }
}

extension Duration? {
    /// Rounded up: waking a moment early would find that nothing is due yet, and spin.
    fileprivate var pollMilliseconds: Int32 {
        guard let self else { return -1 }
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = self.components
        guard seconds < 1_000_000 else { return Int32.max }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        return Int32(seconds * 1_000 + (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond)
    }
}

/// What crosses from the starting thread to the started one.
private final class ThreadStart {
    let loop: ReactorLoop
    let name: String

    init(loop: ReactorLoop, name: String) {
        self.loop = loop
        self.name = name
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    creactor_name_thread(start.name)
    start.loop.run()
    return nil
}
