// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reactor
import ServiceLifecycle

extension PostgresPool {
    /// How often idle and old connections are looked for.
    private static let tidyInterval: Duration = .seconds(5)

    /// Opens, watches and closes the connections, until the service group shuts down gracefully or the task is cancelled. A
    /// graceful shutdown waits for the leases; a cancellation ends their connections.
    public func run() async throws {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { throw PostgresError(.misuse, "run() of a pool may be called once only") }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.tidyRegularly() }
                update { $0.start() }
                for await action in work { start(action, in: &group) }
                group.cancelAll()
            }
            await closeAll()
        } onGracefulShutdown: {
            self.shutDown()
        }
    }

    /// Refuses new leases and closes the connections as they come back; `run()` returns after the last.
    func shutDown() { update { $0.shutDown() } }

    private func start(_ action: PoolStateMachine.Action, in group: inout DiscardingTaskGroup) {
        switch action {
        case .connect(let id, let delay): group.addTask { await self.connect(id, after: delay) }
        case .close(let id):
            guard let connection = state.withLock({ $0.connections.removeValue(forKey: id) }) else { return }
            group.addTask { await connection.close() }
        case .lease, .refuse, .finish: preconditionFailure("\(action) is performed at once")
        }
    }

    private func connect(_ id: PoolStateMachine.ConnectionID, after delay: Duration) async {
        do {
            if delay > .zero { try await Task.sleep(for: delay) }
            let observer = PostgresConnection.Observer(lost: { [weak self] error in self?.lost(id, error) })
            let connection = try await PostgresConnection.open(configuration, logger: logger, observer: observer)
            state.withLock { $0.connections[id] = connection }
            update { $0.connected(id, at: .now) }
        } catch {
            let failure = error as? PostgresError ?? PostgresError(.connectFailed, "given up, because the pool was cancelled")
            logger.debug("PostgreSQL connection failed", metadata: ["db.error": "\(failure)"])
            update { machine in
                var generator = SystemRandomNumberGenerator()
                return machine.connectFailed(id, failure, using: &generator)
            }
        }
    }

    private func lost(_ id: PoolStateMachine.ConnectionID, _ error: PostgresError) {
        logger.debug("PostgreSQL connection lost", metadata: ["db.error": "\(error)"])
        update { $0.lost(id) }
    }

    private func tidyRegularly() async {
        while (try? await Task.sleep(for: PostgresPool.tidyInterval)) != nil { update { $0.tidy(at: .now) } }
    }

    /// After a cancellation connections may still be lent; their holders see `.connectionLost`.
    private func closeAll() async {
        shutDown()
        let remaining = state.withLock { state in
            defer { state.connections.removeAll() }
            return Array(state.connections.values)
        }
        for connection in remaining { await connection.close() }
    }
}
