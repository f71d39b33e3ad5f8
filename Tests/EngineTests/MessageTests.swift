// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages
@testable import PostgreSQL
@testable import RabbitMQ
@testable import Workflow

@Suite("Messages of partners", .serialized, .timeLimit(.minutes(2)))
struct MessageTests {
    @Test("a late message to a closed case is refused and leaves it closed")
    func closedStaysClosed() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            try await settings.close(caseID)
            #expect(try await settings.summary(caseID).status == "closed")
            let refused = try await settings.process(
                [EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:])])
            #expect(refused.map { $0["title"] } == ["event-not-awaited"])
            let after = try await settings.summary(caseID)
            #expect(after.status == "closed")
            #expect(after.safetyHolder == "politie")
        }
    }

    @Test("a message that comes twice is applied once; its id with other content is refused")
    func duplicateMessage() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let id = UUID().uuidString
            let first = try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "rvdk", caseID: caseID, data: [:], id: id)
            #expect(try await settings.process([first, first]).isEmpty)
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            #expect(events.count == 2)
            let other = try EngineSettings.message(
                "acuteOnveiligheidGesignaleerd", from: "rvdk", caseID: caseID, data: ["toelichting": "t"], id: id)
            #expect(try await settings.process([other]).map { $0["title"] } == ["StUF016"])
        }
    }

    @Test("an answer with an old token, without a token, or of somebody else is told and changes nothing")
    func fencing() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let assignment = try #require(try await settings.open(caseID).first { $0.partner == "om" })
            let stale = try EngineSettings.message(
                "bekendheidBeantwoord", from: "om", caseID: caseID, assignment: assignment.number, token: "0.old", data: ["bekend": true])
            let without = try EngineSettings.message("bekendheidBeantwoord", from: "om", caseID: caseID, data: ["bekend": true])
            let stranger = try EngineSettings.message(
                "bekendheidBeantwoord", from: "rvdk", caseID: caseID, assignment: assignment.number, token: assignment.token,
                data: ["bekend": true])
            let codes = try await settings.process([stale, without, stranger]).map { $0["title"] }
            #expect(codes == ["token-verouderd", "schema-ongeldig", "ONBEVOEGD"])
            let kept = Statement("test_kept", "select count(*) from content where case_id = $1 and name like 'laat antwoord %'")
            let count = try await settings.pool.withConnection { try await $0.query(kept, caseID).first?.decode("count", as: Int64.self) }
            #expect(count == 1)
            #expect(try await settings.open(caseID).contains { $0.number == assignment.number })
        }
    }

    @Test("late answers of two partners under the same id are both kept")
    func sameIdentifierOfTwo() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let open = try await settings.open(caseID)
            let id = UUID().uuidString
            let late = try ["om", "rvdk"].map { role in
                let number = try #require(open.first { $0.partner == role }).number
                return try EngineSettings.message(
                    "bekendheidBeantwoord", from: role, caseID: caseID, assignment: number, token: "0.old", data: ["bekend": true], id: id)
            }
            #expect(try await settings.process(late).map { $0["title"] } == ["token-verouderd", "token-verouderd"])
        }
    }

    @Test("one bad message in a batch is refused alone")
    func badMessageInBatch() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let open = try await settings.open(caseID)
            let om = try #require(open.first { $0.partner == "om" })
            let rvdk = try #require(open.first { $0.partner == "rvdk" })
            let bad = try EngineSettings.message(
                "bekendheidBeantwoord", from: "om", caseID: caseID, assignment: om.number, token: om.token,
                data: ["bekend": true, "extra": 1])
            let good = try EngineSettings.message(
                "bekendheidBeantwoord", from: "rvdk", caseID: caseID, assignment: rvdk.number, token: rvdk.token, data: ["bekend": true])
            #expect(try await settings.process([bad, good]).count == 1)
            let numbers = try await settings.open(caseID).map(\.number)
            #expect(numbers.contains(om.number) && !numbers.contains(rvdk.number))
        }
    }

    @Test("a message that spoils the transaction of its batch is parked alone, and the rest goes on", arguments: [0, 3, 6])
    func poison(place: Int) async throws {
        try await EngineSettings.run { settings in
            var sound: [UUID] = []
            for _ in 0..<6 { sound.append(try await settings.submit()) }
            let broken = try await settings.submit()
            let spoil = Statement("test_spoil", "update cases set state = '[]' where case_id = $1")
            _ = try await settings.pool.withConnection { try await $0.execute(spoil, broken) }
            var deliveries = try sound.map { caseID in
                try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:])
            }
            let poison = try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: broken, data: [:])
            deliveries.insert(poison, at: place)
            let processor = BatchProcessor(settings: settings)
            var outgoing: [BatchProcessor.Outgoing] = []
            try await processor.settle(processor.arrivals(in: deliveries, lane: .routine, at: .now)[...], into: &outgoing)
            #expect(Set(outgoing.flatMap { $0.map(\.caseID) }) == Set(sound))
            let parked = Statement("test_parked", "select count(*) from incident where kind = 'poison' and fingerprint = $1")
            let fingerprint = "poison \(poison.message.body.digest.hexadecimal)"
            let count = try await settings.pool.withConnection { connection in
                try await connection.query(parked, fingerprint).first?.decode("count", as: Int64.self)
            }
            #expect(count == 1)
        }
    }

    @Test("messages that travel as one are applied each for itself, and one of them that is none is refused alone")
    func travellingTogether() async throws {
        try await EngineSettings.run { settings in
            let (first, second) = (try await settings.submit(), try await settings.submit())
            let events = try [first, second].map { caseID in
                try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:]).message.body
            }
            let body = CloudEventBatch.encoded([events[0], Array("{}".utf8), events[1]])
            let together = RabbitDelivery(
                message: RabbitMessage(body: body, contentType: CloudEventBatch.contentType), exchange: Addresses.fromPartners,
                routingKey: Addresses.fromPartner("om", lane: "routine", type: .batch), isRedelivered: false, tag: 1, generation: 1)
            try await settings.process([together])
            // Sent again alone it is the same message.
            let alone = RabbitDelivery(
                message: RabbitMessage(body: events[0]), exchange: Addresses.fromPartners, routingKey: "routine.om.x", isRedelivered: false,
                tag: 2, generation: 1)
            #expect(try await settings.process([alone]).isEmpty)
            for caseID in [first, second] {
                #expect(try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }.count == 2)
            }
        }
    }

    @Test("the pause after a failure grows, is never the same for all, and starts again after a success")
    func patience() {
        var patience = Patience(most: .seconds(10))
        var generator = SplitMix64(seed: 1)
        let pauses = (0..<12).map { _ in patience.failed(using: &generator) }
        for (index, pause) in pauses.enumerated() {
            let ceiling = min(Patience.first * (1 << index), .seconds(10))
            #expect(pause <= ceiling && pause >= ceiling / 2)
        }
        patience.succeeded()
        #expect(patience.failed(using: &generator) <= Patience.first)
    }

    @Test("a message that names no partner is shown to operators, and the rest of its batch goes on")
    func unreadable() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let good = try EngineSettings.message("acuteOnveiligheidGesignaleerd", from: "om", caseID: caseID, data: [:])
            let body = Array("onleesbaar \(UUID().uuidString)".utf8)
            let bad = RabbitDelivery(
                message: RabbitMessage(body: body), exchange: "", routingKey: "nowhere", isRedelivered: false, tag: 2, generation: 1)
            try await settings.process([bad, good])
            let incidents = try await settings.pool.withConnection { try await History.incidents(limit: 1_000, on: $0) }
            #expect(incidents.contains { $0["detail"]?.stringValue?.contains(body.digest.hexadecimal) == true })
            let events = try await settings.pool.withConnection { try await History.events(of: caseID, on: $0) }
            #expect(events.count == 2)
        }
    }

    @Test(
        "only a fault of the message itself parks it; what is wrong for the moment puts it back",
        arguments: [
            (PostgresError(.connectionLost, "gone"), true), (PostgresError(.commitOutcomeUnknown, "gone"), true),
            (PostgresError(.acquireTimeout, "none free"), true), (PostgresError(.server, "no space", sqlState: "53100"), true),
            (PostgresError(.server, "shutting down", sqlState: "57P01"), true),
            (PostgresError(.checkViolation, "no", sqlState: "23514"), false),
            (PostgresError(.decoding, "no"), false), (CaseStoreError.revisionChanged, true), (CaseStoreError.keyMissing, false),
            (CancellationError(), true), (ConfigurationError("nobody to ask"), false),
        ] as [(any Error, Bool)])
    func passingFailures(error: any Error, isPassing: Bool) { #expect(PassingFailure.includes(error) == isPassing) }

    @Test("after the last hand-out the partner's latest token still counts")
    func lastTokenCounts() async throws {
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            var now = Instant.now
            // The workflow allows eight hand-outs; the ninth sweep finds no other left.
            for _ in 0..<7 {
                now = now.adding(.seconds(4 * 3_600))
                _ = try await HandOut(settings: settings).again(caseID, at: now)
            }
            let last = try await settings.open(caseID).map(\.token)
            now = now.adding(.seconds(4 * 3_600))
            #expect(try await HandOut(settings: settings).again(caseID, at: now).isEmpty)
            #expect(try await settings.open(caseID).map(\.token) == last)
            #expect(
                try await settings.answer("bekendheidBeantwoord", from: "om", caseID: caseID, data: ["bekend": true]).isEmpty)
        }
    }
}
