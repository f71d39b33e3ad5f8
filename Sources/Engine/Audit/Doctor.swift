// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import FoundationEssentials
public import PostgreSQL
public import Values
import Workflow

/// Checks on a running system what must hold at any time, and names every case in which it does not.
public struct Doctor: Sendable {
    let pool: PostgresPool
    let library: WorkflowLibrary
    let projections: ProjectionRules
    let legalBases: LegalBases

    /// How long what is due may take. A sweep looks every half second; minutes mean that nobody looks.
    public static let grace = Duration.seconds(300)
    /// The same for the acute lane, whose claims run out after fifteen seconds.
    public static let acuteGrace = Duration.seconds(60)

    public init(pool: PostgresPool, library: WorkflowLibrary, projections: ProjectionRules, legalBases: LegalBases) {
        self.pool = pool
        self.library = library
        self.projections = projections
        self.legalBases = legalBases
    }

    /// One invariant, and where it does not hold.
    public struct Check: Sendable {
        /// `N1` to `N10`.
        public let id: String
        public let says: String
        public let broken: [(caseID: UUID, detail: String)]
        public let took: Duration
    }

    public struct Report: Sendable {
        public let cases: Int
        public let checks: [Check]

        public var isSound: Bool { checks.allSatisfy(\.broken.isEmpty) }

        public var json: JSON {
            [
                "cases": .integer(Int64(cases)), "sound": .bool(isSound),
                "checks": .array(
                    checks.map { check in
                        [
                            "id": .string(check.id), "says": .string(check.says), "holds": .bool(check.broken.isEmpty),
                            "milliseconds": .integer(Int64(check.took / .milliseconds(1))),
                            "broken": .array(
                                check.broken.map { ["case": .string($0.caseID.uuidString.lowercased()), "detail": .string($0.detail)] }),
                        ]
                    }),
            ]
        }
    }

    /// Runs all checks on one snapshot, so that what moves meanwhile does not look broken.
    public func examine(at now: Instant) async throws -> Report {
        try await pool.withTransaction(isolation: .repeatableRead) { connection in
            let rules = try await rules(on: connection)
            var checks: [Check] = []
            for invariant in Audit.Invariant.allCases {
                let start = ContinuousClock.now
                let findings = try await Audit.findings(
                    against: invariant, rules: rules, overdue: now.adding(.zero - Doctor.grace),
                    acuteOverdue: now.adding(.zero - Doctor.acuteGrace), on: connection)
                checks.append(
                    Check(
                        id: invariant.rawValue, says: invariant.says, broken: findings.map { ($0.caseID, $0.detail) },
                        took: ContinuousClock.now - start))
            }
            return Report(cases: try await Audit.caseCount(on: connection), checks: checks)
        }
    }

    private func rules(on connection: isolated PostgresConnection) async throws -> Audit.Rules {
        var rules = Audit.Rules()
        rules.legalBases = legalBases.names
        rules.shown = projections.shown
        for (name, version) in try await Audit.versions(on: connection) {
            rules.add(try await library.definition(name: name, version: version, on: connection))
        }
        return rules
    }
}

extension Audit.Rules {
    /// What one version of a workflow says.
    mutating func add(_ definition: Definition) {
        let (workflow, version) = (definition.name, definition.version)
        for state in definition.states where state.isAtomic && definition.awaitsEvent(in: state) {
            awaiting.add(state.path, workflow: workflow, version: version)
        }
        if let fact = definition.safetySight { sight.add(definition.facts[fact].name, workflow: workflow, version: version) }
        for state in definition.states where state.due.contains(where: { $0.licence == .byLaw }) {
            lapsing.add(state.path, workflow: workflow, version: version)
        }
        for event in definition.events.values where !event.isInternal {
            for role in event.from ?? ["*"] {
                entitled.add(event.name, workflow: workflow, version: version)
                roles.append(role)
            }
        }
    }
}

extension Definition {
    /// Whether an event from outside moves a case that is in a state. Danger can come at any time, so it is nothing to wait for.
    fileprivate func awaitsEvent(in state: State) -> Bool {
        var ancestor: State? = state
        while let current = ancestor {
            let isMoved = current.transitions.contains { transition in
                guard let name = transition.event, name != danger, let event = events[name] else { return false }
                return !event.isInternal && !transition.targets.isEmpty
            }
            if isMoved { return true }
            ancestor = current.parent.map { states[$0] }
        }
        return false
    }
}
