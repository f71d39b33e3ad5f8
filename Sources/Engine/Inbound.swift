// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import RabbitMQ
import Workflow

/// A message from a partner, as far as it can be understood without the database.
struct Inbound {
    enum Content {
        /// The partner has these questions, or still has them.
        case leases([CaseStore.Lease])
        /// An event of the workflow.
        case event(name: String, caseID: UUID, statement: PartnerStatement)
        /// The partner will not have the question.
        case refusal(caseID: UUID, statement: PartnerStatement)
        case unusable(Problem)
    }

    let role: String
    let lane: Lane
    let source: String
    let messageID: String
    let digest: [UInt8]
    let content: Content

    /// Nil where not even the sender can be told: such a message can only be shown to an operator.
    init?(_ delivery: RabbitDelivery, lane: Lane, directory: Directory) {
        self.lane = lane
        guard let role = Addresses.partner(ofRoutingKey: delivery.routingKey) else { return nil }
        self.role = role
        digest = delivery.message.body.digest
        do throws(Problem) {
            let event = try CloudEvent(delivery.message.body)
            source = event.source.description
            messageID = event.id
            guard directory.role(of: event.source.organisation) == role else {
                content = .unusable(Problem(.notEntitled, "the source is no organisation in the role that you are logged in as"))
                return
            }
            content = Inbound.content(event)
        } catch {
            source = "partner:\(role)"
            messageID = delivery.message.messageID ?? delivery.message.body.digest.hexadecimal
            content = .unusable(error)
        }
    }

    private static func content(_ event: CloudEvent) -> Content {
        do throws(Problem) {
            let statement = try PartnerStatement(event.data)
            let caseID = (statement.assignment?.caseID ?? event.caseID).flatMap { UUID(uuidString: $0) }
            guard let caseID else { throw Problem(.unknownCase, "the message names no case and no question") }
            switch event.type {
            case .taken, .heartbeat:
                guard let reference = statement.assignment, let token = statement.token else {
                    throw Problem(.schema, "opdracht and token are needed")
                }
                return .leases([CaseStore.Lease(caseID: caseID, number: reference.number, token: token)])
            case .refusal: return .refusal(caseID: caseID, statement: statement)
            default: return .event(name: event.type.eventName, caseID: caseID, statement: statement)
            }
        } catch {
            return .unusable(error)
        }
    }

    var caseID: UUID? {
        switch content {
        case .event(_, let caseID, _), .refusal(let caseID, _): caseID
        case .leases, .unusable: nil
        }
    }
    var statement: PartnerStatement? {
        switch content {
        case .event(_, _, let statement), .refusal(_, let statement): statement
        case .leases, .unusable: nil
        }
    }
}
