// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Where the broker is and who we are there.
public struct RabbitConfiguration: Sendable {
    public var host: String
    public var port: Int
    public var virtualHost: String
    public var user: String
    public var password: String
    /// Nil for a plain connection.
    public var tls: TLS?
    /// Shown in the broker's list of connections.
    public var connectionName: String
    /// Seconds between signs of life; a silent peer is given up after two of them.
    public var heartbeatSeconds: Int
    /// Bound on connecting and on every question to the broker.
    public var timeoutSeconds: Int

    public struct TLS: Sendable {
        /// PEM file with the authorities that may have signed the broker's certificate.
        public var authorityFile: String
        /// PEM files of our own certificate and key; with them the certificate says who we are (SASL EXTERNAL).
        public var identity: (certificateFile: String, keyFile: String)?

        public init(authorityFile: String, identity: (certificateFile: String, keyFile: String)? = nil) {
            self.authorityFile = authorityFile
            self.identity = identity
        }
    }

    /// Reads `amqp[s]://user:password@host:port/vhost`; reserved characters are percent-encoded.
    ///
    /// - Throws: ``RabbitError`` with code `badURL`, without repeating the address, which holds a password.
    public init(url: String, connectionName: String = "ketenroute", tls: TLS? = nil) throws(RabbitError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme, ["amqp", "amqps"].contains(scheme)
        else {
            throw RabbitError(.badURL, place: "the broker's address", reason: "write amqp://user:password@host:port/vhost")
        }
        if scheme == "amqps", tls == nil {
            throw RabbitError(.badURL, place: "the broker's address", reason: "amqps needs a file with the authority's certificate")
        }
        self.host = host
        port = parts.port ?? (scheme == "amqps" ? 5671 : 5672)
        let path = parts.path.hasPrefix("/") ? String(parts.path.dropFirst()) : parts.path
        virtualHost = path.isEmpty ? "/" : path.removingPercentEncoding ?? path
        user = parts.user ?? "guest"
        password = parts.password ?? ""
        self.tls = scheme == "amqps" ? tls : nil
        self.connectionName = connectionName
        heartbeatSeconds = 10
        timeoutSeconds = 5
    }
}
