// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reactor

extension PostgresPool {
    /// Waits until the pool can lend a connection.
    ///
    /// - Throws: the server's own error when the last attempt to connect failed.
    public func ready(within timeout: Duration = .seconds(10)) async throws {
        do {
            let lease = try await acquire(until: .now + timeout)
            release(lease, isReusable: true)
        } catch let error as PostgresError where error.code == .acquireTimeout {
            throw error.underlying ?? error
        }
    }

    /// Lends a connection to `body`, which is isolated to it.
    ///
    /// - Parameter deadline: the longest time for all of it, waiting for the connection included. When it passes, the running
    ///   statement is cancelled and no other is begun. Nil for no bound but the acquire timeout.
    /// - Throws: what the body throws; `.acquireTimeout` or `.poolClosed` before it.
    public func withConnection<Value: Sendable>(
        deadline: Duration? = nil, _ body: @Sendable (isolated PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let end = deadline.map { ContinuousClock.now + $0 }
        let lease = try await acquire(until: end)
        let (outcome, isReusable) = await withTaskExecutorPreference(lease.connection.reactor) {
            await lease.connection.lease(until: end, body)
        }
        release(lease, isReusable: isReusable)
        return try outcome.get()
    }

    /// Lends a connection to `body` inside a transaction, and runs the whole body again when the server asks for it: after a
    /// serialization failure, a deadlock, or a change of the schema under a prepared statement. So the body must have no effect
    /// outside the transaction.
    ///
    /// - Parameters:
    ///   - isolation: how much of other transactions it may see.
    ///   - maximumAttempts: how often the body may run, 1 or more.
    ///   - deadline: the longest time for all attempts together.
    /// - Throws: what the body throws; the server's error when all attempts failed; `.commitOutcomeUnknown` when the connection
    ///   ended during COMMIT, which is never tried again here.
    public func withTransaction<Value: Sendable>(
        isolation: IsolationLevel = .readCommitted, maximumAttempts: Int = 5, deadline: Duration? = nil,
        _ body: @Sendable (isolated PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await withConnection(deadline: deadline) { connection in
            var attempt = 1
            while true {
                do {
                    return try await connection.withTransaction(isolation: isolation, body)
                } catch let error as PostgresError where error.isRetryable && attempt < maximumAttempts {
                    self.logger.debug(
                        "PostgreSQL transaction is run again", metadata: ["db.attempt": "\(attempt)", "db.error": "\(error)"])
                    var generator = SystemRandomNumberGenerator()
                    try await Task.sleep(for: Backoff.transaction.delay(afterFailures: attempt, using: &generator))
                    attempt += 1
                }
            }
        }
    }

    private func release(_ lease: Lease, isReusable: Bool) {
        update { $0.release(lease.id, isReusable: isReusable, at: .now) }
    }

    private func acquire(until deadline: ContinuousClock.Instant?) async throws -> Lease {
        try Task.checkCancellation()
        return if let lease = takeIdle() { lease } else { try await wait(until: deadline) }
    }

    /// The usual case, which needs no continuation and no timer.
    private func takeIdle() -> Lease? {
        state.withLock { state in
            guard let id = state.machine.takeIdle(), let connection = state.connections[id] else { return nil }
            return Lease(id: id, connection: connection)
        }
    }

    private func wait(until deadline: ContinuousClock.Instant?) async throws -> Lease {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return PoolStateMachine.WaiterID(number: state.lastWaiter)
        }
        let patience = ContinuousClock.now + configuration.acquireTimeout
        let end = deadline.map { min($0, patience) } ?? patience
        let timer = OnceTask()
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard enlist(waiter, continuation) else { return }
                timer.start { [weak self] in
                    guard (try? await Task.sleep(until: end, clock: .continuous)) != nil else { return }
                    self?.dismiss(waiter) { $0.acquireTimeoutError }
                }
            }
        } onCancel: {
            dismiss(waiter) { _ in CancellationError() }
        }
    }

    /// - Returns: whether the waiter has to wait.
    private func enlist(_ waiter: PoolStateMachine.WaiterID, _ continuation: CheckedContinuation<Lease, any Error>) -> Bool {
        let resumptions: [() -> Void]? = state.withLock { state in
            // The flag is set before the handler runs, and the handler takes this lock: a cancellation is seen here or there.
            guard !Task.isCancelled else { return [{ continuation.resume(throwing: CancellationError()) }] }
            switch state.machine.acquire(waiter) {
            case .refused: return [{ continuation.resume(throwing: PostgresPool.closedError) }]
            case .lease(let id):
                guard let connection = state.connections[id] else { return [{ continuation.resume(throwing: PostgresPool.closedError) }] }
                return [{ continuation.resume(returning: Lease(id: id, connection: connection)) }]
            case .wait(let actions):
                state.waiters[waiter] = continuation
                for action in actions { _ = perform(action, in: &state) }
                return nil
            }
        }
        guard let resumptions else { return true }
        for resume in resumptions { resume() }
        return false
    }

    /// Ends the wait of somebody who still waits.
    private func dismiss(_ waiter: PoolStateMachine.WaiterID, _ reason: (State) -> any Error) {
        let (continuation, error) = state.withLock { state -> (CheckedContinuation<Lease, any Error>?, (any Error)?) in
            guard state.machine.leave(waiter) else { return (nil, nil) }
            return (state.waiters.removeValue(forKey: waiter), reason(state))
        }
        if let continuation, let error { continuation.resume(throwing: error) }
    }
}

extension PostgresPool.State {
    fileprivate var acquireTimeoutError: PostgresError {
        guard isRunning else {
            return PostgresError(
                .acquireTimeout, "no connection, because the pool's run() is not active: give it to a ServiceGroup or use withPool")
        }
        guard let cause = machine.lastConnectError else {
            return PostgresError(
                .acquireTimeout, "no connection became free in time: \(machine.leasedCount) are lent, \(machine.waitingCount) others wait")
        }
        return PostgresError(.acquireTimeout, "no connection could be made in time", underlying: cause)
    }
}
