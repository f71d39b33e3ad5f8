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
    let logger: Logger

    /// What could not be confirmed stays in the outbox; the sweep finds it when its claim has run out.
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
        let confirmed = zip(messages, errors).filter { $1 == nil }.map(\.0)
        let ofCases = confirmed.compactMap { sent in sent.caseID.map { (caseID: $0, id: sent.message.id) } }
        let ofNoCase = confirmed.filter { $0.caseID == nil }.map(\.message.id)
        if !confirmed.isEmpty {
            try await settings.pool.withConnection { connection in
                if !ofCases.isEmpty { try await settings.store.confirm(ofCases, on: connection) }
                if !ofNoCase.isEmpty { try await settings.store.confirmPartnerMessages(ofNoCase, on: connection) }
            }
        }
        for (message, error) in zip(messages, errors) {
            guard let error else { continue }
            logger.warning("message not confirmed", metadata: ["message.id": "\(message.message.id)", "rabbitmq.error": "\(error)"])
            if error.code == .returned { try await report(message.message, error) }
        }
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
