// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import PostgreSQL

@Suite("Pool state machine")
struct PoolStateMachineTests {
    private typealias Machine = PoolStateMachine
    private let now = ContinuousClock.now

    private func machine(min: Int = 0, max: Int = 2) -> Machine {
        Machine(
            limits: .init(
                connectionsMin: min, connectionsMax: max, idleTimeout: .seconds(60), lifetimeMax: .seconds(600),
                backoff: Backoff(first: .milliseconds(100), most: .seconds(10))))
    }

    private func connection(_ number: UInt64) -> Machine.ConnectionID { .init(number: number) }
    private func waiter(_ number: UInt64) -> Machine.WaiterID { .init(number: number) }
    private let refused = PostgresError(.connectFailed, "refused")

    @Test("it opens its minimum at the start, and no more than its maximum for any number of waiters", arguments: [0, 1, 2])
    func bounds(minimum: Int) {
        var machine = machine(min: minimum, max: 3)
        #expect(machine.start().count == minimum)
        for number in 1...10 { _ = machine.acquire(waiter(UInt64(number))) }
        #expect(machine.connectingCount == 3)
        #expect(machine.waitingCount == 10)
    }

    @Test("waiters are served in the order in which they came")
    func firstComeFirstServed() {
        var machine = machine(max: 1)
        #expect(machine.acquire(waiter(1)) == .wait([.connect(connection(1), after: .zero)]))
        #expect(machine.acquire(waiter(2)) == .wait([]))
        #expect(machine.acquire(waiter(3)) == .wait([]))
        #expect(machine.connected(connection(1), at: now) == [.lease(connection(1), to: waiter(1))])
        #expect(machine.release(connection(1), isReusable: true, at: now) == [.lease(connection(1), to: waiter(2))])
        #expect(machine.release(connection(1), isReusable: true, at: now) == [.lease(connection(1), to: waiter(3))])
        #expect(machine.release(connection(1), isReusable: true, at: now) == [])
        #expect(machine.acquire(waiter(4)) == .lease(connection(1)))
    }

    @Test("a waiter that left is passed over, and leaves only once")
    func leaving() {
        var machine = machine(max: 1)
        for number in 1...3 { _ = machine.acquire(waiter(UInt64(number))) }
        #expect(machine.leave(waiter(2)) == true)
        #expect(machine.leave(waiter(2)) == false)
        #expect(machine.connected(connection(1), at: now) == [.lease(connection(1), to: waiter(1))])
        #expect(machine.release(connection(1), isReusable: true, at: now) == [.lease(connection(1), to: waiter(3))])
        #expect(machine.leave(waiter(1)) == false)
    }

    @Test("the connection used last is lent first")
    func lastInFirstOut() {
        var machine = machine(min: 2, max: 2)
        _ = machine.start()
        _ = machine.connected(connection(1), at: now)
        _ = machine.connected(connection(2), at: now)
        #expect(machine.acquire(waiter(1)) == .lease(connection(2)))
    }

    @Test("a broken connection is closed and replaced for whoever waits")
    func eviction() {
        var machine = machine(max: 1)
        _ = machine.acquire(waiter(1))
        _ = machine.connected(connection(1), at: now)
        _ = machine.acquire(waiter(2))
        #expect(
            machine.release(connection(1), isReusable: false, at: now)
                == [.close(connection(1)), .connect(connection(2), after: .zero)])
        #expect(machine.connected(connection(2), at: now) == [.lease(connection(2), to: waiter(2))])
    }

    @Test("a lent connection that is lost stays with its holder and is closed when it comes back")
    func lostWhileLent() {
        var machine = machine(max: 1)
        _ = machine.acquire(waiter(1))
        _ = machine.connected(connection(1), at: now)
        #expect(machine.lost(connection(1)) == [])
        #expect(machine.leasedCount == 1)
        #expect(machine.release(connection(1), isReusable: true, at: now) == [.close(connection(1))])
        #expect(machine.leasedCount == 0)
    }

    @Test("an idle connection that is lost is closed at once and replaced up to the minimum")
    func lostWhileIdle() {
        var machine = machine(min: 1, max: 2)
        _ = machine.start()
        _ = machine.connected(connection(1), at: now)
        #expect(machine.lost(connection(1)) == [.close(connection(1)), .connect(connection(2), after: .zero)])
        #expect(machine.lost(connection(1)) == [])
    }

    @Test("a connection lost before the pool heard of it is never lent")
    func lostWhileConnecting() {
        var machine = machine(max: 1)
        _ = machine.acquire(waiter(1))
        #expect(machine.lost(connection(1)) == [])
        #expect(
            machine.connected(connection(1), at: now) == [.close(connection(1)), .connect(connection(2), after: .zero)])
    }

    @Test("while the server is away one connection tries, with pauses under a doubling ceiling", arguments: [UInt64(1), 7, 1906])
    func backoff(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var machine = machine(max: 4)
        for number in 1...4 { _ = machine.acquire(waiter(UInt64(number))) }
        #expect(machine.connectingCount == 4)
        for number in 1...3 {
            #expect(machine.connectFailed(connection(UInt64(number)), refused, using: &generator) == [], "seed \(seed)")
        }
        for attempt in 4...20 {
            let actions = machine.connectFailed(connection(4), refused, using: &generator)
            guard case .connect(connection(4), let pause)? = actions.first, actions.count == 1 else {
                Issue.record("attempt \(attempt) gave \(actions), seed \(seed)")
                return
            }
            #expect(pause >= .zero && pause <= min(.milliseconds(100) * (1 << (attempt - 1)), .seconds(10)), "seed \(seed)")
        }
        #expect(machine.lastConnectError?.message == "refused")
        let actions = machine.connected(connection(4), at: now)
        #expect(actions.first == .lease(connection(4), to: waiter(1)))
        #expect(actions.count == 4, "the others follow once one has succeeded")
        #expect(machine.lastConnectError == nil)
    }

    @Test("idle and old connections are closed, down to the minimum")
    func tidying() {
        var machine = machine(min: 1, max: 3)
        _ = machine.start()
        for number in 1...3 { _ = machine.acquire(waiter(UInt64(number))) }
        for number in 1...3 { _ = machine.connected(connection(UInt64(number)), at: now) }
        for number in 1...3 { _ = machine.release(connection(UInt64(number)), isReusable: true, at: now) }
        #expect(machine.tidy(at: now + .seconds(59)) == [])
        #expect(machine.tidy(at: now + .seconds(61)) == [.close(connection(1)), .close(connection(2))])
        #expect(machine.tidy(at: now + .seconds(601)) == [.close(connection(3)), .connect(connection(4), after: .zero)])
    }

    @Test("an old connection is closed when it comes back")
    func lifetime() {
        var machine = machine(max: 1)
        _ = machine.acquire(waiter(1))
        _ = machine.connected(connection(1), at: now)
        #expect(machine.release(connection(1), isReusable: true, at: now + .seconds(600)) == [.close(connection(1))])
    }

    @Test("shutdown refuses waiters, closes the idle, and is finished when the last lent one is back")
    func shutdown() {
        var machine = machine(max: 2)
        _ = machine.acquire(waiter(1))
        _ = machine.acquire(waiter(2))
        _ = machine.connected(connection(1), at: now)
        _ = machine.connected(connection(2), at: now)
        _ = machine.acquire(waiter(3))
        _ = machine.release(connection(1), isReusable: true, at: now)
        _ = machine.acquire(waiter(4))
        #expect(machine.shutDown() == [.refuse(waiter(4))])
        #expect(machine.acquire(waiter(5)) == .refused)
        #expect(machine.release(connection(1), isReusable: true, at: now) == [.close(connection(1))])
        #expect(machine.release(connection(2), isReusable: true, at: now) == [.close(connection(2)), .finish])
        #expect(machine.shutDown() == [])
    }

    @Test("any sequence of events keeps the bounds and serves each waiter at most once", arguments: 1...200 as ClosedRange<UInt64>)
    func anySequence(seed: UInt64) {
        var model = PoolModel(seed: seed, max: 3)
        for _ in 0..<200 {
            model.step(at: now)
            #expect(model.violation == nil, "seed \(seed)")
        }
    }
}

/// Throws events at a machine as a pool might, and checks what may never happen.
private struct PoolModel {
    private var machine: PoolStateMachine
    private var generator: SplitMix64
    private var connecting: Set<PoolStateMachine.ConnectionID> = []
    private var leased: Set<PoolStateMachine.ConnectionID> = []
    private var open: Set<PoolStateMachine.ConnectionID> = []
    private var waiting: [PoolStateMachine.WaiterID] = []
    private var lastWaiter: UInt64 = 0
    private let max: Int
    private(set) var violation: String?

    init(seed: UInt64, max: Int) {
        generator = SplitMix64(seed: seed)
        self.max = max
        machine = PoolStateMachine(
            limits: .init(connectionsMin: 1, connectionsMax: max, idleTimeout: .seconds(60), lifetimeMax: .seconds(600)))
        apply(machine.start())
    }

    mutating func step(at now: ContinuousClock.Instant) {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: acquire()
        case 1:
            guard let id = connecting.randomElement(using: &generator) else { return }
            connecting.remove(id)
            open.insert(id)
            apply(machine.connected(id, at: now))
        case 2:
            guard let id = connecting.randomElement(using: &generator) else { return }
            connecting.remove(id)
            apply(machine.connectFailed(id, PostgresError(.connectFailed, "refused"), using: &generator))
        case 3:
            guard let id = leased.randomElement(using: &generator) else { return }
            leased.remove(id)
            apply(machine.release(id, isReusable: Bool.random(using: &generator), at: now))
        case 4:
            guard let id = open.randomElement(using: &generator) else { return }
            apply(machine.lost(id))
        default:
            guard let waiter = waiting.randomElement(using: &generator) else { return }
            if !machine.leave(waiter) { violation = "a waiter that waits cannot leave" }
            waiting.removeAll { $0 == waiter }
        }
        check()
    }

    private mutating func acquire() {
        lastWaiter += 1
        let waiter = PoolStateMachine.WaiterID(number: lastWaiter)
        switch machine.acquire(waiter) {
        case .lease(let id): lend(id)
        case .wait(let actions):
            waiting.append(waiter)
            apply(actions)
        case .refused: violation = "refused without a shutdown"
        }
    }

    private mutating func lend(_ id: PoolStateMachine.ConnectionID) {
        if !open.contains(id) { violation = "lent a connection that is not open" }
        if !leased.insert(id).inserted { violation = "lent a connection twice" }
    }

    private mutating func apply(_ actions: [PoolStateMachine.Action]) {
        for action in actions {
            switch action {
            case .connect(let id, _): connecting.insert(id)
            case .lease(let id, let waiter):
                lend(id)
                if waiting.first != waiter { violation = "served out of order" }
                waiting.removeAll { $0 == waiter }
            case .close(let id):
                open.remove(id)
                leased.remove(id)
            case .refuse, .finish: violation = "\(action) without a shutdown"
            }
        }
    }

    private mutating func check() {
        if open.count + connecting.count > max { violation = "more connections than the maximum" }
        if machine.waitingCount != waiting.count { violation = "waiters were lost" }
        if !waiting.isEmpty, machine.idleCount > 0 { violation = "somebody waits while a connection is idle" }
        if !waiting.isEmpty, connecting.isEmpty, leased.isEmpty { violation = "somebody waits and nothing is under way" }
    }
}
