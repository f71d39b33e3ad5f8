// SPDX-License-Identifier: EUPL-1.2

/// Which published messages the broker has not answered for yet.
///
/// Confirms come in any order over several queues, one at a time or for all tags up to one, so each tag is tracked for itself.
struct ConfirmTracker<Entry> {
    private var outstanding: [UInt64: Entry] = [:]
    private var lowest: UInt64 = 1
    private var next: UInt64 = 1
    /// Tags by message id, only for telling which message a return is about.
    private var tags: [String: UInt64] = [:]
    private var identifiers: [UInt64: String] = [:]
    private var returns: [UInt64: RabbitError] = [:]

    var count: Int { outstanding.count }

    func forEach(_ body: (Entry) -> Void) { outstanding.values.forEach(body) }

    /// Notes a message that is about to be sent. The broker numbers messages of a channel from 1.
    mutating func publish(_ entry: Entry, messageID: String?) {
        outstanding[next] = entry
        if let messageID {
            tags[messageID] = next
            identifiers[next] = messageID
        }
        next += 1
    }

    /// The broker found no queue for a message. Its confirm still follows.
    mutating func note(returned messageID: String, _ error: RabbitError) {
        if let tag = tags[messageID] { returns[tag] = error }
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
            guard let entry = outstanding.removeValue(forKey: candidate) else { continue }
            if let identifier = identifiers.removeValue(forKey: candidate) { tags[identifier] = nil }
            settled.append((entry, returns.removeValue(forKey: candidate) ?? error))
        }
        while lowest < next, outstanding[lowest] == nil { lowest += 1 }
        return settled
    }

    /// Everything that will never be answered for, because the channel is gone.
    mutating func abandon() -> [Entry] {
        let entries = outstanding.sorted { $0.key < $1.key }.map(\.value)
        self = ConfirmTracker()
        return entries
    }
}
