// SPDX-License-Identifier: EUPL-1.2

/// A message with the properties that this system uses. Sent messages are always persistent.
public struct RabbitMessage: Hashable, Sendable {
    public var body: [UInt8]
    public var contentType: String?
    public var messageID: String?
    public var correlationID: String?
    public var type: String?
    /// The broker checks that it is the name we logged in with.
    public var userID: String?
    public var appID: String?
    /// Whole seconds since 1970.
    public var timestamp: UInt64?
    public var headers: [String: RabbitValue]

    public init(
        body: [UInt8], contentType: String? = nil, messageID: String? = nil, correlationID: String? = nil, type: String? = nil,
        userID: String? = nil, appID: String? = nil, timestamp: UInt64? = nil, headers: [String: RabbitValue] = [:]
    ) {
        self.body = body
        self.contentType = contentType
        self.messageID = messageID
        self.correlationID = correlationID
        self.type = type
        self.userID = userID
        self.appID = appID
        self.timestamp = timestamp
        self.headers = headers
    }
}

/// A message on its way out.
public struct RabbitPublication: Sendable {
    public var message: RabbitMessage
    public var exchange: String
    public var routingKey: String

    public init(_ message: RabbitMessage, exchange: String, routingKey: String) {
        self.message = message
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// A message that has come in and waits for its acknowledgement.
public struct RabbitDelivery: Sendable {
    public let message: RabbitMessage
    public let exchange: String
    public let routingKey: String
    /// The broker has tried to deliver it before.
    public let isRedelivered: Bool
    let tag: UInt64
    /// The connection that it came over. Acknowledging over another one would hit a stranger.
    let generation: Int
}
