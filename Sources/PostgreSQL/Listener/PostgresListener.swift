// SPDX-License-Identifier: EUPL-1.2

public import Logging
import Reactor
public import ServiceLifecycle

/// Hears NOTIFY on some channels, on a connection of its own, for as long as `run()` is active.
///
/// Notifications are not kept by the server for those who are away. Therefore each time the listener has (re)connected, and
/// each time its reader was too slow, it says `.resync`: look at the tables once.
///
/// ```swift
/// for await event in listener.events {
///     switch event {
///     case .notification(let channel, _): wake(channel)
///     case .resync: wakeAll()
///     }
/// }
/// ```
public final class PostgresListener: Service, Sendable {
    public enum Event: Hashable, Sendable {
        case notification(channel: String, payload: String)
        /// Something may have been missed.
        case resync
    }

    private struct State: Sendable {
        var buffer = ListenerBuffer()
        var readers: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let logger: Logger
    private let state = Lock(State())

    /// - Parameter channels: the names as NOTIFY has them; upper and lower case differ.
    public init(configuration: PostgresConfiguration, channels: [String], logger: Logger) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
    }

    /// What has been heard. One reader; the sequence ends when `run()` does.
    public var events: Events { Events(listener: self) }

    public struct Events: AsyncSequence, Sendable {
        fileprivate let listener: PostgresListener
        public func makeAsyncIterator() -> Iterator { Iterator(listener: listener) }

        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let listener: PostgresListener
            /// Nil at the end, and when the reading task is cancelled.
            public mutating func next() async -> Event? { await listener.next() }
        }
    }

    /// Connects, listens, and connects again when the connection is lost, until graceful shutdown or cancellation.
    public func run() async throws {
        defer { change { $0.finish() } }
        try? await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do throws(any Error) {
                    try await self.listenUntilLost { failures = 0 }
                } catch {
                    self.logger.debug("PostgreSQL listener cannot connect", metadata: ["db.error": "\(error)"])
                }
                failures += 1
                var generator = SystemRandomNumberGenerator()
                try await Task.sleep(for: Backoff.reconnect.delay(afterFailures: failures, using: &generator))
            }
        }
    }

    private func listenUntilLost(_ connected: () -> Void) async throws {
        let (losses, loss) = AsyncStream<Void>.makeStream()
        let observer = PostgresConnection.Observer(
            lost: { _ in loss.finish() },
            notified: { [weak self] channel, payload in self?.change { $0.append(.notification(channel: channel, payload: payload)) } })
        let connection = try await PostgresConnection.open(configuration, logger: logger, observer: observer)
        do {
            for channel in channels { try await connection.simple("LISTEN \(quotedIdentifier(channel))") }
            connected()
            change { $0.append(.resync) }
            for await _ in losses {}
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    // MARK: Between the connection and the reader

    private func change(_ body: (inout ListenerBuffer) -> Void) {
        let readers = state.withLock { state in
            body(&state.buffer)
            defer { state.readers.removeAll() }
            return state.readers
        }
        for reader in readers { reader.resume() }
    }

    private func next() async -> Event? {
        while !Task.isCancelled {
            let (event, isFinished) = state.withLock { ($0.buffer.popFirst(), $0.buffer.isFinished) }
            if event != nil || isFinished { return event }
            await somethingChanged()
        }
        return nil
    }

    private func somethingChanged() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let mustWait = state.withLock { state in
                    guard !Task.isCancelled, !state.buffer.isFinished, state.buffer.isEmpty else { return false }
                    state.readers.append(reader)
                    return true
                }
                if !mustWait { reader.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }
}
