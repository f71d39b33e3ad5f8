// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
import Glibc
import Logging
import Messages
import RabbitMQ
import Values

/// What a partner's worker says to the engine, over one lane.
struct PartnerVoice: Sendable {
    let partner: String
    let lane: String
    var source: SystemSource
    let publisher: RabbitPublisher
    let logger: Logger

    /// From the first failure to publish to the longest pause before the next attempt.
    private static let pauses: (first: Duration, longest: Duration) = (.milliseconds(100), .seconds(10))

    /// The same voice for another organisation of the same partner: one process may work for many.
    func speaking(for organisation: OIN) -> PartnerVoice {
        var voice = self
        voice.source = SystemSource(organisation: organisation, system: source.system)
        return voice
    }

    /// Says something about a question, with the token of its hand-out, and returns when the broker has it safe.
    ///
    /// It is tried for as long as the worker lives, the same message every time: an answer may be the work of months, and the engine
    /// knows a message by its id.
    ///
    /// - Throws: `CancellationError` when the worker stops first; ``Problem`` where `data` is larger than a message may be.
    func say(_ type: MessageType, about assignment: Assignment, data: JSON = .object([:])) async throws {
        try await insist(
            publication(type, PartnerStatement(assignment: assignment.reference, token: assignment.token, data: data), lane: lane))
    }

    /// An answer with its token, to be said with others.
    func answer(_ event: String, to assignment: Assignment, data: JSON) throws -> RabbitPublication {
        try publication(
            MessageType(eventName: event), PartnerStatement(assignment: assignment.reference, token: assignment.token, data: data),
            lane: lane)
    }

    /// Says many things, several in one message, each for as long as the worker lives.
    ///
    /// - Throws: `CancellationError` when the worker stops first; some may have been said.
    func say(_ publications: [RabbitPublication]) async throws {
        let bodies = publications.map(\.message.body)
        var left = CloudEventBatch.split(bodies, countMax: PartnerVoice.batchMax).map { places in
            places.count == 1 ? publications[places.lowerBound] : batch(bodies[places], like: publications[places.lowerBound])
        }
        var pause = PartnerVoice.pauses.first
        while true {
            let errors = await publisher.publish(left)
            left = zip(left, errors).filter { $1 != nil }.map(\.0)
            guard let error = errors.lazy.compactMap(\.self).first else { return }
            logger.warning(
                "messages could not be handed to the broker; trying again", metadata: ["count": "\(left.count)", "error": "\(error)"])
            try await Task.sleep(for: pause)
            pause = min(pause * 2, PartnerVoice.pauses.longest)
        }
    }

    private static let batchMax = 50

    private func batch(_ bodies: ArraySlice<[UInt8]>, like first: RabbitPublication) -> RabbitPublication {
        var batch = first
        batch.message.body = CloudEventBatch.encoded(bodies)
        batch.message.contentType = CloudEventBatch.contentType
        batch.routingKey = Addresses.fromPartner(partner, lane: lane, type: .batch)
        return batch
    }

    /// Danger answers no question and goes before all else.
    func raiseDanger(in caseID: String, explanation: String) async throws {
        let statement = PartnerStatement(assignment: nil, token: nil, data: ["toelichting": .string(explanation)])
        let type = MessageType(name: "acute-onveiligheid-gesignaleerd")
        try await insist(publication(type, statement, lane: "acute", caseID: caseID))
    }

    /// Says once that the work goes on; the next beat makes good for one that is lost.
    func beat(for assignment: Assignment) async {
        do {
            let statement = PartnerStatement(assignment: assignment.reference, token: assignment.token)
            try await publisher.publish(publication(.heartbeat, statement, lane: lane))
        } catch {
            logger.warning("heartbeat not sent", metadata: ["assignment": "\(assignment.reference)", "error": "\(error)"])
        }
    }

    private func insist(_ publication: RabbitPublication) async throws {
        var pause = PartnerVoice.pauses.first
        while true {
            do {
                return try await publisher.publish(publication)
            } catch let error as RabbitError {
                logger.warning(
                    "a message could not be handed to the broker; trying again",
                    metadata: ["message.id": "\(publication.message.messageID ?? "")", "error": "\(error)"])
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, PartnerVoice.pauses.longest)
        }
    }

    private func publication(
        _ type: MessageType, _ statement: PartnerStatement, lane: String, caseID: String? = nil
    ) throws -> RabbitPublication {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec)).roundedDownToMicroseconds
        let id = UUID.timeOrdered(at: now).text
        let event = CloudEvent(
            id: id, source: source, type: type, time: now, data: statement.json, caseID: caseID ?? statement.assignment?.caseID)
        let message = RabbitMessage(
            body: try event.encoded(), contentType: CloudEvent.contentType, messageID: id, userID: partner, appID: "ketenroute-partner")
        return RabbitPublication(
            message, exchange: Addresses.fromPartners, routingKey: Addresses.fromPartner(partner, lane: lane, type: type))
    }
}
