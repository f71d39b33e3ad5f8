// SPDX-License-Identifier: EUPL-1.2

public import Logging
import Reactor
public import ServiceLifecycle

/// Publishes messages with confirms over a connection of its own, and connects again when it breaks.
///
/// Nothing is sent before `run()` runs. `publish` returns when the broker has the message safe; hundreds of calls at a time share
/// one connection and one window, so there is no need to collect messages into batches by hand.
public actor RabbitPublisher: Service {
    private nonisolated let reactor: Reactor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let configuration: RabbitConfiguration
    private let topology: RabbitTopology
    private let logger: Logger
    private let watch = PublishWatch()
    private var driver: PublisherDriver?
    private var lastError: RabbitError?
    private var lastDeclared = ContinuousClock.now

    /// Messages under way at most. Beyond it callers wait their turn.
    static let windowMax = 2_000

    /// - Parameter topology: declared on every connection, before anything is sent.
    /// - Throws: `ReactorError` where the system gives no thread.
    public init(configuration: RabbitConfiguration, topology: RabbitTopology = RabbitTopology(), logger: Logger) throws {
        self.configuration = configuration
        self.topology = topology
        self.logger = logger
        reactor = try Reactor(name: "rmq-publish")
    }

    // MARK: Publishing

    /// Publishes one message and waits until the broker has it safe.
    ///
    /// - Parameters:
    ///   - mandatory: whether a message that no queue takes is an error, `returned`.
    ///   - deadline: how long to wait for the confirm.
    /// - Throws: ``RabbitError``. After `connectionLost` and `timedOut` the message may have arrived; send it again with the same id.
    public func publish(_ publication: RabbitPublication, mandatory: Bool = true, deadline: Duration = .seconds(10)) async throws {
        if let error = await publish([publication], mandatory: mandatory, deadline: deadline)[0] { throw error }
    }

    /// Publishes many messages at once.
    ///
    /// - Returns: for each message, in order, nil or why it is not known to be safe.
    public func publish(
        _ publications: [RabbitPublication], mandatory: Bool = true, deadline: Duration = .seconds(10)
    ) async -> [RabbitError?] {
        guard let driver else {
            let reason = lastError?.description ?? "not connected yet"
            return publications.map { _ in RabbitError(.notConnected, place: "publishing", reason: reason) }
        }
        guard !publications.isEmpty else { return [] }
        let end = ContinuousClock.now.advanced(by: deadline)
        return await withCheckedContinuation { continuation in
            let collector = Collector(publications.count, continuation)
            for (index, publication) in publications.enumerated() {
                let waiter = PublisherDriver.Waiter(deadline: end) { collector.settle(index, $0) }
                driver.send(publication, mandatory: mandatory, waiter: waiter)
            }
            driver.transmit()
        }
    }

    /// Gathers the answers to one call.
    private final class Collector {
        private var errors: [RabbitError?]
        private var open: Int
        private let continuation: CheckedContinuation<[RabbitError?], Never>

        init(_ count: Int, _ continuation: CheckedContinuation<[RabbitError?], Never>) {
            errors = Array(repeating: nil, count: count)
            open = count
            self.continuation = continuation
        }

        func settle(_ index: Int, _ error: RabbitError?) {
            errors[index] = error
            open -= 1
            if open == 0 { continuation.resume(returning: errors) }
        }
    }

    // MARK: The connection

    public var isConnected: Bool { driver != nil }

    /// The broker is short of something and takes no messages for now.
    public var isBlocked: Bool { driver?.isBlocked ?? false }

    /// Whether a message could be sent now.
    public var isOpen: Bool { driver.map { !$0.isBlocked } ?? false }

    /// Declares the topology once more, over a connection for that alone: something of it may have been deleted.
    public func declareAgain() async {
        guard ContinuousClock.now - lastDeclared > RabbitPublisher.declarePause else { return }
        lastDeclared = .now
        do {
            try await LinkOpener.open(configuration, topology).close()
        } catch {
            logger.warning("topology not declared", metadata: ["rabbitmq.error": "\(error)"])
        }
    }

    private static let declarePause = Duration.seconds(5)

    /// Waits until there is a connection.
    ///
    /// - Throws: the broker's own words where none could be made in time.
    public func ready(within limit: Duration) async throws {
        let end = ContinuousClock.now.advanced(by: limit)
        while driver == nil {
            guard ContinuousClock.now < end else {
                throw lastError ?? RabbitError(.notConnected, place: "waiting for the broker", reason: "run() does not run")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Keeps the connection until the task is cancelled or the service group shuts down.
    public func run() async throws {
        let watch = watch
        // A write that takes longer means that the broker has stopped reading.
        let writeMax = Duration.seconds(configuration.timeoutSeconds)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepConnected() }
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(1))
                        watch.release(after: writeMax)
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func keepConnected() async {
        var delay = ReconnectDelay()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                let driver = try await connect()
                delay.connected()
                lastError = await end(of: driver)
                reactor.detach(driver)
                self.driver = nil
            } catch {
                lastError = error
            }
            guard !Task.isCancelled else { break }
            logger.warning("publisher has no connection", metadata: ["rabbitmq.error": "\(lastError?.description ?? "")"])
            try? await Task.sleep(for: delay.next(using: &generator))
        }
    }

    private func connect() async throws(RabbitError) -> PublisherDriver {
        let link = try await LinkOpener.open(configuration, topology)
        try link.selectConfirms()
        watch.watch(link.fileDescriptor)
        let driver = PublisherDriver(link: link, watch: watch, windowMax: RabbitPublisher.windowMax)
        reactor.attach(driver)
        self.driver = driver
        return driver
    }

    private func end(of driver: PublisherDriver) async -> RabbitError {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in driver.whenEnded { continuation.resume(returning: $0) } }
        } onCancel: {
            Task { await self.interrupt() }
        }
    }

    private func interrupt() { driver?.close() }
}
