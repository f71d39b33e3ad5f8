// SPDX-License-Identifier: EUPL-1.2

/// Exchanges, queues and bindings that must be there. Declaring what is there already changes nothing.
public struct RabbitTopology: Sendable {
    public struct Exchange: Hashable, Sendable {
        public var name: String
        /// `topic`, `direct`, `fanout` or `headers`.
        public var type: String

        public init(_ name: String, type: String = "topic") {
            self.name = name
            self.type = type
        }
    }

    public struct Queue: Hashable, Sendable {
        public var name: String
        public var arguments: [String: RabbitValue]

        /// A queue that survives the broker: replicated where there are several nodes, and batching its writes.
        public static func quorum(_ name: String, arguments: [String: RabbitValue] = [:]) -> Queue {
            Queue(name: name, arguments: arguments.merging(["x-queue-type": "quorum"]) { first, _ in first })
        }

        public init(name: String, arguments: [String: RabbitValue] = [:]) {
            self.name = name
            self.arguments = arguments
        }
    }

    public struct Binding: Hashable, Sendable {
        public var queue: String
        public var exchange: String
        public var routingKey: String

        public init(queue: String, exchange: String, routingKey: String) {
            self.queue = queue
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    public var exchanges: [Exchange]
    public var queues: [Queue]
    public var bindings: [Binding]
    /// Called on every connection that finds a queue missing, before it declares anything: what was in the queue is gone. Where it
    /// throws, nothing is declared, and the next attempt to connect finds the same.
    public var whenMissing: (@Sendable () async throws -> Void)?

    public init(exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }
}

/// A value in a table of AMQP's: a message's header or a queue's argument.
public enum RabbitValue: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case double(Double)
    /// Whole seconds since 1970.
    case timestamp(UInt64)

    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
