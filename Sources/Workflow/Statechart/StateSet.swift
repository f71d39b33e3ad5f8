// SPDX-License-Identifier: EUPL-1.2

/// A set of state numbers, kept as bits. Iterates in document order, because states are numbered in document order.
///
/// The first 256 states, which is more than any workflow foreseen has, lie in the value itself, so that the sets of a step take no
/// memory of their own.
public struct StateSet: Hashable, Sendable {
    private var low = SIMD4<UInt64>()
    /// Words from the fifth on, without zeros at the end, so that equal sets are equal values.
    private var high: [UInt64] = []

    private static let lowWords = 4

    public init() {}

    public init(_ members: some Swift.Sequence<Int>) { for member in members { insert(member) } }

    public var isEmpty: Bool { low == SIMD4() && high.isEmpty }

    public var count: Int { (0..<wordCount).reduce(0) { $0 + word($1).nonzeroBitCount } }

    public func contains(_ member: Int) -> Bool { word(member >> 6) & (1 << UInt64(member & 63)) != 0 }

    public mutating func insert(_ member: Int) {
        let index = member >> 6
        let bit: UInt64 = 1 << UInt64(member & 63)
        if index < StateSet.lowWords {
            low[index] |= bit
        } else {
            let index = index - StateSet.lowWords
            if index >= high.count { high += Array(repeating: 0, count: index - high.count + 1) }
            high[index] |= bit
        }
    }

    public mutating func remove(_ member: Int) {
        let index = member >> 6
        let rest = ~(UInt64(1) << UInt64(member & 63))
        if index < StateSet.lowWords {
            low[index] &= rest
        } else if index - StateSet.lowWords < high.count {
            high[index - StateSet.lowWords] &= rest
            trim()
        }
    }

    public mutating func formUnion(_ other: StateSet) {
        low |= other.low
        if other.high.count > high.count { high += Array(repeating: 0, count: other.high.count - high.count) }
        for index in other.high.indices { high[index] |= other.high[index] }
    }

    public func intersection(_ other: StateSet) -> StateSet {
        var result = StateSet()
        result.low = low & other.low
        if !high.isEmpty, !other.high.isEmpty {
            result.high = zip(high, other.high).map { $0 & $1 }
            result.trim()
        }
        return result
    }

    public func union(_ other: StateSet) -> StateSet {
        var result = self
        result.formUnion(other)
        return result
    }

    public func subtracting(_ other: StateSet) -> StateSet {
        var result = self
        result.low = low & ~other.low
        for index in high.indices where index < other.high.count { result.high[index] &= ~other.high[index] }
        result.trim()
        return result
    }

    public func intersects(_ other: StateSet) -> Bool {
        low & other.low != SIMD4() || zip(high, other.high).contains { $0 & $1 != 0 }
    }

    /// Takes out the last in document order.
    public mutating func popLast() -> Int? {
        for index in (0..<wordCount).reversed() where word(index) != 0 {
            let member = index << 6 + 63 - word(index).leadingZeroBitCount
            remove(member)
            return member
        }
        return nil
    }

    fileprivate var wordCount: Int { StateSet.lowWords + high.count }

    /// 64 states as bits, the first in the lowest.
    func word(_ index: Int) -> UInt64 {
        if index < StateSet.lowWords { return low[index] }
        return index < wordCount ? high[index - StateSet.lowWords] : 0
    }

    private mutating func trim() { while high.last == 0 { high.removeLast() } }
}

extension StateSet: Swift.Sequence {
    public func makeIterator() -> Iterator { Iterator(self) }

    public struct Iterator: IteratorProtocol {
        private let set: StateSet
        private var index = 0
        private var rest: UInt64

        fileprivate init(_ set: StateSet) {
            self.set = set
            rest = set.word(0)
        }

        public mutating func next() -> Int? {
            while rest == 0 {
                index += 1
                guard index < set.wordCount else { return nil }
                rest = set.word(index)
            }
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            return index << 6 + bit
        }
    }
}
