// SPDX-License-Identifier: EUPL-1.2

import DequeModule

/// Which connections exist, who has them and who waits: the decisions of a pool, without its connections.
///
/// Waiters are served in the order in which they came. While the server cannot be reached one connection tries, with growing
/// pauses; the others follow when it has succeeded.
struct PoolStateMachine {
    typealias Time = ContinuousClock.Instant

    struct ConnectionID: Hashable, Sendable { let number: UInt64 }
    struct WaiterID: Hashable, Sendable { let number: UInt64 }

    struct Limits: Sendable {
        var connectionsMin: Int
        var connectionsMax: Int
        var idleTimeout: Duration
        var lifetimeMax: Duration
        var backoff = Backoff.reconnect
    }

    enum Action: Equatable {
        case connect(ConnectionID, after: Duration)
        case lease(ConnectionID, to: WaiterID)
        case close(ConnectionID)
        /// The pool is shut down and this waiter will never be served.
        case refuse(WaiterID)
        /// The last connection is gone after a shutdown.
        case finish
    }

    enum Acquisition: Equatable {
        case lease(ConnectionID)
        case wait([Action])
        case refused
    }

    private enum State: Equatable {
        case connecting
        case idle(since: Time)
        /// `isBroken` once the connection was lost under its holder.
        case leased(isBroken: Bool)
    }

    private struct Connection {
        var state: State
        var openedAt: Time?
        /// It was lost before the pool heard that it had come.
        var isLost = false
    }

    private let limits: Limits
    private var connections: [ConnectionID: Connection] = [:]
    /// The most recently used last: it is lent first, so that those not needed grow old and are closed.
    private var idle: [ConnectionID] = []
    private var waiters: Deque<WaiterID> = []
    private var lastConnection: UInt64 = 0
    private var isShutDown = false
    private var hasFinished = false
    /// Connection attempts in a row that failed.
    private(set) var failures = 0
    /// Before the next attempt.
    private var pause: Duration = .zero
    /// Why the last attempt failed; nil after a success.
    private(set) var lastConnectError: PostgresError?
    private(set) var connectsTotal = 0
    private(set) var connectFailuresTotal = 0

    init(limits: Limits) { self.limits = limits }

    var idleCount: Int { idle.count }
    var connectingCount: Int { connections.values.count { $0.state == .connecting } }
    var leasedCount: Int { connections.count - idleCount - connectingCount }
    var waitingCount: Int { waiters.count }

    /// Opens the connections that the pool keeps without work.
    mutating func start() -> [Action] { connectAsNeeded() }

    mutating func acquire(_ waiter: WaiterID) -> Acquisition {
        guard !isShutDown else { return .refused }
        if let id = takeIdle() { return .lease(id) }
        waiters.append(waiter)
        return .wait(connectAsNeeded())
    }

    /// A connection that nobody has; nobody waits while there is one.
    mutating func takeIdle() -> ConnectionID? {
        guard let id = idle.popLast() else { return nil }
        connections[id]?.state = .leased(isBroken: false)
        return id
    }

    /// The waiter goes away: its task was cancelled or its time is up. False when it has been served or refused meanwhile.
    mutating func leave(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func connected(_ id: ConnectionID, at now: Time) -> [Action] {
        failures = 0
        pause = .zero
        lastConnectError = nil
        connectsTotal += 1
        guard connections[id]?.isLost == false, !isShutDown else { return remove(id) + connectAsNeeded() }
        connections[id]?.openedAt = now
        return park(id, at: now) + connectAsNeeded()
    }

    mutating func connectFailed(
        _ id: ConnectionID, _ error: PostgresError, using generator: inout some RandomNumberGenerator
    ) -> [Action] {
        failures += 1
        connectFailuresTotal += 1
        lastConnectError = error
        pause = limits.backoff.delay(afterFailures: failures, using: &generator)
        guard connectingCount == 1, wantsMore(besides: id) else { return forget(id) }
        return [.connect(id, after: pause)]
    }

    /// The holder gives the connection back.
    mutating func release(_ id: ConnectionID, isReusable: Bool, at now: Time) -> [Action] {
        guard case .leased(let isBroken)? = connections[id]?.state else { return [] }
        guard isReusable, !isBroken, !isShutDown, !isTooOld(id, at: now) else { return remove(id) + connectAsNeeded() }
        return park(id, at: now)
    }

    /// The connection has ended by itself. A lent one stays with its holder, who will find out.
    mutating func lost(_ id: ConnectionID) -> [Action] {
        switch connections[id]?.state {
        case .idle:
            idle.removeAll { $0 == id }
            return remove(id) + connectAsNeeded()
        case .leased:
            connections[id]?.state = .leased(isBroken: true)
            return []
        case .connecting:
            connections[id]?.isLost = true
            return []
        case nil: return []
        }
    }

    /// Closes what has been idle for too long or is too old.
    mutating func tidy(at now: Time) -> [Action] {
        var actions: [Action] = []
        for id in idle {
            guard case .idle(let since)? = connections[id]?.state else { continue }
            let isSuperfluous = now - since >= limits.idleTimeout && connections.count > limits.connectionsMin
            guard isSuperfluous || isTooOld(id, at: now) else { continue }
            idle.removeAll { $0 == id }
            actions += remove(id)
        }
        return actions + connectAsNeeded()
    }

    /// Refuses everybody from now on; lent connections are closed as they come back.
    mutating func shutDown() -> [Action] {
        guard !isShutDown else { return [] }
        isShutDown = true
        var actions = waiters.map { Action.refuse($0) }
        waiters.removeAll()
        for id in idle { actions += remove(id) }
        idle.removeAll()
        return actions + finishIfEmpty()
    }

    // MARK: Parts

    private mutating func park(_ id: ConnectionID, at now: Time) -> [Action] {
        if let waiter = waiters.popFirst() {
            connections[id]?.state = .leased(isBroken: false)
            return [.lease(id, to: waiter)]
        }
        connections[id]?.state = .idle(since: now)
        idle.append(id)
        return []
    }

    private mutating func remove(_ id: ConnectionID) -> [Action] {
        guard connections.removeValue(forKey: id) != nil else { return [] }
        return [.close(id)] + finishIfEmpty()
    }

    /// As `remove`, for a connection that never came to be.
    private mutating func forget(_ id: ConnectionID) -> [Action] {
        connections[id] = nil
        return finishIfEmpty()
    }

    private mutating func finishIfEmpty() -> [Action] {
        guard isShutDown, connections.isEmpty, !hasFinished else { return [] }
        hasFinished = true
        return [.finish]
    }

    private mutating func connectAsNeeded() -> [Action] {
        var actions: [Action] = []
        while wantsMore(besides: nil) {
            // One probes while the server is away.
            guard failures == 0 || connectingCount == 0 else { break }
            lastConnection += 1
            let id = ConnectionID(number: lastConnection)
            connections[id] = Connection(state: .connecting)
            actions.append(.connect(id, after: pause))
        }
        return actions
    }

    private func wantsMore(besides id: ConnectionID?) -> Bool {
        let count = connections.count - (id == nil ? 0 : 1)
        let connecting = connectingCount - (id == nil ? 0 : 1)
        guard !isShutDown, count < limits.connectionsMax else { return false }
        return count < limits.connectionsMin || waiters.count > connecting
    }

    private func isTooOld(_ id: ConnectionID, at now: Time) -> Bool {
        guard let openedAt = connections[id]?.openedAt else { return false }
        return now - openedAt >= limits.lifetimeMax
    }
}
