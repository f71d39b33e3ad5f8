// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// Who takes part. The order is that of their queues.
enum Party: Int, CaseIterable {
    case police, veiligThuis, raad

    var role: String {
        switch self {
        case .police: "politie"
        case .veiligThuis: "veilig-thuis"
        case .raad: "rvdk"
        }
    }

    init?(role: String) {
        guard let party = Party.allCases.first(where: { $0.role == role }) else { return nil }
        self = party
    }
}

/// A question as a partner knows it: one hand-out of it.
struct HandedOut: Hashable {
    var caseID: Int
    var number: Int
    var token: String
    /// The event that answers it.
    var answer: String
}

/// A message on its way.
struct Envelope {
    enum Content {
        case question(HandedOut)
        /// A partner has a question, or still has it.
        case lease(HandedOut)
        case event(name: String, caseID: Int, question: HandedOut?)
        case refusal(HandedOut)
        /// The message with this identifier does not count.
        case rejection(of: Int)
    }

    let id: Int
    let party: Party
    let lane: Lane
    let content: Content

    /// To an engine or to a partner.
    var isForEngine: Bool {
        switch content {
        case .question, .rejection: false
        case .lease, .event, .refusal: true
        }
    }
}

extension Envelope: CustomStringConvertible {
    var description: String {
        switch content {
        case .question(let question): "#\(id) question \(question.caseID)/\(question.number) token \(question.token)"
        case .lease(let question): "#\(id) lease \(question.caseID)/\(question.number) token \(question.token)"
        case .event(let name, let caseID, let question):
            "#\(id) \(name) in case \(caseID)" + (question.map { " to question \($0.number) token \($0.token)" } ?? "")
        case .refusal(let question): "#\(id) refusal of \(question.caseID)/\(question.number) token \(question.token)"
        case .rejection(let id): "#\(self.id) rejection of #\(id)"
        }
    }
}
