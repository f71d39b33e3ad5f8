// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import FoundationEssentials
import Messages
public import PostgreSQL
import Values
import Workflow

/// Computes the chains of events anew, and plays every case again through the version of its workflow that it is on.
public struct ChainVerification: Sendable {
    let pool: PostgresPool
    let library: WorkflowLibrary

    public init(pool: PostgresPool, library: WorkflowLibrary) {
        self.pool = pool
        self.library = library
    }

    public struct Report: Sendable {
        public var cases = 0
        public var events = 0
        public var anchors = 0
        /// A case of nil is an anchor's own fault.
        public var faults: [(caseID: UUID?, detail: String)] = []

        public init() {}
    }

    /// - Parameters:
    ///   - caseIDs: nil for all cases. One that is not there is a fault.
    ///   - anchors: what anchors say of the chains, with the faults of the anchors themselves.
    public func verify(_ caseIDs: [UUID]? = nil, against anchors: AnchorFolder.Contents? = nil) async throws -> Report {
        let sum = Sum(anchors)
        try await StoredChain.forEach(in: pool, named: caseIDs) { chains, connection in
            for chain in chains {
                let definition = try await library.definition(of: chain.stored, on: connection)
                await sum.add(chain, chain.faults + chain.replayFaults(through: definition))
            }
        }
        return await sum.report(expecting: caseIDs)
    }

    private actor Sum {
        private var report = Report()
        private var seen: Set<UUID> = []
        private let heads: [UUID: [ChainAnchor.Head]]

        init(_ anchors: AnchorFolder.Contents?) {
            heads = Dictionary(grouping: anchors?.heads ?? [], by: \.caseID)
            report.anchors = anchors?.count ?? 0
            report.faults = (anchors?.faults ?? []).map { (nil, $0) }
        }

        func add(_ chain: StoredChain, _ faults: [String]) {
            let caseID = chain.stored.caseID
            seen.insert(caseID)
            report.cases += 1
            report.events += chain.events.count
            report.faults += faults.map { (caseID, $0) }
            for head in heads[caseID] ?? [] {
                let event = chain.events.first { $0.record.number == head.revision }
                if event?.record.digest != head.digest {
                    report.faults.append((caseID, "event \(head.revision) is not the one that was anchored"))
                }
            }
        }

        func report(expecting caseIDs: [UUID]?) -> Report {
            // A case that an anchor knows cannot be gone.
            let expected = caseIDs ?? heads.keys.sorted { $0.uuidString < $1.uuidString }
            report.faults += expected.filter { !seen.contains($0) }.map { ($0, "there is no such case") }
            return report
        }
    }
}

extension StoredChain {
    /// What the events, played again, do not come to.
    func replayFaults(through definition: Definition) -> [String] {
        var state: CaseState?
        for event in events.map(\.record) {
            do throws(StepFailure) {
                guard let step = try definition.replay(event, on: state) else {
                    return ["event \(event.number) cannot be played again: a case begins with a report, and with one alone"]
                }
                state = step.state
            } catch {
                return ["event \(event.number) cannot be played again: \(Problem(error))"]
            }
            if let state, definition.paths(state) != event.configuration {
                return ["event \(event.number), played again, leads to \(definition.paths(state).text)"]
            }
        }
        guard let state else { return [] }
        return definition.json(of: state) == stored.state ? [] : ["its events, played again, do not come to the state that is stored"]
    }
}

extension Definition {
    fileprivate func paths(_ state: CaseState) -> JSON { .array(activePaths(state).map { .string($0) }) }

    /// Nil where the event cannot stand where it stands.
    fileprivate func replay(_ event: EventRecord, on state: CaseState?) throws(StepFailure) -> Step? {
        switch (event.kind, state) {
        case (.report, nil):
            return try start(report: ReportFacts(receivedAt: event.recordedAt, fields: event.data), now: event.recordedAt)
        case (.message, let state?):
            let message = Event.Message(
                name: event.name, sender: event.sender, data: event.data, assignment: event.assignment, isReplay: true)
            return try step(state, .message(message), now: event.recordedAt)
        case (.deadline, let state?):
            guard let number = event.name.split(separator: " ").last.flatMap({ Int($0) }) else { return nil }
            return try step(state, .deadline(number), now: event.recordedAt)
        case (.report, .some), (.message, nil), (.deadline, nil): return nil
        }
    }
}
