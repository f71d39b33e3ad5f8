// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow

/// What an engine does, one effect a step: it may die before any of them, and stand still in the middle.
enum EngineStep {
    case turn(Lane)
    case apply(Lane, [Broker.Delivery])
    case acknowledge([Int], owing: [Store.Row])
    case putBack([Int])
    case publish([Store.Row])
    /// The broker has these; then the rest is published.
    case delete([Int], then: [Store.Row])
    case claim(Lane)
    case seekRetries(Lane)
    case handOut(caseID: Int)
    case seekTerms
    case pass([(caseID: Int, number: Int)])
}

extension World {
    static let batchMax = 4

    mutating func wake(engine: Int, _ lane: Lane) {
        guard engines[engine].isAlive, engines[engine].isTurning[lane] != true else { return }
        engines[engine].isTurning[lane] = true
        next(engine, .turn(lane))
    }

    private mutating func next(_ engine: Int, _ step: EngineStep, in delay: ClosedRange<Int> = 1...5) {
        schedule(.engine(engine, life: engines[engine].life, step), in: delay)
    }

    mutating func perform(_ step: EngineStep, by engine: Int, life: Int) {
        guard engines[engine].isAlive, engines[engine].life == life else { return }
        guard engines[engine].stalledUntil <= now else {
            return agenda.add(.engine(engine, life: life, step), at: engines[engine].stalledUntil)
        }
        if case .turn(let lane) = step { engines[engine].isTurning[lane] = false }
        // Who finds nothing to do does nothing that could be cut off.
        guard hasWork(step) else { return }
        if strikes(\.engineDeath) { return kill(engine: engine) }
        if strikes(\.engineStall) { return stall(engine: engine, step) }
        switch step {
        case .turn(let lane): takeTurn(engine, lane)
        case .apply(let lane, let deliveries): apply(deliveries, lane, by: engine)
        case .acknowledge(let tags, let owing):
            broker.acknowledge(tags)
            if !owing.isEmpty { next(engine, .publish(owing)) }
        case .putBack(let tags):
            broker.reject(tags)
            wakeConsumers()
        case .publish(let rows): publish(rows, by: engine)
        case .delete(let ids, let rest): delete(ids, then: rest, by: engine)
        case .claim(let lane): claim(lane, by: engine)
        case .seekRetries(let lane):
            for caseID in store.casesWithRetries(lane, at: instant) { next(engine, .handOut(caseID: caseID)) }
        case .handOut(let caseID):
            commit("engine \(engine) puts questions of case \(caseID) again", by: engine, orElse: .handOut(caseID: caseID)) { store, now in
                store.handOutAgain(caseID, at: now)
            }
        case .seekTerms:
            next(engine, .pass(store.dueTerms(at: instant)))
        case .pass(let terms):
            commit("engine \(engine) lets \(terms.count) terms pass", by: engine, orElse: .seekTerms) { store, now in
                for term in terms { store.pass(term.number, of: term.caseID, at: now) }
            }
        }
    }

    private func hasWork(_ step: EngineStep) -> Bool {
        switch step {
        case .turn(let lane): broker.isUp && !broker.messages(in: Broker.queue(of: nil, lane: lane)).isEmpty
        case .claim(let lane): store.outbox.contains { $0.envelope.lane == lane && $0.claimedUntil <= instant }
        case .seekRetries(let lane): !store.casesWithRetries(lane, at: instant).isEmpty
        case .seekTerms: !store.dueTerms(at: instant).isEmpty
        case .apply, .acknowledge, .putBack, .publish, .delete, .handOut, .pass: true
        }
    }

    // MARK: Messages

    private mutating func takeTurn(_ engine: Int, _ lane: Lane) {
        let consumer = Broker.Consumer(process: .engine(engine), life: engines[engine].life)
        let deliveries = broker.take(World.batchMax, from: Broker.queue(of: nil, lane: lane), by: consumer)
        guard !deliveries.isEmpty else { return }
        if !layers.contains(.acknowledgeAfterCommit) { broker.acknowledge(deliveries.map(\.tag)) }
        next(engine, .apply(lane, deliveries))
        wake(engine: engine, lane)
    }

    private mutating func apply(_ deliveries: [Broker.Delivery], _ lane: Lane, by engine: Int) {
        let now = instant
        let tags = deliveries.map(\.tag)
        let commit = transact("engine \(engine) applies \(deliveries.map(\.envelope))") { store in
            for delivery in deliveries { store.receive(delivery.envelope, at: now) }
            return store.owed
        }
        switch commit {
        case .succeeded(let owed): next(engine, .acknowledge(tags, owing: owed))
        case .failed, .unknown: next(engine, .putBack(tags), in: 1_000...1_001)
        }
    }

    // MARK: What goes out

    private mutating func publish(_ rows: [Store.Row], by engine: Int) {
        guard !rows.isEmpty else { return }
        guard layers.contains(.deleteAfterConfirm) else {
            return next(engine, .delete(rows.map(\.envelope.id), then: rows))
        }
        let confirmed = send(rows)
        if !confirmed.isEmpty { next(engine, .delete(confirmed, then: [])) }
    }

    /// - Returns: those that the broker has confirmed.
    private mutating func send(_ rows: [Store.Row]) -> [Int] {
        var confirmed: [Int] = []
        for row in rows where publish(row.envelope) == .confirmed {
            confirmed.append(row.envelope.id)
            if case .question(let question) = row.envelope.content { handedOver.insert(question.token) }
        }
        return confirmed
    }

    private mutating func delete(_ ids: [Int], then rest: [Store.Row], by engine: Int) {
        if !ids.isEmpty {
            _ = transact("engine \(engine) deletes \(ids) from the outbox") { store in store.confirm(ids) }
        }
        if !rest.isEmpty {
            // Between the two, where it must not, it may die.
            if strikes(\.engineDeath) { return kill(engine: engine) }
            _ = send(rest)
        }
    }

    private mutating func claim(_ lane: Lane, by engine: Int) {
        commit("engine \(engine) claims rows of the \(lane) lane", by: engine, orElse: .claim(lane)) { store, now in
            store.claim(lane, limit: World.batchMax, at: now)
        }
        next(engine, .claim(lane), in: 100...500)
    }

    /// Commits and publishes. What fails is tried again by the next sweep, here or elsewhere.
    private mutating func commit(
        _ what: @autoclosure () -> String, by engine: Int, orElse sweep: EngineStep, _ body: (inout Store, Instant) -> Void
    ) {
        let now = instant
        let commit = transact(what()) { store in
            body(&store, now)
            return store.owed
        }
        switch commit {
        case .succeeded(let owed): if !owed.isEmpty { next(engine, .publish(owed)) }
        case .failed, .unknown: next(engine, sweep, in: 100...500)
        }
    }

    // MARK: Sweeps

    /// Every engine looks at short intervals; whichever comes first finds what there is.
    mutating func look(for sweep: Sweep) {
        guard hasWork(sweep) else { return }
        let candidates = engines.indices.filter { engines[$0].isAlive && engines[$0].stalledUntil <= now }
        guard let engine = candidates.randomElement(using: &random) else { return schedule(sweep, from: now + 500) }
        switch sweep {
        case .outbox(let lane): next(engine, .claim(lane))
        case .retries(let lane): next(engine, .seekRetries(lane))
        case .terms: next(engine, .seekTerms)
        }
    }

    private func hasWork(_ sweep: Sweep) -> Bool {
        switch sweep {
        case .outbox(let lane): hasWork(.claim(lane))
        case .retries(let lane): hasWork(.seekRetries(lane))
        case .terms: hasWork(.seekTerms)
        }
    }

    private mutating func lookForAll() {
        for lane in Lane.allCases {
            if layers.contains(.sweep) { schedule(.outbox(lane), from: now + 500) }
            if layers.contains(.retry) { schedule(.retries(lane), from: now + 500) }
        }
        schedule(.terms, from: now + 500)
    }

    // MARK: Life and death

    mutating func kill(engine: Int) {
        note("engine \(engine) dies")
        engines[engine].isAlive = false
        engines[engine].life += 1
        engines[engine].isTurning = [:]
        broker.close(.engine(engine))
        wakeConsumers()
        lookForAll()
        schedule(.engineReturns(engine), in: 500...30_000)
    }

    mutating func start(engine: Int) {
        note("engine \(engine) starts")
        engines[engine].isAlive = true
        engines[engine].stalledUntil = 0
        for lane in Lane.allCases { wake(engine: engine, lane) }
        lookForAll()
    }

    private mutating func stall(engine: Int, _ step: EngineStep) {
        note("engine \(engine) stands still")
        engines[engine].stalledUntil = now + Int.random(in: 5_000...180_000, using: &random)
        agenda.add(.engine(engine, life: engines[engine].life, step), at: engines[engine].stalledUntil)
        schedule(.disconnection(.engine(engine)), in: 1_000...60_000)
        lookForAll()
    }
}
