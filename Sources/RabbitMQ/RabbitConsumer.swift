// SPDX-License-Identifier: EUPL-1.2

public import Logging
import Reactor
public import ServiceLifecycle

/// Receives messages from one queue over a connection of its own, and connects again when it breaks.
///
/// Nothing comes before `run()` runs. Every delivery has to be acknowledged or rejected; at most `prefetch` are out at a time,
/// and that is the only bound on what waits here. After a broken connection the broker delivers again what was not
/// acknowledged, so a message can come twice.
public actor RabbitConsumer: Service {
    private nonisolated let reactor: Reactor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// The messages one by one, in the order in which they come. Ends when the consumer has been stopped.
    public nonisolated var deliveries: AsyncStream<RabbitDelivery> {
        let buffer = buffer
        return AsyncStream { await buffer.next(DeliveryBuffer.Bound(count: 1)).first }
    }

    private nonisolated let buffer = DeliveryBuffer()
    private let configuration: RabbitConfiguration
    private let topology: RabbitTopology
    private let queue: String
    private let prefetch: Int
    private let logger: Logger
    private var driver: ConsumerDriver?
    private var generation = 0
    private var lastError: RabbitError?

    private let drainMax: Duration

    /// - Parameters:
    ///   - prefetch: deliveries without acknowledgement at most; 1 or more.
    ///   - topology: declared on every connection, before anything is received.
    ///   - drainMax: how long a stopping consumer waits for the answers to what is under way.
    /// - Throws: `ReactorError` where the system gives no thread.
    public init(
        configuration: RabbitConfiguration, queue: String, prefetch: Int, topology: RabbitTopology = RabbitTopology(),
        drainMax: Duration = .seconds(10), logger: Logger
    ) throws {
        self.configuration = configuration
        self.queue = queue
        self.prefetch = prefetch
        self.topology = topology
        self.drainMax = drainMax
        self.logger = logger
        reactor = try Reactor(name: "rmq-consume")
    }

    // MARK: Batches

    /// Waits for messages and takes what has arrived. Any number of callers share what comes.
    ///
    /// - Parameters:
    ///   - countMax: messages at most; 1 or more.
    ///   - bytesMax: bodies together at most, save that the first is taken whatever its size.
    ///   - linger: how long to wait for more where fewer than `countMax` have arrived.
    /// - Returns: at least one message; none when the consumer has been stopped or the task was cancelled.
    public nonisolated func batch(
        atMost countMax: Int, bytesMax: Int = .max, linger: Duration = .zero
    ) async -> [RabbitDelivery] {
        var deliveries = await buffer.next(DeliveryBuffer.Bound(count: countMax, bytes: bytesMax))
        let bytes = deliveries.reduce(0) { $0 + $1.message.body.count }
        guard linger > .zero, !deliveries.isEmpty, deliveries.count < countMax, bytes < bytesMax else { return deliveries }
        // A cancelled wait has taken what it has taken.
        try? await Task.sleep(for: linger)
        deliveries += buffer.takeWaiting(DeliveryBuffer.Bound(count: countMax - deliveries.count, bytes: bytesMax - bytes))
        return deliveries
    }

    // MARK: Answers

    /// The messages have been dealt with for good: one word to the broker, where no earlier message is still being worked on.
    public func acknowledge(_ deliveries: [RabbitDelivery]) { driver?.acknowledge(deliveries) }

    /// The message has been dealt with for good.
    ///
    /// - Parameter multiple: all earlier deliveries of the connection as well.
    public func acknowledge(_ delivery: RabbitDelivery, multiple: Bool = false) {
        driver?.acknowledge(delivery, multiple: multiple)
    }

    /// The message cannot be dealt with: back into the queue, or away from it.
    public func reject(_ delivery: RabbitDelivery, requeue: Bool) { driver?.reject(delivery, requeue: requeue) }

    // MARK: The connection

    public var isConnected: Bool { driver != nil }

    /// Waits until messages can come.
    ///
    /// - Throws: the broker's own words where no connection could be made in time.
    public func ready(within limit: Duration) async throws {
        let end = ContinuousClock.now.advanced(by: limit)
        while driver == nil {
            guard ContinuousClock.now < end else {
                throw lastError ?? RabbitError(.notConnected, place: "waiting for the broker", reason: "run() does not run")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Keeps receiving until the task is cancelled or the service group shuts down; then takes no more, waits for the answers to
    /// what is under way, and closes.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.keepConnected() }
        // The task is cancelled by now, and waiting for the last answers must not be.
        await Task { await self.drain() }.value
    }

    private func keepConnected() async {
        var delay = ReconnectDelay()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                let driver = try await connect()
                delay.connected()
                guard let error = await end(of: driver) else { return }
                lastError = error
                reactor.detach(driver)
                self.driver = nil
            } catch {
                lastError = error
            }
            guard !Task.isCancelled else { break }
            logger.warning(
                "consumer has no connection", metadata: ["rabbitmq.queue": "\(queue)", "rabbitmq.error": "\(lastError?.description ?? "")"])
            try? await Task.sleep(for: delay.next(using: &generator))
        }
    }

    private func connect() async throws(RabbitError) -> ConsumerDriver {
        let link = try await LinkOpener.open(configuration, topology)
        generation += 1
        let buffer = buffer
        let driver = ConsumerDriver(link: link, generation: generation, deliver: { buffer.add($0) })
        try link.consume(queue, prefetch: prefetch)
        reactor.attach(driver)
        self.driver = driver
        return driver
    }

    /// Nil when the task was cancelled and the connection still stands.
    private func end(of driver: ConsumerDriver) async -> RabbitError? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                interruption = continuation
                if Task.isCancelled { interrupt() }
                driver.whenEnded { [weak self] error in self?.assumeIsolated { $0.resumeEnd(error) } }
            }
        } onCancel: {
            Task { await self.interrupt() }
        }
    }

    private var interruption: CheckedContinuation<RabbitError?, Never>?

    private func interrupt() { resumeEnd(nil) }

    private func resumeEnd(_ error: RabbitError?) {
        interruption?.resume(returning: error)
        interruption = nil
    }

    private func drain() async {
        do throws(RabbitError) {
            try driver?.stopConsuming()
        } catch {
            logger.warning("consumer could not say that it stops", metadata: ["rabbitmq.error": "\(error)"])
        }
        buffer.finish()
        let end = ContinuousClock.now.advanced(by: drainMax)
        while let driver, driver.hasUnanswered, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(10)) }
        guard let driver else { return }
        driver.close()
        reactor.detach(driver)
        self.driver = nil
    }
}
