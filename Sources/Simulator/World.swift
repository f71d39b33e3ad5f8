// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow

/// Everything that takes part, on a clock that jumps from one happening to the next. All chance comes from one seed, so the same seed
/// is the same run.
struct World {
    /// Milliseconds since the start.
    typealias Time = Int

    enum Happening {
        case report(Int)
        case withdrawal(caseID: Int)
        case engine(Int, life: Int, EngineStep)
        case engineReturns(Int)
        case worker(Int, life: Int, WorkerStep)
        case workerReturns(Int)
        /// The moment at which some engine's next sweep would look.
        case sweep(Sweep)
        case arrival(Envelope)
        case operatorLooks(Store.Incident)
        case disconnection(Broker.Process)
        case brokerFails(isWiped: Bool)
        case brokerReturns
    }

    enum Sweep: Hashable {
        case outbox(Lane)
        case retries(Lane)
        case terms
    }

    struct Machine {
        var life = 0
        var isAlive = true
        var stalledUntil: Time = 0
        /// Lanes in which it is about to look whether something has come.
        var isTurning: [Lane: Bool] = [:]
    }

    /// A sweep and the half second in which it looks: two of them in one are one look.
    struct Look: Hashable {
        let sweep: Sweep
        let halfSecond: Int
    }

    let definition: Definition
    let layers: Layers
    let faults: Faults
    var random: SplitMix64
    var now: Time = 0
    var agenda = Agenda<Happening>()
    var store: Store
    var broker = Broker()
    var engines: [Machine]
    var workers: [(party: Party, machine: Machine)]
    var nextEnvelope = 0
    private var looks: [Look: Time] = [:]
    var trace: Trace?
    var violation: String?
    var stepCount = 0

    // What has been promised, for the checks at the end.
    /// Reports whose sender has heard that they are in.
    var acceptedReports: [Int: Int] = [:]
    /// Messages to no question that the broker has confirmed: nobody will say them again.
    var safe: [Int] = []
    /// Tokens of hand-outs that the broker has confirmed.
    var handedOver: Set<String> = []
    /// Messages whose senders have heard that they do not count.
    var toldOff: Set<Int> = []
    /// Messages that the broker has lost with all it had, and those that lost rejections were about.
    var wiped: Set<Int> = []

    /// Faults happen in the first hours; after that everything must come to its end.
    static let faultsEnd: Time = 4 * 3_600_000
    static let reports = 3
    /// A run takes some hundreds of steps; one of so many goes round in circles.
    static let stepsMax = 40_000

    init(seed: UInt64, definition: Definition, layers: Layers, faults: Faults, isTraced: Bool) {
        self.definition = definition
        self.layers = layers
        random = SplitMix64(seed: seed)
        self.faults = faults.varied(by: &random)
        store = Store(definition: definition, layers: layers)
        engines = Array(repeating: Machine(), count: 2)
        workers = Party.allCases.flatMap { party in (0..<2).map { _ in (party, Machine()) } }
        trace = isTraced ? Trace() : nil
        for report in 0..<World.reports { schedule(.report(report), in: 1...3_600_000) }
        for outage in 0..<self.faults.outages {
            schedule(.brokerFails(isWiped: outage < self.faults.wipes), in: 1...World.faultsEnd)
        }
    }

    /// - Returns: what was broken, or nil.
    mutating func run() -> String? {
        while violation == nil, let (time, happening) = agenda.next() {
            now = time
            stepCount += 1
            perform(happening)
            if stepCount > World.stepsMax { violation = "it does not come to rest" }
        }
        return violation ?? violationAtRest()
    }

    private mutating func perform(_ happening: Happening) {
        switch happening {
        case .report(let report): submit(report)
        case .withdrawal(let caseID): speak(.police, lane: .routine, .event(name: TrialWorkflow.withdrawal, caseID: caseID, question: nil))
        case .engine(let engine, let life, let step): perform(step, by: engine, life: life)
        case .engineReturns(let engine): start(engine: engine)
        case .worker(let worker, let life, let step): perform(step, by: worker, life: life)
        case .workerReturns(let worker): start(worker: worker)
        case .sweep(let sweep):
            let finished = Look(sweep: sweep, halfSecond: now / 500)
            if looks[finished] == now { looks[finished] = nil }
            look(for: sweep)
        case .arrival(let envelope): arrive(envelope)
        case .operatorLooks(let incident): settle(incident)
        case .disconnection(let process):
            note("broker drops \(process)")
            broker.close(process)
            wakeConsumers()
        case .brokerFails(let isWiped): failBroker(isWiped: isWiped)
        case .brokerReturns:
            note("broker is back")
            broker.start()
            wakeConsumers()
        }
    }

    // MARK: Chance

    /// Whether a fault strikes here.
    mutating func strikes(_ rate: KeyPath<Faults, Int>) -> Bool {
        guard now < World.faultsEnd, faults[keyPath: rate] > 0 else { return false }
        return Int.random(in: 0..<1_000, using: &random) < faults[keyPath: rate]
    }

    mutating func schedule(_ happening: Happening, in delay: ClosedRange<Int>) {
        agenda.add(happening, at: now + Int.random(in: delay, using: &random))
    }

    mutating func note(_ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        trace?.add(text(), at: now)
    }

    var instant: Instant { World.instant(at: now) }

    static func instant(at time: Time) -> Instant { Instant(seconds: 1_800_000_000).adding(.milliseconds(time)) }

    static func time(of instant: Instant) -> Time {
        let (seconds, attoseconds) = instant.duration(since: World.instant(at: 0)).components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    // MARK: Transactions

    enum Commit<Result> {
        case succeeded(Result)
        /// Nothing was written.
        case failed
        /// It was written, and reported as failed.
        case unknown
    }

    /// Runs a transaction, checks what it has come to, and has the sweeps look when what it has written falls due.
    mutating func transact<Result>(_ what: @autoclosure () -> String, _ body: (inout Store) -> Result) -> Commit<Result> {
        var draft = store
        draft.begin()
        let result = body(&draft)
        if strikes(\.commitFailed) {
            note("\(what()): fails")
            return .failed
        }
        let before = store
        store = draft
        let isUnknown = strikes(\.commitUnknown)
        note(isUnknown ? "\(what()): is committed and reported as failed" : what())
        violation = violation ?? Invariants.violation(from: before, to: store, handedOver: handedOver)
        arrangeSweeps(before)
        return isUnknown ? .unknown : .succeeded(result)
    }

    private mutating func arrangeSweeps(_ before: Store) {
        if layers.contains(.sweep) {
            for row in store.owed { wake(.outbox(row.envelope.lane), at: row.claimedUntil) }
        }
        for (caseID, current) in store.cases.enumerated() {
            let earlier = before.cases.indices.contains(caseID) ? before.cases[caseID] : nil
            if layers.contains(.retry) {
                for question in current.questions where question.isOpen {
                    let isNew = !(earlier?.questions.contains { $0.number == question.number && $0.retryAt == question.retryAt } ?? false)
                    if isNew { wake(.retries(question.lane), at: question.retryAt) }
                }
            }
            for term in current.terms.dropFirst(earlier?.terms.count ?? 0) { wake(.terms, at: term.dueAt) }
        }
        for incident in store.incidents.dropFirst(before.incidents.count) {
            schedule(.operatorLooks(incident), in: 600_000...7_200_000)
        }
    }

    private mutating func wake(_ sweep: Sweep, at instant: Instant) {
        schedule(sweep, from: max(now, World.time(of: instant)))
    }

    /// Has some engine's sweep look within the interval of the sweeps.
    mutating func schedule(_ sweep: Sweep, from time: Time) {
        let at = time + Int.random(in: 1...500, using: &random)
        let look = Look(sweep: sweep, halfSecond: at / 500)
        // One that looks before there is anything to see does not stand for this one.
        if let pending = looks[look], pending > time { return }
        looks[look] = at
        agenda.add(.sweep(sweep), at: at)
    }

    // MARK: The broker

    enum Publication { case confirmed, unconfirmed }

    mutating func publish(_ envelope: Envelope) -> Publication {
        guard broker.isUp, !strikes(\.publicationLost) else {
            note("\(envelope): not published")
            return .unconfirmed
        }
        schedule(.arrival(envelope), in: 1...20)
        if strikes(\.duplicate) { schedule(.arrival(envelope), in: 1...30_000) }
        let isConfirmed = !strikes(\.confirmLost)
        note("\(envelope): published\(isConfirmed ? "" : ", and the confirm is lost")")
        return isConfirmed ? .confirmed : .unconfirmed
    }

    /// What was on its way to a broker that is down, and confirmed, the broker has.
    private mutating func arrive(_ envelope: Envelope) {
        if envelope.lane == .acute {
            let isBehind = broker.messages(in: Broker.queue(for: envelope)).contains { $0.lane == .routine }
            if isBehind { violation = "N8: \(envelope) waits behind a routine message" }
        }
        broker.put(envelope, overtaking: strikes(\.reorder) ? Int.random(in: 1...5, using: &random) : 0)
        guard broker.isUp else { return }
        if envelope.isForEngine {
            for engine in engines.indices { wake(engine: engine, envelope.lane) }
        } else {
            for worker in workers.indices where workers[worker].party == envelope.party { wake(worker: worker, envelope.lane) }
        }
    }

    private mutating func failBroker(isWiped: Bool) {
        note(isWiped ? "broker fails and loses all" : "broker fails")
        broker.fail()
        if isWiped {
            for envelope in broker.wipe() {
                wiped.insert(envelope.id)
                if case .rejection(let id) = envelope.content { wiped.insert(id) }
            }
        }
        schedule(.brokerReturns, in: 1_000...120_000)
    }

    mutating func wakeConsumers() {
        for lane in Lane.allCases {
            for engine in engines.indices { wake(engine: engine, lane) }
            for worker in workers.indices { wake(worker: worker, lane) }
        }
    }
}
