// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import PostgreSQL
import Values
import Workflow

/// A further report about a household joins its running case.
extension Intake {
    /// Nil where there is no running case that takes the report; it then makes its own, for no report gets lost over another one's case.
    func join(
        _ arrival: Arrival, _ persons: [HouseholdRecognition.Person], _ known: HouseholdRecognition.Known, workflow: String,
        on connection: isolated PostgresConnection
    ) async throws -> Written? {
        let running = known.cases.filter { !$0.isClosed && $0.workflow == workflow }.map(\.caseID)
        guard !running.isEmpty else { return nil }
        let locked = try await settings.store.lock(running, on: connection)
        // The oldest that is still open: the others are linked to it.
        for caseID in running {
            guard let stored = locked[caseID] else { continue }
            let definition = try await settings.library.definition(of: stored, on: connection)
            guard let joined = definition.joined else { continue }
            let before = try CaseWork(stored, definition: definition, at: arrival.now)
            guard !before.change.isClosed else { continue }
            let work: CaseWork
            do throws(StepFailure) {
                work = try take(arrival, as: joined, before)
            } catch {
                try await noteRefusal(error, by: caseID, at: arrival.now, on: connection)
                continue
            }
            if running.count > 1 { try await noteSeveral(running, into: caseID, at: arrival.now, on: connection) }
            let related = known.cases.map(\.caseID).filter { $0 != caseID }
            return try await file(arrival, persons, numbers: known.numbers[caseID] ?? [:], related: related, work, on: connection)
        }
        return nil
    }

    /// The event of the report and, where it is acute, that of danger, in one transaction.
    private func take(_ arrival: Arrival, as joined: String, _ before: CaseWork) throws(StepFailure) -> CaseWork {
        var work = before
        func origin(_ name: String, _ source: String) -> CaseWork.Origin {
            CaseWork.Origin(kind: .message, name: name, sender: arrival.role, source: source, messageID: arrival.report.reference)
        }
        let names = Set((work.definition.events[joined]?.fields ?? []).map(\.name))
        let data = (arrival.report.registration.objectValue ?? [:]).filter { names.contains($0.key) }
        try work.take(
            .message(Event.Message(name: joined, sender: arrival.role, data: .object(data))), origin: origin(joined, arrival.source),
            contentDigest: arrival.digest)
        guard arrival.report.isAcute, !work.hasAlarmed, let danger = work.definition.danger else { return work }
        var alarmed = work
        do throws(StepFailure) {
            try alarmed.take(.message(Event.Message(name: danger, sender: arrival.role)), origin: origin(danger, arrival.raising.source))
            return alarmed
        } catch {
            // Where danger is not awaited the alarm is out already; the workflow's proof says so.
            guard case .rejected(let rejection) = error, Problem.Code(rawValue: rejection.code) == .notAwaited else { throw error }
            return work
        }
    }

    private func file(
        _ arrival: Arrival, _ persons: [HouseholdRecognition.Person], numbers known: [Int: Int], related: [UUID], _ work: CaseWork,
        on connection: isolated PostgresConnection
    ) async throws -> Written {
        var work = work
        guard var content = try await CaseContent.load([work.caseID], from: settings.store, on: connection)[work.caseID] else {
            throw Problem(.faulted, "the case's reports cannot be read")
        }
        var next = try await settings.store.lastPerson(of: work.caseID, on: connection)
        let numbers = persons.map { person in
            if let number = known[person.index] { return number }
            next += 1
            return next
        }
        let number = (content.filed.map(\.number).max() ?? 0) + 1
        let report = ReportContent(arrival.report, reporter: arrival.role, number: number, numbers: numbers)
        let newcomers = zip(persons, numbers).filter { known[$0.0.index] == nil }.map { person, number in
            (number: number, role: person.role)
        }
        work.add(arrival.entry(number: number, persons: newcomers), contents: report.pieces)
        work.file(HouseholdRecognition.keys(of: persons, numbers: numbers), related: related)
        content.add(report, filed: arrival.filed(number: number))
        // Each event has its entry, so that none can be applied twice.
        let inbox = [arrival.inboxEntry(work.caseID)] + (work.change.events.count > 1 ? [arrival.raisingEntry(work.caseID)] : [])
        return try await finish(
            work, content, inbox, Receipt(caseID: work.caseID, isDuplicate: false, hasJoined: true),
            on: connection)
    }

    // MARK: What people have to look at

    private func noteRefusal(
        _ failure: StepFailure, by caseID: UUID, at now: Instant, on connection: isolated PostgresConnection
    ) async throws {
        try await settings.store.openIncident(
            kind: "joining-refused", fingerprint: "joining-refused \(caseID)", caseID: caseID,
            detail:
                "a further report about this household was not taken by its running case and has a case of its own: \(Problem(failure))",
            at: now, on: connection)
    }

    private func noteSeveral(
        _ running: [UUID], into caseID: UUID, at now: Instant, on connection: isolated PostgresConnection
    ) async throws {
        try await settings.store.openIncident(
            kind: "several-households", fingerprint: "several-households \(caseID)", caseID: caseID,
            detail: "a further report fits \(running.count) running cases; it has joined the oldest, and the others may be one with it",
            at: now, on: connection)
    }
}

extension HouseholdRecognition {
    /// What is kept of the persons of a report, by their numbers in the case.
    static func keys(of persons: [Person], numbers: [Int]) -> [CaseChange.HouseholdKey] {
        zip(persons, numbers).flatMap { person, number in
            person.digests.map { CaseChange.HouseholdKey(person: number, kind: $0.kind, digest: $0.bytes) }
        }
    }
}
