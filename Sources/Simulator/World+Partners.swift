// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// What a partner's worker does, one effect a step.
enum WorkerStep {
    case turn(Lane)
    /// Says that it has the question, until the broker has that safe.
    case take(Broker.Delivery, HandedOut, Envelope)
    case acknowledge(Broker.Delivery, HandedOut, Lane)
    case beat(HandedOut, Lane, until: Int)
    case decide(HandedOut, Lane)
    /// Says something until the broker has it safe, always the same message.
    case insist(Envelope)
}

extension World {
    mutating func wake(worker: Int, _ lane: Lane) {
        guard workers[worker].machine.isAlive, workers[worker].machine.isTurning[lane] != true else { return }
        workers[worker].machine.isTurning[lane] = true
        next(worker, .turn(lane))
    }

    private mutating func next(_ worker: Int, _ step: WorkerStep, in delay: ClosedRange<Int> = 1...5) {
        schedule(.worker(worker, life: workers[worker].machine.life, step), in: delay)
    }

    mutating func perform(_ step: WorkerStep, by worker: Int, life: Int) {
        let machine = workers[worker].machine
        guard machine.isAlive, machine.life == life else { return }
        guard machine.stalledUntil <= now else { return agenda.add(.worker(worker, life: life, step), at: machine.stalledUntil) }
        if case .turn(let lane) = step {
            workers[worker].machine.isTurning[lane] = false
            guard broker.isUp, !broker.messages(in: Broker.queue(of: workers[worker].party, lane: lane)).isEmpty else { return }
        }
        if strikes(\.workerDeath) { return kill(worker: worker) }
        if strikes(\.workerStall) { return stall(worker: worker, step) }
        switch step {
        case .turn(let lane): takeTurn(worker: worker, lane)
        case .take(let delivery, let question, let lease):
            guard publish(lease) == .confirmed else { return next(worker, step, in: 100...10_000) }
            next(worker, .acknowledge(delivery, question, lease.lane))
        case .acknowledge(let delivery, let question, let lane):
            broker.acknowledge([delivery.tag])
            let duration = Int.random(in: 100...70_000, using: &random)
            next(worker, .decide(question, lane), in: duration...duration)
            next(worker, .beat(question, lane, until: now + duration), in: 20_000...20_000)
        case .beat(let question, let lane, let end):
            guard now < end else { return }
            _ = publish(envelope(from: workers[worker].party, lane: lane, .lease(question)))
            next(worker, step, in: 20_000...20_000)
        case .decide(let question, let lane): decide(question, lane, by: worker)
        case .insist(let envelope):
            guard publish(envelope) == .confirmed else { return next(worker, step, in: 100...10_000) }
            if case .event(_, _, nil) = envelope.content { safe.append(envelope.id) }
        }
    }

    private mutating func takeTurn(worker: Int, _ lane: Lane) {
        let party = workers[worker].party
        let consumer = Broker.Consumer(process: .worker(worker), life: workers[worker].machine.life)
        let deliveries = broker.take(1, from: Broker.queue(of: party, lane: lane), by: consumer)
        guard let delivery = deliveries.first else { return }
        wake(worker: worker, lane)
        note("\(party.role) worker \(worker) gets \(delivery.envelope)")
        switch delivery.envelope.content {
        case .question(let question): next(worker, .take(delivery, question, envelope(from: party, lane: lane, .lease(question))))
        case .rejection(let id):
            toldOff.insert(id)
            broker.acknowledge([delivery.tag])
        case .lease, .event, .refusal: violation = "a message to an engine has come to a partner"
        }
    }

    private mutating func decide(_ question: HandedOut, _ lane: Lane, by worker: Int) {
        let party = workers[worker].party
        if strikes(\.silence) { return note("\(party.role) worker \(worker) forgets question \(question.caseID)/\(question.number)") }
        let content: Envelope.Content =
            strikes(\.refusal) ? .refusal(question) : .event(name: question.answer, caseID: question.caseID, question: question)
        next(worker, .insist(envelope(from: party, lane: lane, content)))
        // In the middle of the work, and of any case, somebody sees danger.
        if now < World.faultsEnd, Int.random(in: 0..<12, using: &random) == 0 {
            let danger = Envelope.Content.event(name: TrialWorkflow.danger, caseID: question.caseID, question: nil)
            next(worker, .insist(envelope(from: party, lane: .acute, danger)))
        }
    }

    /// Has one of a party's workers say something.
    mutating func speak(_ party: Party, lane: Lane, _ content: Envelope.Content) {
        let message = envelope(from: party, lane: lane, content)
        guard let worker = workers.indices.first(where: { workers[$0].party == party && workers[$0].machine.isAlive }) else { return }
        next(worker, .insist(message))
    }

    private mutating func envelope(from party: Party, lane: Lane, _ content: Envelope.Content) -> Envelope {
        nextEnvelope += 1
        return Envelope(id: nextEnvelope, party: party, lane: lane, content: content)
    }

    // MARK: Life and death

    private mutating func kill(worker: Int) {
        let party = workers[worker].party
        note("\(party.role) worker \(worker) dies")
        workers[worker].machine.isAlive = false
        workers[worker].machine.life += 1
        workers[worker].machine.isTurning = [:]
        broker.close(.worker(worker))
        wakeConsumers()
        schedule(.workerReturns(worker), in: 1_000...60_000)
    }

    mutating func start(worker: Int) {
        let party = workers[worker].party
        note("\(party.role) worker \(worker) starts")
        workers[worker].machine.isAlive = true
        workers[worker].machine.stalledUntil = 0
        for lane in Lane.allCases { wake(worker: worker, lane) }
    }

    private mutating func stall(worker: Int, _ step: WorkerStep) {
        let party = workers[worker].party
        note("\(party.role) worker \(worker) stands still")
        workers[worker].machine.stalledUntil = now + Int.random(in: 30_000...1_200_000, using: &random)
        agenda.add(.worker(worker, life: workers[worker].machine.life, step), at: workers[worker].machine.stalledUntil)
        schedule(.disconnection(.worker(worker)), in: 1_000...60_000)
    }
}
