// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import RabbitMQ
import Testing

/// Everything that needs a broker, one test after the other: real connections that really end in the middle of work.
@Suite("RabbitMQ broker", .serialized, .timeLimit(.minutes(3)))
enum BrokerTests {}

/// The broker that `Ops/services` runs.
enum TestBroker {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    // MARK: Addresses

    static func variable(_ name: String) throws -> String {
        try #require(
            ProcessInfo.processInfo.environment[name],
            "\(name) is not set; run Ops/test, or eval \"$(Ops/services env)\" with KETENROUTE_TEST_BROKER_URL as KETENROUTE_BROKER_URL")
    }

    static func configuration(_ name: String = "test") throws -> RabbitConfiguration {
        try RabbitConfiguration(url: variable("KETENROUTE_BROKER_URL"), connectionName: name)
    }

    // MARK: What an operator does

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @discardableResult
    static func control(_ arguments: String...) async throws -> String {
        let path = try variable("KETENROUTE_RABBITMQCTL")
        return try await withCheckedThrowingContinuation { continuation in
            // Waiting for a program needs a thread that may wait.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        let output = Pipe()
                        process.executableURL = URL(filePath: path)
                        process.arguments = ["--quiet"] + arguments
                        process.standardOutput = output
                        try process.run()
                        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                        process.waitUntilExit()
                        guard process.terminationStatus == 0 else { throw Failure(description: "\(arguments) ended with \(text)") }
                        return text
                    })
            }
        }
    }

    /// Runs an Erlang expression for each connection of that name, as `P`; other tests' connections are let be. Waits for one.
    private static func forEachConnection(named name: String, _ expression: String) async throws {
        let program = """
            [begin \(expression) end || P <- rabbit_networking:connections(),
               [{client_properties, C}] <- [(catch rabbit_networking:connection_info(P, [client_properties]))],
               lists:member({<<"connection_name">>, longstr, <<"\(name)">>}, C)].
            """
        while try await control("eval", program).hasPrefix("[]") { try await Task.sleep(for: .milliseconds(20)) }
    }

    static func close(connectionsNamed name: String) async throws {
        try await forEachConnection(named: name, "(catch rabbit_networking:close_connection(P, \"test\"))")
    }

    /// Puts connections into the state in which an alarm of the broker puts all, or out of it.
    static func setAlarm(_ isOn: Bool, connectionsNamed name: String) async throws {
        try await forEachConnection(named: name, "rabbit_reader:conserve_resources(P, disk, {true, \(isOn), node()})")
    }

    /// The broker's process, to be stopped and continued by a signal.
    static func process() async throws -> pid_t {
        let text = try await control("eval", "list_to_integer(os:getpid()).")
        return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    // MARK: Exchanges, queues, messages

    static func unique(_ label: String) -> String { "\(label).\(UInt32.random(in: .min ... .max))" }

    /// An exchange and a queue of one name, which the broker drops when nobody has used them for a while.
    static func topology(
        _ name: String, type: String = "classic", arguments: [String: RabbitValue] = [:]
    ) -> RabbitTopology {
        let defaults: [String: RabbitValue] = ["x-queue-type": .string(type), "x-expires": 120_000]
        return RabbitTopology(
            exchanges: [RabbitTopology.Exchange("test.\(name)")],
            queues: [RabbitTopology.Queue(name: "test.\(name)", arguments: arguments.merging(defaults) { first, _ in first })],
            bindings: [RabbitTopology.Binding(queue: "test.\(name)", exchange: "test.\(name)", routingKey: "to.#")])
    }

    static func publication(_ name: String, _ number: Int, key: String = "to.a", bytes: Int = 0) -> RabbitPublication {
        let body = Array("\(number)".utf8) + Array(repeating: UInt8(ascii: "."), count: bytes)
        return RabbitPublication(
            RabbitMessage(body: body, contentType: "text/plain", messageID: "m\(number)"), exchange: "test.\(name)", routingKey: key)
    }

    /// Runs a publisher named `name`-p and a consumer named `name`-c around `body` and stops both after it.
    static func withClients(
        _ name: String, topology: RabbitTopology? = nil, prefetch: Int = 200,
        _ change: (inout RabbitConfiguration) -> Void = { _ in },
        _ body: @Sendable (RabbitPublisher, RabbitConsumer) async throws -> Void
    ) async throws {
        let topology = topology ?? self.topology(name, type: "quorum")
        var (outgoing, incoming) = (try configuration("\(name)-p"), try configuration("\(name)-c"))
        change(&outgoing)
        change(&incoming)
        let publisher = try RabbitPublisher(configuration: outgoing, topology: topology, logger: logger)
        let consumer = try RabbitConsumer(
            configuration: incoming, queue: "test.\(name)", prefetch: prefetch, topology: topology, drainMax: .milliseconds(100),
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            group.addTask { try await consumer.run() }
            try await publisher.ready(within: .seconds(20))
            try await consumer.ready(within: .seconds(20))
            do {
                try await body(publisher, consumer)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Runs a publisher around `body` and stops it after it.
    static func withPublisher(
        _ configuration: RabbitConfiguration, topology: RabbitTopology = RabbitTopology(),
        _ body: @Sendable (RabbitPublisher) async throws -> Void
    ) async throws {
        let publisher = try RabbitPublisher(configuration: configuration, topology: topology, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            defer { group.cancelAll() }
            try await body(publisher)
        }
    }

    /// Why no connection can be made.
    static func refusal(_ configuration: RabbitConfiguration, topology: RabbitTopology = RabbitTopology()) async throws -> RabbitError {
        let publisher = try RabbitPublisher(configuration: configuration, topology: topology, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            defer { group.cancelAll() }
            while true {
                let error = try await #require(throws: RabbitError.self) { try await publisher.ready(within: .milliseconds(50)) }
                // That is, before the first attempt has come to its end.
                if error.code != .notConnected { return error }
            }
        }
    }

    /// Publishes until the broker has the message safe.
    static func insist(_ publication: RabbitPublication, _ publisher: RabbitPublisher) async throws {
        while await publisher.publish([publication])[0] != nil { try await Task.sleep(for: .milliseconds(50)) }
    }

    /// Takes deliveries until `count` different messages have come.
    static func receive(_ count: Int, from consumer: RabbitConsumer) async -> Set<String> {
        var seen: Set<String> = []
        for await delivery in consumer.deliveries {
            seen.insert(delivery.message.messageID ?? "")
            await consumer.acknowledge(delivery)
            if seen.count == count { break }
        }
        return seen
    }
}
