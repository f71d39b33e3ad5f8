// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Where the broker is and who we are there.
public struct RabbitConfiguration: Sendable {
    public var host: String
    public var port: Int
    public var virtualHost: String
    public var user: String
    /// Empty when our certificate says who we are.
    public var password: String
    /// Nil for a plain connection.
    public var tls: TLS?
    /// Shown in the broker's list of connections.
    public var connectionName: String
    /// Seconds between signs of life, 1 or more, unless the broker wants more of them; a silent peer is given up after two.
    public var heartbeatSeconds: Int
    /// Bound on connecting, on every question to the broker and on every write, 1 or more.
    public var timeoutSeconds: Int

    /// TLS 1.2 or later. The broker's certificate must come from one of our authorities and bear the name that we call it by.
    public struct TLS: Sendable {
        /// PEM file with the authorities that may have signed the broker's certificate.
        public var authorityFile: String
        /// PEM files of our own certificate and key, for a broker that asks for them. Together with an empty password the
        /// certificate also says who we are (SASL EXTERNAL).
        public var identity: (certificateFile: String, keyFile: String)?

        public init(authorityFile: String, identity: (certificateFile: String, keyFile: String)? = nil) {
            self.authorityFile = authorityFile
            self.identity = identity
        }
    }

    /// Reads `amqp[s]://user:password@host:port/vhost`; reserved characters are percent-encoded.
    ///
    /// Of RabbitMQ's query parameters for addresses it knows `cacertfile`, `certfile`, `keyfile` (PEM files, with `amqps` only),
    /// `heartbeat` (seconds, 1 to 3600) and `connection_timeout` (milliseconds, rounded up to seconds, at most an hour).
    ///
    /// ```
    /// amqps://rvdk@broker.example:5671/ketenroute?cacertfile=/etc/ssl/ca.pem&certfile=/etc/ssl/rvdk.pem&keyfile=/etc/ssl/rvdk.key
    /// ```
    ///
    /// - Parameter tls: the files, for an address with `amqps` that does not name them.
    /// - Throws: ``RabbitError`` with code `badURL`, without repeating the address, which holds a password.
    public init(url: String, connectionName: String = "ketenroute", tls: TLS? = nil) throws(RabbitError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme, ["amqp", "amqps"].contains(scheme)
        else { throw RabbitError.badURL("write amqp://user:password@host:port/vhost") }
        let query = try AddressQuery(parts.queryItems ?? [])
        if scheme == "amqp", query.tls != nil { throw RabbitError.badURL("files with certificates need amqps in place of amqp") }
        self.tls = scheme == "amqps" ? query.tls ?? tls : nil
        if scheme == "amqps", self.tls == nil {
            throw RabbitError.badURL("amqps needs the authority's certificate; add ?cacertfile=FILE")
        }
        self.host = host
        port = parts.port ?? (scheme == "amqps" ? 5671 : 5672)
        let path = parts.path.hasPrefix("/") ? String(parts.path.dropFirst()) : parts.path
        virtualHost = path.isEmpty ? "/" : path.removingPercentEncoding ?? path
        user = parts.user ?? "guest"
        password = parts.password ?? ""
        self.connectionName = connectionName
        heartbeatSeconds = query.heartbeatSeconds ?? 10
        timeoutSeconds = query.timeoutSeconds ?? 5
    }
}

/// What stands behind the question mark of an address, named as in RabbitMQ's documentation of URI query parameters.
private struct AddressQuery {
    private static let names = ["cacertfile", "certfile", "keyfile", "heartbeat", "connection_timeout"]

    var tls: RabbitConfiguration.TLS?
    var heartbeatSeconds: Int?
    var timeoutSeconds: Int?

    init(_ items: [URLQueryItem]) throws(RabbitError) {
        var values: [String: String] = [:]
        for item in items {
            guard AddressQuery.names.contains(item.name) else {
                throw RabbitError.badURL("the parameter \(item.name) is not known; there is \(AddressQuery.names.joined(separator: ", "))")
            }
            values[item.name] = item.value ?? ""
        }
        tls = try AddressQuery.tls(values)
        heartbeatSeconds = try AddressQuery.number("heartbeat", values, 1...3_600)
        timeoutSeconds = try AddressQuery.number("connection_timeout", values, 1...3_600_000).map { ($0 + 999) / 1_000 }
    }

    private static func tls(_ values: [String: String]) throws(RabbitError) -> RabbitConfiguration.TLS? {
        switch (values["cacertfile"], values["certfile"], values["keyfile"]) {
        case (nil, nil, nil): return nil
        case (let authority?, nil, nil): return RabbitConfiguration.TLS(authorityFile: authority)
        case (let authority?, let certificate?, let key?):
            return RabbitConfiguration.TLS(authorityFile: authority, identity: (certificate, key))
        default: throw RabbitError.badURL("certfile and keyfile go together, and with cacertfile")
        }
    }

    private static func number(_ name: String, _ values: [String: String], _ range: ClosedRange<Int>) throws(RabbitError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw RabbitError.badURL("\(name) should be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension RabbitError {
    fileprivate static func badURL(_ reason: String) -> RabbitError {
        RabbitError(.badURL, place: "the broker's address", reason: reason)
    }
}
