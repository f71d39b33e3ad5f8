// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Messages
import RabbitMQ
import Testing
import Values

extension RunningChain {
    /// Against a running engine and the real broker, as the partners' own users.
    @Suite("Messages that belong to no case", .serialized, .timeLimit(.minutes(3)))
    struct RefusalTests {
        private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        private static func broker(_ variable: String, _ chain: Chain) throws -> RabbitConfiguration {
            try RabbitConfiguration(url: #require(chain.environment[variable], "\(variable) is not set; run Ops/test"))
        }

        private static func envelope(
            id: String, organisation: String = "00000099000000002000", type: String = "veiligheidsbeoordeling-afgerond",
            data: String = #"{"gegevens":{}}"#, caseID: String = "00000000-0000-7000-8000-000000000000"
        ) -> String {
            """
            {"specversion":"1.0","id":"\(id)","source":"urn:nld:oin:\(organisation):systeem:werkplek",
             "type":"nl.zorgmeldingen.\(type).v1","time":"2026-12-01T09:00:00Z","datacontenttype":"application/json",
             "zaakid":"\(caseID)","data":\(data)}
            """
        }

        @Test("the partner who sent it gets the problem in its own queue, once, whatever is wrong with it")
        func told() async throws {
            try await Chain.run { chain in
                try await chain.startEngine()
                let broker = try Self.broker("KETENROUTE_PARTNER_VEILIG_THUIS_BROKER_URL", chain)
                let run = UUID().uuidString
                let bad: [(id: String, body: String, code: String)] = [
                    ("\(run)-garbage", "{ no JSON", "schema-ongeldig"),
                    ("\(run)-field", Self.envelope(id: "\(run)-field", data: #"{"gegevens":{},"onbekend":1}"#), "schema-ongeldig"),
                    ("\(run)-oin", Self.envelope(id: "\(run)-oin", organisation: "00000099000000005000"), "ONBEVOEGD"),
                    ("\(run)-case", Self.envelope(id: "\(run)-case"), "zaak-onbekend"),
                ]
                let problems = try await Self.problems(broker, "veilig-thuis", waitingFor: bad.count) { publisher in
                    for message in bad + bad {
                        try await Self.insist(
                            RabbitPublication(
                                RabbitMessage(body: Array(message.body.utf8), messageID: message.id, userID: "veilig-thuis"),
                                exchange: Addresses.fromPartners, routingKey: "routine.veilig-thuis.bericht"), publisher)
                    }
                }
                for message in bad { #expect(problems[message.id] == [message.code]) }
                // Nothing is left behind, and operators see each of them.
                while try await chain.count("select count(*) from partner_outbox") > 0 { try await Task.sleep(for: .milliseconds(50)) }
                #expect(try await chain.count("select count(*) from incident where kind = 'rejected-message'") == 3)
            }
        }

        @Test("who is not known for sure is told nothing: a message without a checked sender is an incident only")
        func notTold() async throws {
            try await Chain.run { chain in
                try await chain.startEngine()
                let broker = try Self.broker("KETENROUTE_BROKER_URL", chain)
                let publisher = try RabbitPublisher(configuration: broker, topology: RabbitTopology(), logger: Self.silent)
                let running = Task { try await publisher.run() }
                defer { running.cancel() }
                try await Self.insist(
                    RabbitPublication(
                        RabbitMessage(body: Array("{ no JSON".utf8), messageID: UUID().uuidString), exchange: Addresses.fromPartners,
                        routingKey: "routine.veilig-thuis.bericht"), publisher)
                while try await chain.count("select count(*) from incident where kind = 'rejected-message'") == 0 {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await chain.count("select count(*) from partner_outbox") == 0)
            }
        }

        /// On a new broker the engine makes exchange and queues when it is up.
        private static func insist(_ publication: RabbitPublication, _ publisher: RabbitPublisher) async throws {
            while true {
                do { return try await publisher.publish(publication) } catch is RabbitError {
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }

        /// Codes of the problems that come into a partner's queue, by the message that they answer.
        private static func problems(
            _ broker: RabbitConfiguration, _ partner: String, waitingFor count: Int,
            after publish: @Sendable (RabbitPublisher) async throws -> Void
        ) async throws -> [String: [String]] {
            let publisher = try RabbitPublisher(configuration: broker, topology: RabbitTopology(), logger: silent)
            let consumer = try RabbitConsumer(
                configuration: broker, queue: Addresses.partnerQueue(partner, lane: "routine"), prefetch: 10, topology: RabbitTopology(),
                logger: silent)
            let running = [Task { try await publisher.run() }, Task { try await consumer.run() }]
            defer { for task in running { task.cancel() } }
            try await publish(publisher)
            var problems: [String: [String]] = [:]
            for await delivery in consumer.deliveries {
                await consumer.acknowledge(delivery)
                // The queue may hold what another test has left.
                for event in events(in: delivery.message) where event.type == .rejection {
                    if let answers = event.answers { problems[answers, default: []].append(Problem(event.data)?.code ?? "") }
                }
                if problems.count == count { break }
            }
            return problems
        }

        private static func events(in message: RabbitMessage) -> [CloudEvent] {
            guard message.contentType == CloudEventBatch.contentType else { return (try? CloudEvent(message.body)).map { [$0] } ?? [] }
            return (try? CloudEventBatch.elements(message.body))?.compactMap { try? CloudEvent($0.json) } ?? []
        }
    }
}
