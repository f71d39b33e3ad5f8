// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import PostgreSQL

@Suite("Listener buffer")
struct ListenerBufferTests {
    private func note(_ number: Int) -> PostgresListener.Event { .notification(channel: "work", payload: "\(number)") }

    private func drain(_ buffer: inout ListenerBuffer) -> [PostgresListener.Event] {
        var events: [PostgresListener.Event] = []
        while let event = buffer.popFirst() { events.append(event) }
        return events
    }

    @Test("news comes out in order, the same twice in a row once")
    func order() {
        var buffer = ListenerBuffer()
        for number in [1, 1, 2, 1] { buffer.append(note(number)) }
        #expect(drain(&buffer) == [note(1), note(2), note(1)])
    }

    @Test("a resync makes what came before it superfluous")
    func resync() {
        var buffer = ListenerBuffer()
        buffer.append(note(1))
        buffer.append(.resync)
        buffer.append(note(2))
        #expect(drain(&buffer) == [.resync, note(2)])
    }

    @Test("a reader that falls behind is told to look for itself")
    func overflow() {
        var buffer = ListenerBuffer()
        for number in 0...ListenerBuffer.countMax { buffer.append(note(number)) }
        #expect(drain(&buffer) == [.resync])
    }

    @Test("after the end nothing is added")
    func end() {
        var buffer = ListenerBuffer()
        buffer.append(note(1))
        buffer.finish()
        buffer.append(note(2))
        #expect(drain(&buffer) == [note(1)])
    }
}
