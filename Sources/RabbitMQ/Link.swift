// SPDX-License-Identifier: EUPL-1.2

internal import CRabbitMQ
import Glibc

/// One connection of librabbitmq with one channel. Not Sendable: the library aborts the process when two threads touch a
/// connection, so a link belongs to one thread at a time: the one that opens it, and then that of its reactor.
final class Link {
    let state: amqp_connection_state_t
    let channel: amqp_channel_t = 1
    let fileDescriptor: Int32

    static let frameBytesMax: Int32 = 131_072

    /// Connects, logs in and opens the channel. Blocks for at most the configured time at each of the three.
    init(_ configuration: RabbitConfiguration) throws(RabbitError) {
        guard let state = amqp_new_connection() else {
            throw RabbitError(.connectFailed, place: "connecting", reason: "out of memory")
        }
        do throws(RabbitError) {
            try Link.open(state, configuration)
            try Link.login(state, configuration)
            amqp_channel_open(state, 1)
            try Link.check(amqp_get_rpc_reply(state), at: "opening a channel", code: .connectFailed)
        } catch {
            amqp_destroy_connection(state)
            throw error
        }
        self.state = state
        fileDescriptor = amqp_get_sockfd(state)
    }

    deinit { amqp_destroy_connection(state) }

    /// Ends the connection by agreement. It is of no use afterwards, whatever the broker says.
    func close() { _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS) }

    /// Between signs of life, as agreed with the broker.
    var heartbeat: Duration { .seconds(max(Int(amqp_get_heartbeat(state)), 1)) }

    private static func open(_ state: amqp_connection_state_t, _ configuration: RabbitConfiguration) throws(RabbitError) {
        var timeout = timeval(tv_sec: configuration.timeoutSeconds, tv_usec: 0)
        amqp_set_handshake_timeout(state, &timeout)
        amqp_set_rpc_timeout(state, &timeout)
        let socket = configuration.tls == nil ? amqp_tcp_socket_new(state) : amqp_ssl_socket_new(state)
        guard let socket else { throw RabbitError(.connectFailed, place: "connecting", reason: "out of memory") }
        if let tls = configuration.tls { try secure(socket, tls) }
        let place = "connecting to \(configuration.host):\(configuration.port)"
        try check(
            amqp_socket_open_noblock(socket, configuration.host, Int32(configuration.port), &timeout), at: place, code: .connectFailed)
    }

    private static func secure(_ socket: OpaquePointer, _ tls: RabbitConfiguration.TLS) throws(RabbitError) {
        try check(amqp_ssl_socket_set_cacert(socket, tls.authorityFile), at: "reading the authority's certificate", code: .connectFailed)
        if let identity = tls.identity {
            try check(
                amqp_ssl_socket_set_key(socket, identity.certificateFile, identity.keyFile), at: "reading our own certificate",
                code: .connectFailed)
        }
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        try check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST), at: "asking for TLS 1.2", code: .connectFailed)
    }

    private static func login(_ state: amqp_connection_state_t, _ configuration: RabbitConfiguration) throws(RabbitError) {
        // librabbitmq announces neither of the first two by itself, and without them the broker stays silent about both.
        let capabilities = FieldTable([
            "consumer_cancel_notify": true, "connection.blocked": true, "publisher_confirms": true, "basic.nack": true,
        ])
        let properties = FieldTable(
            ["connection_name": .string(configuration.connectionName), "product": "ketenroute"], nested: ["capabilities": capabilities])
        let heartbeat = Int32(configuration.heartbeatSeconds)
        // Without a password it is the certificate that says who we are.
        let isExternal = configuration.tls?.identity != nil && configuration.password.isEmpty
        let reply = properties.withTable { table in
            isExternal
                ? ketenroute_login_external(state, configuration.virtualHost, frameBytesMax, heartbeat, table, configuration.user)
                : ketenroute_login_plain(
                    state, configuration.virtualHost, frameBytesMax, heartbeat, table, configuration.user, configuration.password)
        }
        let place = "logging in as \(configuration.user) to \(configuration.virtualHost)"
        do throws(RabbitError) {
            try check(reply, at: place, code: .connectFailed)
        } catch {
            guard configuration.tls != nil, error.replyCode == nil else { throw error }
            // In TLS 1.3 this is where it shows that the broker did not accept us.
            throw RabbitError(
                .connectFailed, place: place,
                reason: "\(error.reason); the broker may want a certificate of ours from an authority that it trusts")
        }
    }

    // MARK: Replies

    static func check(_ status: Int32, at place: String, code: RabbitError.Code) throws(RabbitError) {
        guard status != 0 else { return }
        throw RabbitError(code, place: place, reason: String(cString: amqp_error_string2(status)))
    }

    static func check(_ reply: amqp_rpc_reply_t, at place: String, code: RabbitError.Code) throws(RabbitError) {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: try check(reply.library_error, at: place, code: code)
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw closing(reply.reply, at: place, code: code)
        default: throw RabbitError(code, place: place, reason: "the broker did not answer")
        }
    }

    /// What a close of channel or connection says.
    static func closing(_ method: amqp_method_t, at place: String, code: RabbitError.Code) -> RabbitError {
        guard let decoded = method.decoded else { return RabbitError(code, place: place, reason: "the broker closed without a word") }
        switch method.id {
        case ketenroute_connection_close:
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            return RabbitError(code, replyCode: Int(close.reply_code), place: place, reason: close.reply_text.text)
        case ketenroute_channel_close:
            let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            return RabbitError(code, replyCode: Int(close.reply_code), place: place, reason: close.reply_text.text)
        default: return RabbitError(code, place: place, reason: "the broker answered with method \(method.id)")
        }
    }

    /// The answer to the question asked last.
    func check(at place: String) throws(RabbitError) {
        try Link.check(amqp_get_rpc_reply(state), at: place, code: .channelClosed)
    }
}

extension amqp_bytes_t {
    /// A copy: the library's memory does not outlive the frame.
    var copy: [UInt8] { bytes == nil ? [] : Array(UnsafeRawBufferPointer(start: bytes, count: len)) }

    var text: String { String(decoding: copy, as: UTF8.self) }

    /// Lends bytes to the library for the length of a call.
    static func lending<Result>(_ content: [UInt8], _ body: (amqp_bytes_t) -> Result) -> Result {
        content.withUnsafeBytes { body(amqp_bytes_t(len: $0.count, bytes: UnsafeMutableRawPointer(mutating: $0.baseAddress))) }
    }

    static func lending<Result>(_ text: String, _ body: (amqp_bytes_t) -> Result) -> Result { lending(Array(text.utf8), body) }
}
