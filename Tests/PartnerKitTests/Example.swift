// SPDX-License-Identifier: EUPL-1.2

import Messages
import PartnerKit
import Values

/// Questions to ask of a desk.
enum Example {
    static func assignment(
        caseID: String = "case", number: Int = 1, task: String = "beoordeelVeiligheid", token: String = "1.token", leaseSeconds: Int = 60,
        content: JSON = ["melding": ["oorzaken": ["conflict"]]]
    ) -> Assignment {
        Assignment(
            reference: Assignment.Reference(caseID: caseID, number: number), task: task, title: "Beoordeel de veiligheid", token: token,
            isAcute: false, dueAt: nil, leaseSeconds: leaseSeconds, purpose: "veiligheid", answers: [], content: content)
    }
}

/// A desk that does what its test says.
struct ScriptedDesk: Desk {
    let decision: @Sendable (Assignment) async throws -> Decision?

    func decide(_ assignment: Assignment) async throws -> Decision? { try await decision(assignment) }
}
