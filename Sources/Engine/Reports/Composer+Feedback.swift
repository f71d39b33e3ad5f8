// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import Values
import Workflow

/// Whoever made a report is told what becomes of it: each for each of his reports, once for each code.
extension Composer {
    func feedBack(_ what: String, in work: inout CaseWork, content: CaseContent) throws {
        for report in content.filed where !report.told.contains(what) {
            let isBeingTold = work.change.feedback.contains { $0.report == report.number && $0.what == what }
            if !isBeingTold { work.tell(try feedback(what, on: report, work, content), report: report.number, what: what) }
        }
    }

    /// To the organisation that made the report, or who has come in its place; by the report's own reference.
    private func feedback(
        _ what: String, on report: CaseStore.FiledReport, _ work: CaseWork, _ content: CaseContent
    ) throws -> CaseChange.Message {
        let now = work.change.at
        let receiver = settings.directory.organisation(
            role: report.role, named: report.sender, municipality: content.municipality, on: settings.library.day(of: now))
        let id = UUID.timeOrdered(at: now)
        let event = CloudEvent(
            id: id.text, source: settings.source, type: .notice, time: now,
            data: [
                "kennisgeving": .string(what), "zichtOpVeiligheid": work.change.safetyHolder.map { .string($0) } ?? .null,
                "melding": .string(report.reference),
            ],
            caseID: work.caseID.text, receiver: receiver?.oin ?? OIN(report.sender))
        return CaseChange.Message(
            id: id, lane: Lane.routine.rawValue, routingKey: Addresses.toPartner(report.role, lane: Lane.routine.rawValue),
            body: try event.encoded())
    }

    /// Reports in a case that has just closed whose makers were never told anything.
    static func owed(_ work: CaseWork, _ content: CaseContent) -> [CaseStore.FiledReport] {
        guard work.hasClosed, work.definition.tellsReporters else { return [] }
        return content.filed.filter { report in
            report.told.isEmpty && !work.change.feedback.contains { $0.report == report.number }
        }
    }
}

extension CaseWork {
    /// Whether the case has come to its end in this transaction.
    var hasClosed: Bool { change.isClosed && !change.events.isEmpty }
}

extension Definition {
    /// Whether makers of reports are told anything anywhere.
    var tellsReporters: Bool {
        states.contains { state in
            (state.entry + state.exit + state.transitions.flatMap(\.actions)).contains { action in
                if case .notify(Effect.reporters, _) = action { true } else { false }
            }
        }
    }
}
