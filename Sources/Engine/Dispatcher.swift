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
        let publications = messages.map { _, message in
            RabbitPublication(
                RabbitMessage(
                    body: message.body, contentType: CloudEvent.contentType, messageID: message.id.uuidString.lowercased(),
                    appID: "ketenroute"),
                exchange: Addresses.toPartners, routingKey: message.routingKey)
        }
        let errors = await publisher.publish(publications)
        await confirmations.add(zip(messages, errors).filter { $1 == nil }.map { ($0.0.caseID, $0.0.message.id) })
        try await report(zip(messages, errors).compactMap { message, error in error.map { (message.message, $0) } })
    }

    private func report(_ failures: [(message: CaseChange.Message, error: RabbitError)]) async throws {
        guard let first = failures.first else { return }
        logger.warning("messages not confirmed", metadata: ["count": "\(failures.count)", "rabbitmq.error": "\(first.error)"])
        for (message, error) in failures where error.code == .returned { try await report(message, error) }
    }

    /// No queue takes the message: the topology is wrong, and only people can mend that.
    private func report(_ message: CaseChange.Message, _ error: RabbitError) async throws {
        let now = Instant.now
        try await settings.pool.withConnection { connection in
            try await settings.store.openIncident(
                kind: "unroutable", fingerprint: "unroutable \(message.routingKey)", caseID: nil,
                detail: "no queue takes \(message.routingKey): \(error.reason)", at: now, on: connection)
        }
    }
}
