// SPDX-License-Identifier: EUPL-1.2

/// The states that have been found, as words one after another, with a hash index that finds a state again.
struct StateArena: Sendable {
    let wordCount: Int
    private(set) var words: [UInt64] = []
    private(set) var count = 0
    /// Open addressing with linear probing; a slot holds a state's number plus one, 0 is free. At most half is taken.
    private var slots: [UInt32]

    init(wordCount: Int) {
        self.wordCount = wordCount
        slots = Array(repeating: 0, count: 1 << 12)
    }

    subscript(number: Int) -> ArraySlice<UInt64> { words[number * wordCount..<(number + 1) * wordCount] }

    subscript(numbers: Range<Int>) -> [UInt64] { Array(words[numbers.lowerBound * wordCount..<numbers.upperBound * wordCount]) }

    /// The number of the state whose words begin at `offset` of `source`, and whether it is new.
    mutating func insert(_ source: [UInt64], at offset: Int) -> (number: Int, isNew: Bool) {
        if 2 * (count + 1) > slots.count { grow() }
        let slot = slot(of: source, at: offset)
        if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
        slots[slot] = UInt32(count + 1)
        words.append(contentsOf: source[offset..<offset + wordCount])
        count += 1
        return (count - 1, true)
    }

    /// Whether there is a state whose words are those that begin at `offset` of `source`.
    func contains(_ source: [UInt64], at offset: Int) -> Bool { slots[slot(of: source, at: offset)] != 0 }

    /// The slot in which the state is, or would be.
    private func slot(of source: [UInt64], at offset: Int) -> Int {
        let mask = slots.count - 1
        var slot = StateArena.hash(source, offset, wordCount) & mask
        while slots[slot] != 0, !isEqual(Int(slots[slot]) - 1, source, offset) { slot = (slot + 1) & mask }
        return slot
    }

    private func isEqual(_ number: Int, _ source: [UInt64], _ offset: Int) -> Bool {
        for index in 0..<wordCount where words[number * wordCount + index] != source[offset + index] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for number in 0..<count {
            var slot = StateArena.hash(words, number * wordCount, wordCount) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }

    /// Multiplies and folds, as in wyhash; the constants are odd and have no pattern.
    private static func hash(_ words: [UInt64], _ offset: Int, _ count: Int) -> Int {
        var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
        for index in offset..<offset + count {
            let product = (hash ^ words[index]).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
            hash = product.high ^ product.low
        }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}
