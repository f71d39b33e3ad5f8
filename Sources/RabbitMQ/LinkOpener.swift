// SPDX-License-Identifier: EUPL-1.2

import Reactor

/// A thread of its own for one attempt to connect, which blocks: a broker that does not answer must hold up nobody who waits for
/// a deadline.
actor LinkOpener {
    private nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private init() throws(ReactorError) { reactor = try Reactor(name: "rmq-connect") }

    /// Connects, logs in and declares the topology.
    ///
    /// - Throws: ``RabbitError`` in the broker's own words.
    static func open(_ configuration: RabbitConfiguration, _ topology: RabbitTopology) async throws(RabbitError) -> sending Link {
        let opener: LinkOpener
        do {
            opener = try LinkOpener()
        } catch {
            throw RabbitError(.connectFailed, place: "connecting", reason: "no thread for the attempt: \(error)")
        }
        if let whenMissing = topology.whenMissing, try await opener.isMissingAny(of: topology.queues, configuration) {
            do {
                try await whenMissing()
            } catch {
                throw RabbitError(.connectFailed, place: "telling that queues are gone", reason: "\(error)")
            }
        }
        return try await opener.connect(configuration, topology)
    }

    private func isMissingAny(of queues: [RabbitTopology.Queue], _ configuration: RabbitConfiguration) throws(RabbitError) -> Bool {
        // A connection of its own: the broker ends the channel of whoever asks for a queue that is not there.
        let link = try Link(configuration)
        defer { link.close() }
        return try link.isMissingAny(of: queues)
    }

    private func connect(_ configuration: RabbitConfiguration, _ topology: RabbitTopology) throws(RabbitError) -> sending Link {
        let link = try Link(configuration)
        try link.declare(topology)
        return link
    }
}
