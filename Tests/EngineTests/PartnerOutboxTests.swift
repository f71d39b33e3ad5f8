// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ
@testable import Workflow

/// Refusals of messages that could be brought to no case travel as all others do.
@Suite("Messages to partners that belong to no case", .serialized, .timeLimit(.minutes(2)))
struct PartnerOutboxTests {
    private func count(_ table: String, of ids: [UUID], _ settings: EngineSettings) async throws -> Int64? {
        let statement = Statement("test_left_in_\(table)", "select count(*) from \(table) where message_id = any ($1)")
        return try await settings.pool.withConnection { connection in
            try await connection.query(statement, ids).first?.decode("count", as: Int64.self)
        }
    }

    @Test(
        "messages that travel as one are refused each for itself, and the refusals are forgotten when they are confirmed",
        arguments: [
            ("routine.om.reeks", ["schema-ongeldig", "zaak-onbekend"], 2),
            // The routing key says nothing of the sender, and the broker does.
            ("nowhere", ["schema-ongeldig", "schema-ongeldig", "schema-ongeldig"], 1),
        ])
    func travellingTogether(routingKey: String, codes: [String], events: Int) async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let bodies = [
                try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: UUID(), data: [:]).message.body,
                Array(#"{"onbekend":"\#(UUID().uuidString)"}"#.utf8),
                try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:]).message.body,
            ]
            let delivery = RabbitDelivery(
                message: RabbitMessage(
                    body: CloudEventBatch.encoded(bodies), contentType: CloudEventBatch.contentType, userID: "om"),
                exchange: Addresses.fromPartners, routingKey: routingKey, isRedelivered: false, tag: 1, generation: 1)
            let now = Instant.now
            let processor = BatchProcessor(settings: settings)
            let outgoing = try await processor.process(processor.arrivals(in: [delivery], lane: .routine, at: now), at: now)

            let refusals = outgoing.filter { $0.caseID == nil }.map(\.message)
            #expect(try refusals.compactMap { Problem(try CloudEvent($0.body).data)?.code }.sorted() == codes)
            #expect(refusals.allSatisfy { $0.routingKey == Addresses.toPartner("om", lane: "routine") })
            #expect(try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }.count == events)

            let ofCases = outgoing.filter { $0.caseID != nil }.map(\.message.id)
            #expect(try await count("partner_outbox", of: refusals.map(\.id), settings) == Int64(codes.count))
            #expect(try await count("outbox", of: ofCases, settings) == Int64(ofCases.count))
            let confirmations = Confirmations(settings: settings, logger: EngineSettings.silent)
            await confirmations.add(outgoing.map { ($0.caseID, $0.message.id) })
            #expect(await confirmations.deleteAll())
            #expect(try await count("partner_outbox", of: refusals.map(\.id), settings) == 0)
            #expect(try await count("outbox", of: ofCases, settings) == 0)
        }
    }
}
