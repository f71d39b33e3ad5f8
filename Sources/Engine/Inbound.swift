// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import RabbitMQ
import Values
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
    /// Whether the broker has checked that this partner sent it. Only then can it be told anything outside a case.
    let isAuthenticated: Bool

    /// Who sent a delivery.
    private struct Sender {
        let role: String
        let isNamed: Bool
        let isAuthenticated: Bool

        /// Nil where neither the routing key nor the broker says who it is.
        init?(of delivery: RabbitDelivery, directory: Directory) {
            let named = Addresses.partner(ofRoutingKey: delivery.routingKey)
            // The broker lets nobody write another's name here.
            let user = delivery.message.userID.flatMap { directory.roles.contains($0) ? $0 : nil }
            guard let role = named ?? user else { return nil }
            self.role = role
            isNamed = named != nil
            isAuthenticated = role == user
        }
    }

    /// The messages of a delivery: one, or several that travel as one.
    ///
    /// - Parameter day: on which the sender's organisation has to have its role.
    /// - Returns: nil where not even the sender can be told; such a delivery can only be shown to an operator.
    static func messages(in delivery: RabbitDelivery, lane: Lane, directory: Directory, on day: CivilDate) -> [Inbound]? {
        guard let sender = Sender(of: delivery, directory: directory) else { return nil }
        let message = delivery.message
        func read(_ bytes: [UInt8], messageID: String?, _ event: () throws(Problem) -> CloudEvent) -> Inbound {
            Inbound(bytes, messageID: messageID, from: sender, lane: lane, directory: directory, on: day, event)
        }
        guard message.contentType == CloudEventBatch.contentType else {
            return [read(message.body, messageID: message.messageID) { () throws(Problem) in try CloudEvent(message.body) }]
        }
        do throws(Problem) {
            return try CloudEventBatch.elements(message.body).map { element in
                read(element.bytes, messageID: nil) { () throws(Problem) in try CloudEvent(element.json) }
            }
        } catch {
            let problem = error
            return [read(message.body, messageID: message.messageID) { () throws(Problem) in throw problem }]
        }
    }

    private init(
        _ bytes: [UInt8], messageID: String?, from sender: Sender, lane: Lane, directory: Directory, on day: CivilDate,
        _ event: () throws(Problem) -> CloudEvent
    ) {
        role = sender.role
        isAuthenticated = sender.isAuthenticated
        self.lane = lane
        digest = bytes.digest
        do throws(Problem) {
            let event = try event()
            source = event.source.description
            self.messageID = event.id
            guard sender.isNamed else {
                content = .unusable(Problem(.schema, "the routing key should be <lane>.<partner>.<type>"))
                return
            }
            guard directory.role(of: event.source.organisation, on: day) == role else {
                content = .unusable(
                    Problem(.notEntitled, "the source is no organisation in the role that you are logged in as, or not today"))
                return
            }
            content = Inbound.content(event)
        } catch {
            source = "partner:\(role)"
            self.messageID = messageID ?? digest.hexadecimal
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
