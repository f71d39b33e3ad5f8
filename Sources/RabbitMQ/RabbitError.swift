// SPDX-License-Identifier: EUPL-1.2

/// What went wrong between this process and the broker. Never holds a password or a message's content.
public struct RabbitError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case badURL, connectFailed, notConnected, connectionLost, channelClosed, nacked, returned, timedOut, blocked, closed
        }

        private let name: Name

        /// The broker's address cannot be read.
        public static let badURL = Code(name: .badURL)
        /// No connection could be made: wrong address, wrong name or password, unknown virtual host, refused certificate.
        public static let connectFailed = Code(name: .connectFailed)
        /// There is no connection just now. Nothing was sent.
        public static let notConnected = Code(name: .notConnected)
        /// The connection broke. What was under way may or may not have arrived.
        public static let connectionLost = Code(name: .connectionLost)
        /// The broker closed the channel: something asked of it does not exist, does not match, or is not allowed.
        public static let channelClosed = Code(name: .channelClosed)
        /// The broker refused to keep the message.
        public static let nacked = Code(name: .nacked)
        /// No queue takes messages with this routing key.
        public static let returned = Code(name: .returned)
        /// No confirmation came in time. The message may or may not have arrived.
        public static let timedOut = Code(name: .timedOut)
        /// The broker is short of memory or disk and takes nothing. Nothing was sent.
        public static let blocked = Code(name: .blocked)
        /// This client has been stopped.
        public static let closed = Code(name: .closed)

        public var description: String { name.rawValue }
    }

    public let code: Code
    /// AMQP's reply code where the broker gave one: 404, 406, 312 ...
    public let replyCode: Int?
    /// What was being done.
    public let place: String
    /// The words of the broker or of the library.
    public let reason: String

    public init(_ code: Code, replyCode: Int? = nil, place: String, reason: String) {
        self.code = code
        self.replyCode = replyCode
        self.place = place
        self.reason = reason
    }

    public var description: String {
        let number = replyCode.map { " \($0)" } ?? ""
        return "RabbitMQ \(code)\(number) at \(place): \(reason)"
    }
}
