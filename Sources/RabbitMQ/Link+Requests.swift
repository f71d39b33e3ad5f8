// SPDX-License-Identifier: EUPL-1.2

internal import CRabbitMQ

extension Link {
    /// Declares what is missing. A thing that is there with other properties is an error that names it.
    func declare(_ topology: RabbitTopology) throws(RabbitError) {
        for exchange in topology.exchanges {
            amqp_bytes_t.lending(exchange.name) { name in
                amqp_bytes_t.lending(exchange.type) { type in
                    _ = amqp_exchange_declare(state, channel, name, type, 0, 1, 0, 0, amqp_empty_table)
                }
            }
            try check(at: "declaring exchange \(exchange.name)")
        }
        for queue in topology.queues {
            let arguments = FieldTable(queue.arguments)
            amqp_bytes_t.lending(queue.name) { name in
                arguments.withTable { _ = amqp_queue_declare(state, channel, name, 0, 1, 0, 0, $0.pointee) }
            }
            try check(at: "declaring queue \(queue.name)")
        }
        for binding in topology.bindings {
            amqp_bytes_t.lending(binding.queue) { queue in
                amqp_bytes_t.lending(binding.exchange) { exchange in
                    amqp_bytes_t.lending(binding.routingKey) { key in
                        _ = amqp_queue_bind(state, channel, queue, exchange, key, amqp_empty_table)
                    }
                }
            }
            try check(at: "binding queue \(binding.queue) to \(binding.exchange)")
        }
    }

    /// Whether one of the queues is not there. Of no further use afterwards where one is missing.
    func isMissingAny(of queues: [RabbitTopology.Queue]) throws(RabbitError) -> Bool {
        for queue in queues {
            amqp_bytes_t.lending(queue.name) { name in _ = amqp_queue_declare(state, channel, name, 1, 1, 0, 0, amqp_empty_table) }
            do throws(RabbitError) {
                try check(at: "looking for queue \(queue.name)")
            } catch {
                guard error.replyCode == Link.notFound else { throw error }
                return true
            }
        }
        return false
    }

    private static let notFound = 404

    func selectConfirms() throws(RabbitError) {
        amqp_confirm_select(state, channel)
        try check(at: "asking for confirms")
    }

    func consume(_ queue: String, prefetch: Int) throws(RabbitError) {
        amqp_basic_qos(state, channel, 0, UInt16(clamping: prefetch), 0)
        try check(at: "setting the prefetch of \(queue)")
        amqp_bytes_t.lending(queue) { queue in
            amqp_bytes_t.lending(Link.consumerTag) { tag in
                _ = amqp_basic_consume(state, channel, queue, tag, 0, 0, 0, amqp_empty_table)
            }
        }
        try check(at: "consuming from \(queue)")
    }

    /// Asks the broker to send no more. What is under way still comes.
    func stopConsuming() throws(RabbitError) {
        amqp_bytes_t.lending(Link.consumerTag) { tag in _ = amqp_basic_cancel(state, channel, tag) }
        try check(at: "cancelling the consumer")
    }

    static let consumerTag = "ketenroute"

    func acknowledge(_ tag: UInt64, multiple: Bool) throws(RabbitError) {
        let status = amqp_basic_ack(state, channel, tag, multiple ? 1 : 0)
        try Link.check(status, at: "acknowledging", code: .connectionLost)
    }

    func reject(_ tag: UInt64, requeue: Bool) throws(RabbitError) {
        let status = amqp_basic_reject(state, channel, tag, requeue ? 1 : 0)
        try Link.check(status, at: "rejecting", code: .connectionLost)
    }

    /// Hands a message to the library. It may block where the broker does not read; a watchdog has to shut the socket then.
    func publish(_ publication: RabbitPublication, mandatory: Bool) throws(RabbitError) {
        let message = publication.message
        let headers = FieldTable(message.headers)
        let texts = MessageTexts(message)
        let status = headers.withTable { table in
            texts.withProperties(headers: table.pointee, timestamp: message.timestamp) { properties in
                amqp_bytes_t.lending(publication.exchange) { exchange in
                    amqp_bytes_t.lending(publication.routingKey) { key in
                        amqp_bytes_t.lending(message.body) { body in
                            amqp_basic_publish(state, channel, exchange, key, mandatory ? 1 : 0, 0, properties, body)
                        }
                    }
                }
            }
        }
        try Link.check(status, at: "publishing", code: .connectionLost)
    }
}

/// The text properties of a message in memory that the library can read.
private struct MessageTexts {
    private let contentType: [UInt8]?
    private let messageID: [UInt8]?
    private let correlationID: [UInt8]?
    private let type: [UInt8]?
    private let userID: [UInt8]?
    private let appID: [UInt8]?

    init(_ message: RabbitMessage) {
        contentType = message.contentType.map { Array($0.utf8) }
        messageID = message.messageID.map { Array($0.utf8) }
        correlationID = message.correlationID.map { Array($0.utf8) }
        type = message.type.map { Array($0.utf8) }
        userID = message.userID.map { Array($0.utf8) }
        appID = message.appID.map { Array($0.utf8) }
    }

    func withProperties<Result>(
        headers: amqp_table_t, timestamp: UInt64?, _ body: (UnsafePointer<amqp_basic_properties_t>) -> Result
    ) -> Result {
        var properties = amqp_basic_properties_t()
        properties._flags = ketenroute_delivery_mode_flag
        properties.delivery_mode = 2
        if headers.num_entries > 0 {
            properties._flags |= ketenroute_headers_flag
            properties.headers = headers
        }
        if let timestamp {
            properties._flags |= ketenroute_timestamp_flag
            properties.timestamp = timestamp
        }
        return lend(contentType, ketenroute_content_type_flag, \.content_type, &properties) { properties in
            lend(messageID, ketenroute_message_id_flag, \.message_id, &properties) { properties in
                lend(correlationID, ketenroute_correlation_id_flag, \.correlation_id, &properties) { properties in
                    lend(type, ketenroute_type_flag, \.type, &properties) { properties in
                        lend(userID, ketenroute_user_id_flag, \.user_id, &properties) { properties in
                            lend(appID, ketenroute_app_id_flag, \.app_id, &properties) { properties in
                                withUnsafePointer(to: properties, body)
                            }
                        }
                    }
                }
            }
        }
    }

    private func lend<Result>(
        _ text: [UInt8]?, _ flag: amqp_flags_t, _ property: WritableKeyPath<amqp_basic_properties_t, amqp_bytes_t>,
        _ properties: inout amqp_basic_properties_t, _ body: (inout amqp_basic_properties_t) -> Result
    ) -> Result {
        guard let text else { return body(&properties) }
        return amqp_bytes_t.lending(text) { bytes in
            properties._flags |= flag
            properties[keyPath: property] = bytes
            return body(&properties)
        }
    }
}
