// SPDX-License-Identifier: EUPL-1.2

import Delivery
import Testing
import Values
import Workflow

@Suite("The next hand-out")
struct NextHandOutTests {
    private let now = Instant(seconds: 1_800_000_000)
    private let policy = RetryPolicy(maxAttempts: 3, interval: .seconds(60), backoffRate: 2)

    @Test("a question is put again, each time after a longer wait", arguments: [(1, 2, 120), (2, 3, 240)])
    func again(after attempt: Int, next: Int, seconds: Int) {
        #expect(
            NextHandOut(after: attempt, policy: policy, at: now) == .again(attempt: next, retryAt: now.adding(.seconds(seconds))))
    }

    @Test("after the last hand-out an operator has to look, and again a day later")
    func exhausted() {
        #expect(NextHandOut(after: 3, policy: policy, at: now) == .exhausted(retryAt: now.adding(.seconds(86_400))))
    }
}
