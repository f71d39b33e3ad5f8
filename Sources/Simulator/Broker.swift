// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// What RabbitMQ promises and no more: a queue a lane and receiver; what was delivered and not acknowledged comes back when its
/// consumer is gone, maybe in another place.
struct Broker {
    struct Delivery {
        let tag: Int
        let envelope: Envelope
    }

    /// A connection: a process and which of its lives.
    struct Consumer: Hashable {
        let process: Process
        let life: Int
    }

    enum Process: Hashable {
        case engine(Int)
        case worker(Int)
    }

    private struct Held {
        let tag: Int
        let consumer: Consumer
        let queue: Int
        let envelope: Envelope
    }

    private(set) var isUp = true
    private var queues = [[Envelope]](repeating: [], count: 2 * (Party.allCases.count + 1))
    private var held: [Held] = []
    private var lastTag = 0

    var isEmpty: Bool { held.isEmpty && queues.allSatisfy(\.isEmpty) }

    /// The engines' queues, and then each party's.
    static func queue(of party: Party?, lane: Lane) -> Int { 2 * (party.map { $0.rawValue + 1 } ?? 0) + (lane == .acute ? 0 : 1) }

    static func queue(for envelope: Envelope) -> Int { queue(of: envelope.isForEngine ? nil : envelope.party, lane: envelope.lane) }

    func messages(in queue: Int) -> [Envelope] { queues[queue] }

    /// - Parameter place: how many messages it overtakes.
    mutating func put(_ envelope: Envelope, overtaking place: Int) {
        let queue = Broker.queue(for: envelope)
        queues[queue].insert(envelope, at: max(0, queues[queue].count - place))
    }

    mutating func take(_ countMax: Int, from queue: Int, by consumer: Consumer) -> [Delivery] {
        guard isUp else { return [] }
        let taken = queues[queue].prefix(countMax)
        queues[queue].removeFirst(taken.count)
        return taken.map { envelope in
            lastTag += 1
            held.append(Held(tag: lastTag, consumer: consumer, queue: queue, envelope: envelope))
            return Delivery(tag: lastTag, envelope: envelope)
        }
    }

    /// A tag of a connection that is gone says nothing.
    mutating func acknowledge(_ tags: [Int]) { held.removeAll { tags.contains($0.tag) } }

    mutating func reject(_ tags: [Int]) { putBack { tags.contains($0.tag) } }

    mutating func close(_ process: Process) { putBack { $0.consumer.process == process } }

    private mutating func putBack(_ isMeant: (Held) -> Bool) {
        for message in held.reversed() where isMeant(message) { queues[message.queue].insert(message.envelope, at: 0) }
        held.removeAll(where: isMeant)
    }

    mutating func fail() {
        isUp = false
        putBack { _ in true }
    }

    mutating func start() { isUp = true }

    /// - Returns: what is lost.
    mutating func wipe() -> [Envelope] {
        let lost = queues.flatMap(\.self) + held.map(\.envelope)
        held = []
        for queue in queues.indices { queues[queue] = [] }
        return lost
    }
}
