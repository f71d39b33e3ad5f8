// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import PostgreSQL

@Suite("Statement cache")
struct StatementCacheTests {
    private func key(_ name: String, _ types: PostgresType...) -> StatementCache.Key {
        .init(statement: Statement(name, "select '\(name)'"), types: types)
    }

    @Test("a statement is prepared once and then known")
    func once() {
        var cache = StatementCache(countMax: 2)
        guard case .prepare(let name, nil) = cache.use(key("a")) else { return #expect(Bool(false)) }
        #expect(cache.use(key("a")) == .execute(name))
    }

    @Test("the same text with other parameter types is another statement")
    func types() {
        var cache = StatementCache(countMax: 2)
        _ = cache.use(key("a", .int4))
        guard case .prepare = cache.use(key("a", .int8)) else { return #expect(Bool(false)) }
        #expect(cache.count == 2)
    }

    @Test("the least recently used makes room")
    func eviction() {
        var cache = StatementCache(countMax: 2)
        _ = cache.use(key("a"))
        guard case .prepare(let second, nil) = cache.use(key("b")) else { return #expect(Bool(false)) }
        _ = cache.use(key("a"))
        guard case .prepare(_, deallocate: second) = cache.use(key("c")) else { return #expect(Bool(false)) }
        #expect(cache.count == 2)
    }

    @Test("a forgotten statement is prepared again under a name never used before")
    func forgetting() {
        var cache = StatementCache(countMax: 2)
        guard case .prepare(let first, nil) = cache.use(key("a")) else { return #expect(Bool(false)) }
        cache.forget(key("a"))
        guard case .prepare(let second, nil) = cache.use(key("a")) else { return #expect(Bool(false)) }
        #expect(first != second)
    }
}
