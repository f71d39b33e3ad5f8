// SPDX-License-Identifier: EUPL-1.2

/// What is to happen, in the order of time and, at one moment, of arrival: a binary heap of numbers, with the entries beside it.
struct Agenda<Entry> {
    /// Time and number of arrival in one word, so that the heap moves nothing larger.
    private var heap: [UInt64] = []
    private var entries: [Entry?] = []

    private static var numberBits: UInt64 { 20 }

    mutating func add(_ entry: Entry, at time: Int) {
        precondition(time >= 0 && entries.count < 1 << Agenda.numberBits, "an agenda has room for a million entries")
        heap.append(UInt64(time) << Agenda.numberBits | UInt64(entries.count))
        entries.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: Int, entry: Entry)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        let number = Int(first & (1 << Agenda.numberBits - 1))
        guard let entry = entries[number] else { return nil }
        entries[number] = nil
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (Int(first >> Agenda.numberBits), entry)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < heap.count && heap[left] < heap[least] { least = left }
            if left + 1 < heap.count && heap[left + 1] < heap[least] { least = left + 1 }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
