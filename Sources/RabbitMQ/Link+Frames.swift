// SPDX-License-Identifier: EUPL-1.2

internal import CRabbitMQ
import Glibc

/// What the broker tells without being asked.
enum LinkEvent {
    case acknowledged(UInt64, multiple: Bool)
    case refused(UInt64, multiple: Bool)
    case returned(ConfirmLabel, RabbitError)
    case delivered(tag: UInt64, isRedelivered: Bool, exchange: String, routingKey: String, RabbitMessage)
    /// The queue is gone, or the consumer was ended for another reason.
    case cancelled
    case blocked(String)
    case unblocked
}

extension Link {
    /// Frames that the library has read ahead: poll cannot see them.
    var hasBufferedFrames: Bool { amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 }

    /// The next thing that the broker told, or nil when there is nothing now. Also sends and checks heartbeats.
    ///
    /// - Throws: when the channel or the connection has come to its end.
    func next() throws(RabbitError) -> LinkEvent? {
        while true {
            amqp_maybe_release_buffers(state)
            var frame = amqp_frame_t()
            var none = timeval(tv_sec: 0, tv_usec: 0)
            let status = amqp_simple_wait_frame_noblock(state, &frame, &none)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try Link.check(status, at: "reading", code: .connectionLost)
            guard frame.frame_type == UInt8(AMQP_FRAME_METHOD) else { continue }
            if let event = try event(frame.payload.method) { return event }
        }
    }

    private func event(_ method: amqp_method_t) throws(RabbitError) -> LinkEvent? {
        guard let decoded = method.decoded else { return nil }
        switch method.id {
        case ketenroute_basic_ack:
            let ack = decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .acknowledged(ack.delivery_tag, multiple: ack.multiple != 0)
        case ketenroute_basic_nack:
            let nack = decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .refused(nack.delivery_tag, multiple: nack.multiple != 0)
        case ketenroute_basic_return: return try returned(decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee)
        case ketenroute_basic_deliver: return try delivered(decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee)
        case ketenroute_basic_cancel: return .cancelled
        case ketenroute_connection_blocked:
            return .blocked(decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self).pointee.reason.text)
        case ketenroute_connection_unblocked: return .unblocked
        case ketenroute_channel_close: throw Link.closing(method, at: "the channel", code: .channelClosed)
        case ketenroute_connection_close: throw Link.closing(method, at: "the connection", code: .connectionLost)
        default: return nil
        }
    }

    private func returned(_ method: amqp_basic_return_t) throws(RabbitError) -> LinkEvent {
        let error = RabbitError(
            .returned, replyCode: Int(method.reply_code), place: "publishing to \(method.exchange.text)", reason: method.reply_text.text)
        let (exchange, routingKey) = (method.exchange.text, method.routing_key.text)
        return .returned(ConfirmLabel(exchange: exchange, routingKey: routingKey, messageID: try message().messageID), error)
    }

    private func delivered(_ method: amqp_basic_deliver_t) throws(RabbitError) -> LinkEvent {
        // The method's memory is gone once the content has been read.
        let (tag, isRedelivered) = (method.delivery_tag, method.redelivered != 0)
        let (exchange, routingKey) = (method.exchange.text, method.routing_key.text)
        return .delivered(tag: tag, isRedelivered: isRedelivered, exchange: exchange, routingKey: routingKey, try message())
    }

    private func message() throws(RabbitError) -> RabbitMessage {
        var message = amqp_message_t()
        try Link.check(amqp_read_message(state, channel, &message, 0), at: "reading a message", code: .connectionLost)
        defer { amqp_destroy_message(&message) }
        let properties = message.properties
        func text(_ flag: amqp_flags_t, _ bytes: amqp_bytes_t) -> String? { properties._flags & flag != 0 ? bytes.text : nil }
        return RabbitMessage(
            body: message.body.copy,
            contentType: text(ketenroute_content_type_flag, properties.content_type),
            messageID: text(ketenroute_message_id_flag, properties.message_id),
            correlationID: text(ketenroute_correlation_id_flag, properties.correlation_id),
            type: text(ketenroute_type_flag, properties.type),
            userID: text(ketenroute_user_id_flag, properties.user_id),
            appID: text(ketenroute_app_id_flag, properties.app_id),
            timestamp: properties._flags & ketenroute_timestamp_flag != 0 ? properties.timestamp : nil,
            headers: properties._flags & ketenroute_headers_flag != 0 ? RabbitValue.values(of: properties.headers) : [:])
    }

    /// Frees whoever is blocked in the library, from any thread.
    static func shutDown(_ fileDescriptor: Int32) { _ = Glibc.shutdown(fileDescriptor, Int32(SHUT_RDWR)) }
}
