// SPDX-License-Identifier: EUPL-1.2

/// One thread that is an executor and a poll loop at once.
///
/// libpq and librabbitmq are written for one thread per connection that sleeps in poll(2); Swift's actors are written for an
/// executor. A reactor is both, so that a connection can be an actor: its state is confined to one thread, as the C library
/// demands, a query costs one context switch, the cooperative pool is never blocked, and while the connection is idle its
/// socket is still watched, so that the end of the server, a notification or a heartbeat needs nobody to ask.
///
/// ```swift
/// actor Connection {
///     nonisolated let reactor: Reactor
///     nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
/// }
/// try await withTaskExecutorPreference(connection.reactor) { try await connection.work() }
/// ```
///
/// It is a `TaskExecutor` too, because the runtime resumes a continuation through the task's preferred executor: without the
/// preference every await inside an actor with a custom executor takes a detour over the global pool and back.
///
/// The thread lives as long as the reactor. An actor holds its executor, and a queued job holds it as well, so no job can come
/// after the end: the thread runs every job, lets go of its sources and ends when the last reference is gone.
public final class Reactor: SerialExecutor, TaskExecutor {
    private let loop: ReactorLoop

    /// - Parameter name: shown by `ps -L` and `top -H`; the kernel keeps the first 15 bytes.
    /// - Throws: `ReactorError` when the system gives no thread or no descriptor.
    public init(name: String) throws(ReactorError) {
        loop = try ReactorLoop()
        try loop.start(threadName: name)
    }

    deinit { loop.stop() }

    public func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(UnownedJob(job), of: self)
    }

    /// Whether the caller runs on this reactor's thread.
    public var isCurrent: Bool { loop.isCurrent }

    public func checkIsolated() {
        precondition(isCurrent, "called from another thread than the reactor's")
    }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Polls `source` from the next turn on, until `detach(_:)` or the end of the reactor. The reactor holds it meanwhile, so the
    /// source must not hold the reactor. Only to be called on the reactor's thread.
    public func attach(_ source: any ReactorSource) {
        checkIsolated()
        loop.attach(source)
    }

    /// Stops polling `source`, at once: no method of it is called any more. Only to be called on the reactor's thread.
    public func detach(_ source: any ReactorSource) {
        checkIsolated()
        loop.detach(source)
    }

    /// What the reactor has done since it was made.
    public var statistics: Statistics { loop.statistics }

    public struct Statistics: Hashable, Sendable {
        /// Jobs taken in.
        public var jobs: UInt64 = 0
        /// Those of them that another thread brought. A task that prefers this executor brings none while it runs here.
        public var jobsFromOtherThreads: UInt64 = 0
        /// How often the sleeping thread had to be woken.
        public var wakeUps: UInt64 = 0
    }
}
