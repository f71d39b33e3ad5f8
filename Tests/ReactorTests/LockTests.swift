// SPDX-License-Identifier: EUPL-1.2

import Reactor
import Testing

@Suite("Lock")
struct LockTests {
    @Test("two hundred tasks that count under one lock lose no count")
    func countsAreKept() async {
        let lock = Lock(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask { for _ in 0..<1_000 { lock.withLock { $0 += 1 } } }
            }
        }
        #expect(lock.withLock { $0 } == 200_000)
    }

    @Test("an error leaves the lock open and the change made")
    func errorsUnlock() {
        struct Refused: Error {}
        let lock = Lock(1)
        #expect(throws: Refused.self) {
            try lock.withLock { value throws(Refused) in
                value = 2
                throw Refused()
            }
        }
        #expect(lock.withLock { $0 } == 2)
    }
}
