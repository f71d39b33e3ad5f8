// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import Values

/// Publishes committed messages of one lane, and forgets each when the broker has it safe.
struct Dispatcher: Sendable {
    let settings: EngineSettings
    let publisher: RabbitPublisher
    let confirmations: Confirmations
    let logger: Logger

    /// Publishes straight from memory and waits for the broker. What could not be confirmed stays in the outbox; the sweep finds it
    /// when its claim has run out.
    func send(_ messages: BatchProcessor.Outgoing) async throws {
        guard !messages.isEmpty else { return }
        let parcels = parcels(of: messages)
        let errors = await publisher.publish(parcels.map { publication(of: $0) })
        await confirmations.add(
            zip(parcels, errors).filter { $1 == nil }.flatMap { parcel, _ in parcel.map { ($0.caseID, $0.message.id) } })
        try await report(
            zip(parcels, errors).compactMap { parcel, error in error.flatMap { error in parcel.first.map { ($0.message, error) } } })
    }

    /// A broker that is away, or short of memory or disk, takes no messages for a while. What comes in meanwhile is taken a batch a
    /// second: its messages wait in the outbox and not in memory, and heartbeats still count.
    func waitWhileClosed() async {
        let end = ContinuousClock.now + Dispatcher.pauseWhileClosed
        while await !publisher.isOpen, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(50)) }
    }

    private static let pauseWhileClosed = Duration.seconds(1)

    /// Messages that travel as one, where their receiver takes several.
    private func parcels(of messages: BatchProcessor.Outgoing) -> [BatchProcessor.Outgoing] {
        Dictionary(grouping: messages, by: \.message.routingKey).sorted { $0.key < $1.key }.flatMap { key, messages in
            let countMax = settings.directory.messagesAtOnce(inRoutingKey: key)
            return CloudEventBatch.split(messages.map(\.message.body), countMax: countMax).map { Array(messages[$0]) }
        }
    }

    private func publication(of parcel: BatchProcessor.Outgoing) -> RabbitPublication {
        let first = parcel[0].message
        let isBatch = parcel.count > 1
        return RabbitPublication(
            RabbitMessage(
                body: isBatch ? CloudEventBatch.encoded(parcel.map(\.message.body)) : first.body,
                contentType: isBatch ? CloudEventBatch.contentType : CloudEvent.contentType, messageID: first.id.text, appID: "ketenroute"),
            exchange: Addresses.toPartners, routingKey: first.routingKey)
    }

    private func report(_ failures: [(message: CaseChange.Message, error: RabbitError)]) async throws {
        guard let first = failures.first else { return }
        logger.warning("messages not confirmed", metadata: ["count": "\(failures.count)", "rabbitmq.error": "\(first.error)"])
        let returned = failures.filter { $0.error.code == .returned }
        guard !returned.isEmpty else { return }
        for (message, error) in returned { try await report(message, error) }
        // A queue may have been deleted. The sweep sends the message again.
        await publisher.declareAgain()
    }

    /// No queue takes the message. Where declaring what should be there does not help, only people can.
    private func report(_ message: CaseChange.Message, _ error: RabbitError) async throws {
        let now = Instant.now
        try await settings.pool.withConnection { connection in
            try await settings.store.openIncident(
                kind: "unroutable", fingerprint: "unroutable \(message.routingKey)", caseID: nil,
                detail: "no queue takes \(message.routingKey): \(error.reason)", at: now, on: connection)
        }
    }
}
