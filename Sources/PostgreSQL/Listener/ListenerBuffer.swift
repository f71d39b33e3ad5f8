// SPDX-License-Identifier: EUPL-1.2

import DequeModule

/// What a listener has heard and its reader has not yet taken.
///
/// It is bounded: when the reader falls behind, everything is replaced by one `.resync`, which tells it to look for itself. The same
/// news twice in a row is one.
struct ListenerBuffer {
    typealias Event = PostgresListener.Event

    static let countMax = 1_024

    private var events: Deque<Event> = []
    private(set) var isFinished = false
    var isEmpty: Bool { events.isEmpty }

    mutating func append(_ event: Event) {
        guard !isFinished, events.last != event else { return }
        if event == .resync || events.count >= ListenerBuffer.countMax {
            events = [.resync]
        } else {
            events.append(event)
        }
    }

    mutating func popFirst() -> Event? { events.popFirst() }

    mutating func finish() { isFinished = true }
}
