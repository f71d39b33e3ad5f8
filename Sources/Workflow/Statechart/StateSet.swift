// SPDX-License-Identifier: EUPL-1.2

/// A set of state numbers, kept as bits. Iterates in document order, because states are numbered in document order.
public struct StateSet: Hashable, Sendable {
    private var words: [UInt64] = []

    public init() {}

    public init(_ members: some Swift.Sequence<Int>) { for member in members { insert(member) } }

    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    public func contains(_ member: Int) -> Bool {
        let word = member >> 6
        return word < words.count && words[word] & (1 << UInt64(member & 63)) != 0
    }

    public mutating func insert(_ member: Int) {
        let word = member >> 6
        if word >= words.count { words += Array(repeating: 0, count: word - words.count + 1) }
        words[word] |= 1 << UInt64(member & 63)
    }

    public mutating func remove(_ member: Int) {
        let word = member >> 6
        guard word < words.count else { return }
        words[word] &= ~(1 << UInt64(member & 63))
        while words.last == 0 { words.removeLast() }
    }

    public mutating func formUnion(_ other: StateSet) {
        if other.words.count > words.count { words += Array(repeating: 0, count: other.words.count - words.count) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    public func intersection(_ other: StateSet) -> StateSet {
        var result = StateSet()
        result.words = zip(words, other.words).map { $0 & $1 }
        while result.words.last == 0 { result.words.removeLast() }
        return result
    }

    public func intersects(_ other: StateSet) -> Bool { zip(words, other.words).contains { $0 & $1 != 0 } }
}

extension StateSet: Swift.Sequence {
    public func makeIterator() -> Iterator { Iterator(words: words) }

    public struct Iterator: IteratorProtocol {
        private let words: [UInt64]
        private var word = 0
        private var rest: UInt64

        init(words: [UInt64]) {
            self.words = words
            rest = words.first ?? 0
        }

        public mutating func next() -> Int? {
            while rest == 0 {
                word += 1
                guard word < words.count else { return nil }
                rest = words[word]
            }
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            return word << 6 + bit
        }
    }
}
