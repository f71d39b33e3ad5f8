// SPDX-License-Identifier: EUPL-1.2

public import Logging
import Reactor
public import ServiceLifecycle

/// A bounded set of connections, lent to closures.
///
/// The pool connects only while `run()` is active. A service gives it to its `ServiceGroup`, before the services that use it, so
/// that it ends after them; a command wraps its work in `withPool`. Without `run()` a lease fails after the acquire timeout.
///
/// ```swift
/// let pool = PostgresPool(configuration: configuration, logger: logger)
/// let revision = try await pool.withTransaction { connection in
///     try await connection.query(readRevision, id).first?.decode("revision", as: Int.self)
/// }
/// ```
public final class PostgresPool: Service, Sendable {
    struct State: Sendable {
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: PostgresConnection] = [:]
        var waiters: [PoolStateMachine.WaiterID: CheckedContinuation<Lease, any Error>] = [:]
        var lastWaiter: UInt64 = 0
        var isRunning = false
    }

    struct Lease: Sendable {
        let id: PoolStateMachine.ConnectionID
        let connection: PostgresConnection
    }

    /// What the pool holds now, and what it has done since it was made.
    public struct Statistics: Hashable, Sendable {
        public var idle: Int
        public var leased: Int
        public var connecting: Int
        public var waiting: Int
        public var connectsTotal: Int
        public var connectFailuresTotal: Int
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    let state: Lock<State>
    let work: AsyncStream<PoolStateMachine.Action>
    let workContinuation: AsyncStream<PoolStateMachine.Action>.Continuation

    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let limits = PoolStateMachine.Limits(
            connectionsMin: configuration.poolSizeMin, connectionsMax: configuration.poolSize,
            idleTimeout: configuration.idleTimeout, lifetimeMax: configuration.lifetimeMax)
        state = Lock(State(machine: PoolStateMachine(limits: limits)))
        // Bounded by the machine: each connection has at most one action of each kind outstanding.
        (work, workContinuation) = AsyncStream.makeStream()
    }

    /// Runs `body` with a pool of its own, which is shut down when the body ends.
    public static func withPool<Value: Sendable>(
        _ configuration: PostgresConfiguration, logger: Logger = Logger(label: "postgresql"),
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(configuration: configuration, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            defer { pool.shutDown() }
            return try await body(pool)
        }
    }

    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                idle: state.machine.idleCount, leased: state.machine.leasedCount, connecting: state.machine.connectingCount,
                waiting: state.machine.waitingCount, connectsTotal: state.machine.connectsTotal,
                connectFailuresTotal: state.machine.connectFailuresTotal)
        }
    }

    /// Changes the machine and does at once what needs no waiting; the rest goes to `run()`.
    func update(_ change: (inout PoolStateMachine) -> [PoolStateMachine.Action]) {
        let resumptions = state.withLock { state in
            change(&state.machine).compactMap { perform($0, in: &state) }
        }
        for resume in resumptions { resume() }
    }

    /// - Returns: what is to be done outside the lock.
    func perform(_ action: PoolStateMachine.Action, in state: inout State) -> (() -> Void)? {
        switch action {
        case .connect, .close:
            workContinuation.yield(action)
            return nil
        case .finish:
            workContinuation.finish()
            return nil
        case .lease(let id, let waiter):
            guard let continuation = state.waiters.removeValue(forKey: waiter), let connection = state.connections[id] else { return nil }
            return { continuation.resume(returning: Lease(id: id, connection: connection)) }
        case .refuse(let waiter):
            guard let continuation = state.waiters.removeValue(forKey: waiter) else { return nil }
            return { continuation.resume(throwing: PostgresPool.closedError) }
        }
    }

    static let closedError = PostgresError(.poolClosed, "the pool has been shut down")
}
