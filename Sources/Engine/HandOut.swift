// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Delivery
import FoundationEssentials
import Messages
import PostgreSQL
import Values
import Workflow

/// Puts questions again that nobody took, or whose worker has fallen silent. Every hand-out has a token of its own, so that the
/// answer of an earlier one no longer counts. After the last attempt that the workflow allows an operator has to look.
struct HandOut {
    let settings: EngineSettings

    /// Like ``again(_:at:)``; a case whose question cannot be put becomes an incident and waits a day, so that it holds up no other.
    ///
    /// - Throws: what is wrong for the moment, such as a lost connection.
    func againOrParked(_ caseID: UUID, lane: String, at now: Instant) async throws -> BatchProcessor.Outgoing {
        do {
            return try await again(caseID, at: now)
        } catch  where !PassingFailure.includes(error) {
            try await settings.pool.withTransaction { connection in
                try await settings.store.openIncident(
                    kind: "hand-out", fingerprint: "hand-out \(caseID)", caseID: caseID,
                    detail: "a question cannot be put again: \(error)", at: now, on: connection)
                for due in try await settings.store.dueAssignments(caseID, at: now, on: connection) where due.lane == lane {
                    try await settings.store.postponeRetry(
                        caseID, number: due.number, until: now.adding(NextHandOut.rest), on: connection)
                }
            }
            return []
        }
    }

    func again(_ caseID: UUID, at now: Instant) async throws -> BatchProcessor.Outgoing {
        return try await settings.pool.withTransaction { connection in
            guard let stored = try await settings.store.lock([caseID], on: connection)[caseID] else { return [] }
            let definition = try await settings.library.definition(of: stored, on: connection)
            var work = try CaseWork(stored, definition: definition, at: now)
            guard let content = try await CaseContent.load([caseID], from: settings.store, on: connection)[caseID] else { return [] }
            for due in try await settings.store.dueAssignments(caseID, at: now, on: connection) {
                try await handOut(due, &work, content, at: now, on: connection)
            }
            try await settings.store.write([work.change], inbox: [], at: now, claimedUntil: now.adding(CaseStore.claim), on: connection)
            return work.change.messages.map { (caseID, $0) }
        }
    }

    private func handOut(
        _ due: (number: Int, attempt: Int, task: String, lane: String, organisation: String), _ work: inout CaseWork,
        _ content: CaseContent,
        at now: Instant, on connection: isolated PostgresConnection
    ) async throws {
        guard let task = work.definition.tasks.first(where: { $0.name == due.task }),
            let open = work.state?.assignments.first(where: { $0.number == due.number })
        else { return try await noteGone(due, work.caseID, at: now, on: connection) }
        let organisation = try Composer(settings: settings).organisation(
            role: task.to, named: due.organisation, content: content, at: now
        ).oin.digits
        let attempt: Int
        let retryAt: Instant
        switch NextHandOut(after: due.attempt, policy: task.retry, isSuccessor: organisation != due.organisation, at: now) {
        case .again(let next, let at): (attempt, retryAt) = (next, at)
        case .exhausted(let at):
            try await settings.store.openIncident(
                kind: "unanswered", fingerprint: "unanswered \(work.caseID) \(due.number)", caseID: work.caseID,
                detail: "\(task.to) did not take '\(task.name)' in \(due.attempt) hand-outs", at: now, on: connection)
            return try await settings.store.postponeRetry(work.caseID, number: due.number, until: at, on: connection)
        }
        let token = Composer.token(attempt: attempt)
        let assignment = CaseChange.Assignment(
            number: due.number, task: task.name, state: work.definition.states[open.state].path, partner: task.to,
            organisation: organisation, lane: due.lane, attempt: attempt, token: token, retryAt: retryAt)
        let dueAt = work.state?.deadlines.filter { $0.state == open.state }.map(\.due).min()
        let (message, disclosures) = try Composer(settings: settings).message(
            for: assignment, task: task, definition: work.definition, caseID: work.caseID, due: dueAt, content: content, at: now)
        work.send(message, disclosures: disclosures)
        try await settings.store.handOutAgain(
            work.caseID, number: due.number, organisation: organisation, attempt: attempt, token: token, retryAt: retryAt,
            on: connection)
    }

    /// A question that its case or its workflow knows nothing of: nobody can put it, and nobody should look at it in every sweep.
    private func noteGone(
        _ due: (number: Int, attempt: Int, task: String, lane: String, organisation: String), _ caseID: UUID, at now: Instant,
        on connection: isolated PostgresConnection
    ) async throws {
        try await settings.store.openIncident(
            kind: "hand-out", fingerprint: "hand-out \(caseID) \(due.number)", caseID: caseID,
            detail: "question \(due.number) is open in the store and not in its case, or its workflow has no task '\(due.task)'", at: now,
            on: connection)
        try await settings.store.postponeRetry(caseID, number: due.number, until: now.adding(NextHandOut.rest), on: connection)
    }
}
