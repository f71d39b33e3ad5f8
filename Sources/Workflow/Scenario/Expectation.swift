// SPDX-License-Identifier: EUPL-1.2

import Values

/// One thing that a scenario expects, with the place at which it says so.
struct Expectation: Sendable {
    let kind: Kind
    let position: SourcePosition

    enum Kind: Sendable {
        case isIn(Int)
        case isNotIn(Int)
        /// The question is open, whatever else is.
        case isAsked(Question)
        case isNotAsked(task: String)
        /// These questions are open and no others.
        case areAsked([Question])
        /// When the terms of a state fall, in the order in which the state lists them.
        case isDue(state: Int, [When])
        case isNotDue(state: Int)
        case fact(Int, Value)
        /// All outcomes that the case has had so far, in any order.
        case outcomes([String])
        case isClosed(Bool)
        /// What happened since the moment before, all of it, in order.
        case happened(Happening, [String])
    }

    /// A question to a partner, as far as the scenario describes it.
    struct Question: Sendable {
        let task: String
        let to: String?
        let lane: Lane?
        let organisation: String?
    }

    enum When: Sendable {
        /// A local day, at whatever hour.
        case day(CivilDate)
        case instant(Instant)
    }

    /// The kinds of things that happen and pass; the raw value is the word that scenarios use.
    enum Happening: String, Sendable, CaseIterable {
        /// Terms that passed, by the paths of their states.
        case fell
        case noted
        case notified
        case escalated
        case reminded
        case alarms
    }
}

extension Expectation.Question: CustomStringConvertible {
    var description: String {
        task + (to.map { " to \($0)" } ?? "") + (organisation.map { " (\($0))" } ?? "") + (lane.map { ", \($0.rawValue)" } ?? "")
    }

    func describes(_ request: Effect.AssignmentRequest) -> Bool {
        task == request.task && to ?? request.to == request.to && lane ?? request.lane == request.lane
            && (organisation == nil || organisation == request.organisation)
    }

    /// The open question in as many words as this one uses.
    func inTheSameWords(_ request: Effect.AssignmentRequest) -> String {
        Expectation.Question(
            task: request.task, to: to == nil ? nil : request.to, lane: lane == nil ? nil : request.lane,
            organisation: organisation == nil ? nil : request.organisation ?? "directory"
        ).description
    }
}

extension Expectation.Question {
    init(_ request: Effect.AssignmentRequest) {
        self.init(task: request.task, to: request.to, lane: request.lane, organisation: request.organisation)
    }
}
