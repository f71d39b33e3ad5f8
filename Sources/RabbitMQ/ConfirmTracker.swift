// SPDX-License-Identifier: EUPL-1.2

import DequeModule

/// What a returned message still tells of itself.
struct ConfirmLabel: Hashable {
    var exchange: String
    var routingKey: String
    var messageID: String?
}

/// Which published messages the broker has not answered for yet.
///
/// Confirms come in any order over several queues, one at a time or for all tags up to one, so each tag is tracked for itself.
///
/// A return names no tag. It is told by where the message was going and by its id; of messages that have all of these in common
/// the oldest is meant, because the broker looks for queues in the order of publishing.
struct ConfirmTracker<Entry> {
    private struct Published {
        let entry: Entry
        let label: ConfirmLabel?
        var returned: RabbitError?
    }

    private var outstanding: [UInt64: Published] = [:]
    private var lowest: UInt64 = 1
    private var next: UInt64 = 1
    /// The tags of each label whose message has not come back, oldest first.
    private var tags: [ConfirmLabel: Deque<UInt64>] = [:]

    var count: Int { outstanding.count }

    func forEach(_ body: (Entry) -> Void) { for published in outstanding.values { body(published.entry) } }

    /// Notes a message that is about to be sent. The broker numbers messages of a channel from 1.
    ///
    /// - Parameter label: nil for a message that may be dropped where no queue takes it.
    mutating func publish(_ entry: Entry, label: ConfirmLabel?) {
        outstanding[next] = Published(entry: entry, label: label)
        if let label { tags[label, default: []].append(next) }
        next += 1
    }

    /// The broker found no queue for a message. Its confirm still follows.
    mutating func note(returned label: ConfirmLabel, _ error: RabbitError) {
        if let tag = tags[label]?.popFirst() { outstanding[tag]?.returned = error }
    }

    /// The entries that a confirm settles, oldest first; an error marks those that came back.
    mutating func acknowledge(_ tag: UInt64, multiple: Bool) -> [(entry: Entry, error: RabbitError?)] {
        settle(tag, multiple: multiple, error: nil)
    }

    mutating func refuse(_ tag: UInt64, multiple: Bool) -> [(entry: Entry, error: RabbitError?)] {
        settle(
            tag, multiple: multiple,
            error: RabbitError(.nacked, place: "publishing", reason: "the broker could not keep the message; send it again later"))
    }

    private mutating func settle(_ tag: UInt64, multiple: Bool, error: RabbitError?) -> [(entry: Entry, error: RabbitError?)] {
        let first = multiple ? lowest : tag
        guard tag < next, first <= tag else { return [] }
        var settled: [(entry: Entry, error: RabbitError?)] = []
        for candidate in first...tag {
            guard let published = outstanding.removeValue(forKey: candidate) else { continue }
            if let label = published.label { forget(candidate, label) }
            settled.append((published.entry, published.returned ?? error))
        }
        while lowest < next, outstanding[lowest] == nil { lowest += 1 }
        return settled
    }

    private mutating func forget(_ tag: UInt64, _ label: ConfirmLabel) {
        tags[label]?.removeAll { $0 == tag }
        if tags[label]?.isEmpty == true { tags[label] = nil }
    }

    /// Everything that will never be answered for, because the channel is gone.
    mutating func abandon() -> [Entry] {
        let entries = outstanding.sorted { $0.key < $1.key }.map(\.value.entry)
        self = ConfirmTracker()
        return entries
    }
}
