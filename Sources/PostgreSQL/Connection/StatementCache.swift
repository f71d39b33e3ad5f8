// SPDX-License-Identifier: EUPL-1.2

/// Which statements one connection has prepared; the least recently used one makes room for the next.
///
/// The key holds the parameters' types besides the text, because the server fixes them when it prepares: the same text with other
/// types is another statement to it.
struct StatementCache {
    struct Key: Hashable {
        let statement: Statement
        let types: [PostgresType]
    }

    enum Use: Equatable {
        /// It is there, under this name.
        case execute(String)
        /// Prepare it under this name first; before that, deallocate the other, if one is named.
        case prepare(String, deallocate: String?)
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private let countMax: Int

    init(countMax: Int) {
        precondition(countMax > 0)
        self.countMax = countMax
    }

    var count: Int { entries.count }

    mutating func use(_ key: Key) -> Use {
        clock += 1
        if let entry = entries[key] {
            entries[key]?.lastUse = clock
            return .execute(entry.name)
        }
        // Never the same name twice: a name that was forgotten may still stand on the server.
        let name = "\(clock):\(key.statement.name.prefix(40))"
        let evicted = entries.count < countMax ? nil : removeLeastRecentlyUsed()
        entries[key] = Entry(name: name, lastUse: clock)
        return .prepare(name, deallocate: evicted)
    }

    /// It could not be prepared, or the server finds it stale.
    mutating func forget(_ key: Key) { entries[key] = nil }

    private mutating func removeLeastRecentlyUsed() -> String? {
        guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        entries[oldest.key] = nil
        return oldest.value.name
    }
}
