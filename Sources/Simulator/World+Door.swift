// SPDX-License-Identifier: EUPL-1.2

import Workflow

/// The police's system at the door, and the operators.
extension World {
    /// The system asks again until it hears that the report is in, and now and then once more.
    mutating func submit(_ report: Int) {
        let now = instant
        let commit = transact("the door takes in report \(report)") { store in
            Result { () throws(StepFailure) in try store.takeIn(report: report, isAcute: report == 0, at: now) }
        }
        switch commit {
        case .succeeded(.success(let caseID)): accept(report, caseID: caseID)
        case .succeeded(.failure(let failure)): violation = "report \(report): \(failure)"
        case .failed, .unknown: schedule(.report(report), in: 1_000...60_000)
        }
    }

    private mutating func accept(_ report: Int, caseID: Int) {
        if let earlier = acceptedReports.updateValue(caseID, forKey: report) {
            if earlier != caseID { violation = "report \(report) was in case \(earlier) and is in case \(caseID)" }
            return
        }
        // The engines are told that messages wait. A notice that is lost costs a sweep's interval, if there is a sweep.
        for lane in Lane.allCases { schedule(.outbox(lane), from: now) }
        if strikes(\.duplicate) { schedule(.report(report), in: 1_000...600_000) }
        if Int.random(in: 0..<6, using: &random) == 0 { schedule(.withdrawal(caseID: caseID), in: 1_000...7_200_000) }
    }

    mutating func settle(_ incident: Store.Incident) {
        let now = instant
        let commit = transact("an operator settles question \(incident.caseID)/\(incident.number)") { store in
            store.settle(incident, at: now)
        }
        if case .failed = commit { schedule(.operatorLooks(incident), in: 60_000...600_000) }
    }

    // MARK: At rest

    /// Nothing more will happen: nothing may be left undone, and nothing that was promised forgotten.
    mutating func violationAtRest() -> String? {
        for report in 0..<World.reports {
            guard let caseID = acceptedReports[report] else { return "report \(report) never got in" }
            let count = store.cases.count { $0.report == report }
            if count != 1 { return "report \(report) has \(count) cases, the sender knows of case \(caseID)" }
        }
        for (caseID, current) in store.cases.enumerated() {
            if !current.state.isClosed {
                let open = current.questions.filter(\.isOpen).map { "\($0.number) at hand-out \($0.attempt)" }
                return "case \(caseID) is stuck in \(definition.activePaths(current.state)) with questions \(open)"
            }
            do throws(StepFailure) {
                let replayed = try Invariants.replayed(current, definition)
                if replayed != current.state { return "N4: case \(caseID) is not what its events say" }
            } catch {
                return "N4: case \(caseID) cannot be played again: \(error)"
            }
        }
        if !store.outbox.isEmpty { return "the outbox still holds \(store.outbox.map(\.envelope))" }
        if !broker.isEmpty { return "the broker still holds messages" }
        let lost = safe.first { store.inbox[$0] == nil && !wiped.contains($0) }
        if let lost { return "message #\(lost) was confirmed and is lost" }
        let refused = store.inbox.filter { $0.value.outcome == .refused }.keys.sorted()
        let untold = refused.first { !toldOff.contains($0) && !wiped.contains($0) }
        if let untold { return "the sender of #\(untold) never heard that it does not count" }
        return nil
    }
}
