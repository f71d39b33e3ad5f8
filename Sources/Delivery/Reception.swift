// SPDX-License-Identifier: EUPL-1.2

public import Messages

/// What becomes of a partner's message before its workflow is asked: the part that is the same for every workflow.
///
/// A decision over values. Whoever asks has read them under the lock of the case, and acts on the answer before the lock is gone.
public enum Reception: Hashable, Sendable {
    /// The same message again. Nothing changes; its sender was told what came of it.
    case repeated
    /// Its identifier stands for another message. Its sender is told; what came of the first one stays as it is.
    case conflicting(Problem)
    /// It does not count. Its sender is told; what it says is kept as evidence where it only came too late.
    case refused(Problem)
    /// The workflow is to be asked.
    case accepted

    /// A question that is out, with the token of its latest hand-out.
    public struct OpenQuestion: Hashable, Sendable {
        public var number: Int
        /// The role that it was put to.
        public var partner: String
        public var token: String

        public init(number: Int, partner: String, token: String) {
            self.number = number
            self.partner = partner
            self.token = token
        }
    }

    /// What a message says of itself.
    public struct Claim: Hashable, Sendable {
        /// The sender's role.
        public var role: String
        /// SHA-256 of the message.
        public var digest: [UInt8]
        /// The question that it is about, and the token of the hand-out that it answers.
        public var question: Int?
        public var token: String?

        public init(role: String, digest: [UInt8], question: Int?, token: String?) {
            self.role = role
            self.digest = digest
            self.question = question
            self.token = token
        }
    }

    /// - Parameters:
    ///   - earlier: the digest of the message that the same sender has sent under the same identifier.
    ///   - open: the open questions of the case; nil where there is no such case.
    public init(_ claim: Claim, earlier: [UInt8]?, open: [OpenQuestion]?) {
        if let earlier {
            self = earlier == claim.digest ? .repeated : .conflicting(Problem(.conflict, "this message's id was used for another message"))
        } else if let open {
            self = Reception.staleness(of: claim, open: open).map { .refused($0) } ?? .accepted
        } else {
            self = .refused(Problem(.unknownCase, "there is no such case"))
        }
    }

    /// Why an answer does not count: its question is not open, or has been handed out again since.
    private static func staleness(of claim: Claim, open: [OpenQuestion]) -> Problem? {
        guard let number = claim.question else { return nil }
        guard let question = open.first(where: { $0.number == number }) else {
            return Problem(.questionNotOpen, "question \(number) is not open")
        }
        guard question.partner == claim.role else { return Problem(.notEntitled, "question \(number) was put to somebody else") }
        guard question.token == claim.token else {
            return Problem(.staleToken, "question \(number) has been handed out again; use the token of the latest hand-out")
        }
        return nil
    }
}
