// SPDX-License-Identifier: EUPL-1.2

import Delivery
import Messages
import Testing

@Suite("Whether a message counts")
struct ReceptionTests {
    private let open = [Reception.OpenQuestion(number: 3, partner: "rvdk", token: "2.b")]

    private func claim(role: String = "rvdk", digest: UInt8 = 1, question: Int? = 3, token: String? = "2.b") -> Reception.Claim {
        Reception.Claim(role: role, digest: [digest], question: question, token: token)
    }

    private func code(_ reception: Reception) -> String? {
        if case .refused(let problem) = reception { problem.code } else { nil }
    }

    @Test("an answer with the token of the latest hand-out goes to the workflow")
    func accepted() { #expect(Reception(claim(), earlier: nil, open: open) == .accepted) }

    @Test("what answers no question goes to the workflow")
    func noQuestion() { #expect(Reception(claim(question: nil, token: nil), earlier: nil, open: []) == .accepted) }

    @Test("the same message again changes nothing, even when its question is over")
    func repeated() { #expect(Reception(claim(), earlier: [1], open: []) == .repeated) }

    @Test("another message under a used identifier is told so")
    func conflicting() {
        guard case .conflicting(let problem) = Reception(claim(), earlier: [2], open: open) else {
            Issue.record("it was taken for the same message")
            return
        }
        #expect(problem.code == Problem.Code.conflict.rawValue)
    }

    @Test(
        "what does not count says why",
        arguments: [
            ("rvdk", 3, "1.a", Problem.Code.staleToken), ("rvdk", 3, nil, .staleToken), ("rvdk", 2, "2.b", .questionNotOpen),
            ("om", 3, "2.b", .notEntitled),
        ] as [(String, Int, String?, Problem.Code)])
    func refused(role: String, question: Int, token: String?, expected: Problem.Code) {
        #expect(code(Reception(claim(role: role, question: question, token: token), earlier: nil, open: open)) == expected.rawValue)
    }

    @Test("a case that is not there is no case")
    func unknownCase() { #expect(code(Reception(claim(), earlier: nil, open: nil)) == Problem.Code.unknownCase.rawValue) }
}
