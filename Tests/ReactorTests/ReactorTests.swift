// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Reactor
import Testing

/// An actor on a reactor, as the clients' connections are.
private actor Worker {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private(set) var count = 0

    init(reactor: Reactor) { self.reactor = reactor }

    func add() { count += 1 }
    func isOnReactor() -> Bool { reactor.isCurrent }
    func attachPipe(_ pipe: Pipe, _ received: Lock<[UInt8]>) {
        reactor.attach(PipeSource(descriptor: pipe.readEnd, received: received))
    }
    func attachTimer(every interval: Duration, _ fired: AsyncStream<Void>.Continuation) {
        reactor.attach(TimerSource(interval: interval, fired: fired))
    }

    /// Waits for something that is resumed on the reactor's own thread, as a query is.
    func awaitOwnThread(times: Int) async {
        let source = EchoSource()
        reactor.attach(source)
        for _ in 0..<times { await withCheckedContinuation(isolation: self) { source.waiting = $0 } }
        reactor.detach(source)
    }
}

private final class EchoSource: ReactorSource {
    var waiting: CheckedContinuation<Void, Never>?
    let fileDescriptor: Int32 = -1
    let wantsWrite = false
    func prepareToWait() -> Duration? { waiting == nil ? nil : .zero }
    func ready(_ events: ReactorEvents) {
        guard events.contains(.elapsed), let waiting else { return }
        self.waiting = nil
        waiting.resume()
    }
}

private struct Pipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32
    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }
}

private final class PipeSource: ReactorSource {
    let fileDescriptor: Int32
    let wantsWrite = false
    private let received: Lock<[UInt8]>
    init(descriptor: Int32, received: Lock<[UInt8]>) {
        fileDescriptor = descriptor
        self.received = received
    }
    deinit { close(fileDescriptor) }
    func prepareToWait() -> Duration? { nil }
    func ready(_ events: ReactorEvents) {
        var byte: UInt8 = 0
        while read(fileDescriptor, &byte, 1) == 1 { received.withLock { $0.append(byte) } }
    }
}

private final class TimerSource: ReactorSource {
    let fileDescriptor: Int32 = -1
    let wantsWrite = false
    private let interval: Duration
    private let fired: AsyncStream<Void>.Continuation
    init(interval: Duration, fired: AsyncStream<Void>.Continuation) {
        self.interval = interval
        self.fired = fired
    }
    func prepareToWait() -> Duration? { interval }
    func ready(_ events: ReactorEvents) { if events.contains(.elapsed) { fired.yield() } }
}

@Suite("Reactor", .timeLimit(.minutes(1)))
struct ReactorTests {
    @Test("an actor's methods run on the reactor's thread, callers do not")
    func confinement() async throws {
        let worker = Worker(reactor: try Reactor(name: "test"))
        #expect(await worker.isOnReactor())
        #expect(!worker.reactor.isCurrent)
    }

    @Test("no job is lost when two hundred tasks enqueue at once")
    func noJobIsLost() async throws {
        let worker = Worker(reactor: try Reactor(name: "test"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { for _ in 0..<100 { await worker.add() } } }
        }
        #expect(await worker.count == 20_000)
    }

    @Test("a task that prefers the reactor never leaves its thread while it waits there")
    func preferenceKeepsTheThread() async throws {
        let reactor = try Reactor(name: "test")
        let worker = Worker(reactor: reactor)
        await pinned(worker, times: 10)
        let before = reactor.statistics
        await pinned(worker, times: 1_000)
        let after = reactor.statistics
        // One or two to come in and to begin; none for each of the thousand waits.
        #expect(after.jobsFromOtherThreads - before.jobsFromOtherThreads <= 4)
        #expect(after.jobs - before.jobs >= 1_000)
    }

    private nonisolated func pinned(_ worker: Worker, times: Int) async {
        await withTaskExecutorPreference(worker.reactor) { await worker.awaitOwnThread(times: times) }
    }

    @Test("data on a descriptor wakes the sleeping thread and reaches its source")
    func readiness() async throws {
        let pipe = try Pipe()
        let received = Lock<[UInt8]>([])
        let worker = Worker(reactor: try Reactor(name: "test"))
        await worker.attachPipe(pipe, received)
        for byte in UInt8(0)..<50 {
            withUnsafePointer(to: byte) { _ = write(pipe.writeEnd, $0, 1) }
            while received.withLock({ $0.count }) <= Int(byte) { await Task.yield() }
        }
        #expect(received.withLock { $0 } == Array(0..<50))
        close(pipe.writeEnd)
    }

    @Test("a source that bounds its sleep is called when the time has passed, again and again")
    func elapsing() async throws {
        let worker = Worker(reactor: try Reactor(name: "test"))
        let (stream, fired) = AsyncStream<Void>.makeStream()
        await worker.attachTimer(every: .milliseconds(1), fired)
        var count = 0
        for await _ in stream {
            count += 1
            if count == 5 { break }
        }
        #expect(count == 5)
    }

    @Test("the last reference ends the thread, which lets go of its sources")
    func endReleasesSources() async throws {
        for _ in 0..<50 {
            let pipe = try Pipe()
            let received = Lock<[UInt8]>([])
            var worker: Worker? = Worker(reactor: try Reactor(name: "test"))
            await worker?.attachPipe(pipe, received)
            worker = nil
            // The source closes its end when it goes; then writing is refused.
            signal(SIGPIPE, SIG_IGN)
            while withUnsafePointer(to: UInt8(1), { write(pipe.writeEnd, $0, 1) }) == 1 { await Task.yield() }
            #expect(errno == EPIPE || errno == EAGAIN)
            close(pipe.writeEnd)
        }
    }

    @Test("a task that outlives every other reference still finishes")
    func jobsOutliveTheOwner() async throws {
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard let reactor = try? Reactor(name: "test") else { return 0 }
                    let worker = Worker(reactor: reactor)
                    return await Task(executorPreference: reactor) {
                        for _ in 0..<20 {
                            await worker.add()
                            await Task.yield()
                        }
                        return await worker.count
                    }.value
                }
            }
            return await group.reduce(0, +)
        }
        #expect(total == 1_000)
    }
}
