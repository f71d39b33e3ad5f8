// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import Values
import Workflow

/// Makes the messages that leave: each with no more than its receiver may see, and a row for each person whose data are in it.
struct Composer {
    let settings: EngineSettings

    /// Hands out all questions that a case has opened.
    ///
    /// - Throws: ``ConfigurationError`` where there is nobody to ask, or no basis to ask on. Nothing is disclosed then.
    func handOut(_ work: inout CaseWork, content: CaseContent) throws {
        for request in work.requests {
            guard let task = work.definition.tasks.first(where: { $0.name == request.task }) else { continue }
            let due = work.change.deadlines.filter { $0.state == request.state }.map(\.dueAt).min()
            let organisation = try organisation(role: request.to, named: request.organisation, content: content, at: work.change.at)
            let assignment = CaseChange.Assignment(
                number: request.number, task: task.name, state: request.state, partner: request.to, organisation: organisation.oin.digits,
                lane: request.lane.rawValue, attempt: 1, token: Composer.token(attempt: 1),
                retryAt: work.change.at.adding(task.retry.wait(afterAttempt: 1)))
            let (message, disclosures) = try message(
                for: assignment, task: task, definition: work.definition, caseID: work.caseID, due: due, content: content,
                at: work.change.at)
            work.hand(out: assignment, message: message, disclosures: disclosures)
        }
        for notice in work.notices where notice.role == Effect.reporters {
            try feedBack(notice.what, in: &work, content: content)
        }
        for notice in work.notices where settings.directory.roles.contains(notice.role) {
            work.send(try self.notice(notice.what, to: notice.role, work: work, content: content))
        }
        work.forgetRequests()
    }

    /// Opaque to partners; grows with every hand-out, so that one that is older can be told.
    static func token(attempt: Int) -> String {
        let secret = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        return "\(attempt).\(withUnsafeBytes(of: secret) { Array($0.prefix(12)) }.hexadecimal)"
    }

    func organisation(role: String, named: String?, content: CaseContent, at now: Instant) throws -> Directory.Organisation {
        let day = settings.library.day(of: now)
        guard
            let organisation = settings.directory.organisation(role: role, named: named, municipality: content.municipality, on: day)
        else {
            throw ConfigurationError(
                "nobody to ask: no valid organisation\(named.map { " \($0)" } ?? "") in role '\(role)'; see Config/partners.yaml")
        }
        return organisation
    }

    func message(
        for assignment: CaseChange.Assignment, task: TaskDeclaration, definition: Definition, caseID: UUID, due: Instant?,
        content: CaseContent, at now: Instant
    ) throws -> (CaseChange.Message, [CaseChange.Disclosure]) {
        guard let purpose = task.purpose, let basis = task.basis else {
            throw ConfigurationError("task '\(task.name)' names no purpose or no legal basis, so nothing may be disclosed for it")
        }
        try settings.legalBases.require(basis, to: task.to, purpose: purpose, on: settings.library.day(of: now))
        let lane: Lane = assignment.lane == Lane.acute.rawValue ? .acute : .routine
        let isAcute = lane == .acute
        let id = UUID.timeOrdered(at: now)
        let answers = settings.library.answers(to: task, in: definition)
        func envelope(_ shown: JSON) -> CloudEvent {
            let body = Assignment(
                reference: Assignment.Reference(caseID: caseID.text, number: assignment.number), task: task.name,
                title: task.title ?? task.name, token: assignment.token, isAcute: isAcute, dueAt: due,
                leaseSeconds: settings[lane].leaseSeconds,
                purpose: purpose, answers: answers, content: shown)
            return CloudEvent(
                id: id.text, source: settings.source, type: .assignment, time: now, data: body.json,
                caseID: caseID.text, receiver: OIN(assignment.organisation), legalBasis: basis)
        }
        let (projected, encoded) = try fitting(content, to: task.to, envelope) { isOwn in
            settings.projections.projection(
                groups: task.shows, role: task.to, isAcute: isAcute, established: isOwn ? [ProjectionRules.ownReport] : [])
        }
        let message = CaseChange.Message(
            id: id, lane: assignment.lane, routingKey: Addresses.toPartner(task.to, lane: assignment.lane), body: encoded)
        let subjects = projected.subjects.isEmpty ? ["zaak"] : projected.subjects.map { "persoon \($0)" }
        let disclosures = subjects.map {
            CaseChange.Disclosure(
                messageID: id, subject: $0, assignment: assignment.number, receiver: assignment.organisation, groups: projected.groups,
                purpose: purpose, legalBasis: basis)
        }
        return (message, disclosures)
    }

    /// As much of the reports as a message holds: of many, the oldest are left out first.
    private func fitting(
        _ content: CaseContent, to role: String, _ envelope: (JSON) -> CloudEvent, _ projection: (_ isOwn: Bool) -> Projection
    ) throws -> (Projection.Result, [UInt8]) {
        var earlierMax = max(content.reports.count - 1, 0)
        while true {
            let projected = content.projected(earlierMax: earlierMax, to: role, projection)
            do throws(Problem) {
                return (projected, try envelope(projected.content).encoded())
            } catch {
                guard Problem.Code(rawValue: error.code) == .tooLarge, earlierMax > 0 else { throw error }
                earlierMax /= 2
            }
        }
    }

    /// A notice says that something happened, by its code, and discloses nothing else.
    private func notice(_ what: String, to role: String, work: CaseWork, content: CaseContent) throws -> CaseChange.Message {
        let id = UUID.timeOrdered(at: work.change.at)
        let event = CloudEvent(
            id: id.text, source: settings.source, type: .notice, time: work.change.at,
            data: ["kennisgeving": .string(what), "zichtOpVeiligheid": work.change.safetyHolder.map { .string($0) } ?? .null],
            caseID: work.caseID.text,
            receiver: try organisation(role: role, named: nil, content: content, at: work.change.at).oin)
        return CaseChange.Message(
            id: id, lane: "routine", routingKey: Addresses.toPartner(role, lane: "routine"), body: try event.encoded())
    }

    /// Tells the sender of a message why it was refused.
    ///
    /// - Parameter caseID: nil where the message could be brought to none.
    func rejection(of messageID: String, to role: String, lane: String, caseID: UUID?, problem: Problem, at now: Instant) throws
        -> CaseChange.Message
    {
        let id = UUID.timeOrdered(at: now)
        let event = CloudEvent(
            id: id.text, source: settings.source, type: .rejection, time: now, data: problem.json,
            caseID: caseID?.text, answers: messageID)
        return CaseChange.Message(id: id, lane: lane, routingKey: Addresses.toPartner(role, lane: lane), body: try event.encoded())
    }
}
