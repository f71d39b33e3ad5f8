// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import RabbitMQ

@Suite("Confirms")
struct ConfirmTrackerTests {
    private func label(_ messageID: String?, key: String = "k") -> ConfirmLabel {
        ConfirmLabel(exchange: "e", routingKey: key, messageID: messageID)
    }

    private func tracker(_ count: Int) -> ConfirmTracker<Int> {
        var tracker = ConfirmTracker<Int>()
        for number in 1...count { tracker.publish(number, label: label("m\(number)")) }
        return tracker
    }

    @Test("confirms settle messages one by one in any order, and each once")
    func single() {
        var tracker = tracker(3)
        #expect(tracker.acknowledge(2, multiple: false).map(\.entry) == [2])
        #expect(tracker.acknowledge(2, multiple: false).isEmpty)
        #expect(tracker.acknowledge(1, multiple: false).map(\.entry) == [1])
        #expect(tracker.count == 1)
    }

    @Test("a confirm for many settles all up to it that are still out")
    func multiple() {
        var tracker = tracker(5)
        _ = tracker.acknowledge(2, multiple: false)
        #expect(tracker.acknowledge(4, multiple: true).map(\.entry) == [1, 3, 4])
        #expect(tracker.acknowledge(4, multiple: true).isEmpty)
        #expect(tracker.acknowledge(5, multiple: true).map(\.entry) == [5])
    }

    @Test("a message that came back fails although its confirm comes")
    func returned() {
        var tracker = tracker(2)
        tracker.note(returned: label("m2"), RabbitError(.returned, replyCode: 312, place: "p", reason: "NO_ROUTE"))
        let settled = tracker.acknowledge(2, multiple: true)
        #expect(settled.map(\.error?.code) == [nil, .returned])
    }

    @Test("of messages that look alike the oldest came back, and each return counts once")
    func returnedAlike() {
        var tracker = ConfirmTracker<Int>()
        for number in 1...4 { tracker.publish(number, label: label(nil, key: number == 2 ? "other" : "k")) }
        let error = RabbitError(.returned, replyCode: 312, place: "p", reason: "NO_ROUTE")
        tracker.note(returned: label(nil), error)
        _ = tracker.acknowledge(1, multiple: false)
        tracker.note(returned: label(nil), error)
        tracker.note(returned: label("stranger"), error)
        #expect(tracker.acknowledge(4, multiple: true).map(\.error?.code) == [nil, .returned, nil])
    }

    @Test("a refusal fails every message that it covers")
    func refused() {
        var tracker = tracker(2)
        #expect(tracker.refuse(2, multiple: true).map(\.error?.code) == [.nacked, .nacked])
    }

    @Test("a lost channel gives back all that was out, in order, and numbering starts anew")
    func abandoned() {
        var tracker = tracker(3)
        _ = tracker.acknowledge(1, multiple: false)
        #expect(tracker.abandon() == [2, 3])
        tracker.publish(9, label: nil)
        #expect(tracker.acknowledge(1, multiple: false).map(\.entry) == [9])
    }

    @Test("a confirm for a message that was never sent settles nothing")
    func unknownTag() {
        var tracker = tracker(1)
        #expect(tracker.acknowledge(7, multiple: true).isEmpty)
        #expect(tracker.count == 1)
    }
}

@Suite("Reconnecting")
struct ReconnectDelayTests {
    @Test("waits grow to their bound and start small again after a connection")
    func grows() {
        var delay = ReconnectDelay()
        var generator = SystemRandomNumberGenerator()
        let waits = (0..<12).map { _ in delay.next(using: &generator) }
        #expect(waits[0] <= .milliseconds(100))
        #expect(waits.allSatisfy { $0 <= .milliseconds(ReconnectDelay.longestMilliseconds) })
        #expect(waits[11] >= .milliseconds(ReconnectDelay.longestMilliseconds / 2))
        delay.connected()
        #expect(delay.next(using: &generator) <= .milliseconds(100))
    }
}

@Suite("The broker's address")
struct RabbitConfigurationTests {
    @Test("all parts are read, with their reserved characters")
    func parts() throws {
        let configuration = try RabbitConfiguration(url: "amqp://us%40er:pa%2Fss@broker.example:5673/a%2Fb")
        #expect(configuration.user == "us@er")
        #expect(configuration.password == "pa/ss")
        #expect(configuration.host == "broker.example")
        #expect(configuration.port == 5673)
        #expect(configuration.virtualHost == "a/b")
        #expect(try RabbitConfiguration(url: "amqp://broker.example").virtualHost == "/")
    }

    @Test("what stands behind the question mark is read")
    func query() throws {
        let url = "amqps://u@broker.example/v?cacertfile=%2Fca.pem&certfile=/c.pem&keyfile=/k.pem&heartbeat=3&connection_timeout=1500"
        let configuration = try RabbitConfiguration(url: url)
        #expect(configuration.port == 5671)
        #expect(configuration.tls?.authorityFile == "/ca.pem")
        #expect(configuration.tls?.identity?.certificateFile == "/c.pem")
        #expect(configuration.tls?.identity?.keyFile == "/k.pem")
        #expect(configuration.heartbeatSeconds == 3)
        #expect(configuration.timeoutSeconds == 2)
    }

    @Test(
        "a parameter that cannot be is named",
        arguments: [
            ("amqp://h/?cacertfile=/ca.pem", "amqps"), ("amqps://h/?cacertfile=/ca.pem&certfile=/c.pem", "keyfile"),
            ("amqp://h/?heartbeat=0", "heartbeat"), ("amqp://h/?verify=verify_none", "verify"), ("amqps://h/", "cacertfile"),
            ("amqp://h/?connection_timeout=soon", "connection_timeout"),
        ])
    func wrongQuery(url: String, name: String) throws {
        let error = try #require(throws: RabbitError.self) { try RabbitConfiguration(url: url) }
        #expect(error.code == .badURL)
        #expect(error.reason.contains(name))
    }

    @Test("an address that is none is refused without repeating it", arguments: ["", "http://secret@x", "amqp://", "amqps://u:secret@h/"])
    func refused(url: String) throws {
        let error = try #require(throws: RabbitError.self) { try RabbitConfiguration(url: url) }
        #expect(error.code == .badURL)
        #expect(!error.description.contains("secret"))
    }
}
