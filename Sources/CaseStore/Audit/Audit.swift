// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL
public import Values

/// Reads the whole store for what must not be there.
public enum Audit {
    /// Something that breaks an invariant.
    public struct Finding: Hashable, Sendable {
        /// The case in which it is broken.
        public let caseID: UUID
        /// For operators; no personal data.
        public let detail: String
    }

    /// What the store cannot know by itself, as the definitions and `Config` have it.
    public struct Rules: Sendable {
        public var awaiting = Places()
        public var sight = Places()
        /// States whose term the law itself lets end something.
        public var lapsing = Places()
        public var entitled = Places()
        /// For `entitled`, the role beside each place.
        public var roles: [String] = []
        public var legalBases: [String] = []
        /// What each role may ever be shown.
        public var shown: [(role: String, group: String)] = []

        public init() {}
    }

    /// Names in versions of workflows, by column.
    public struct Places: Sendable {
        public private(set) var workflows: [String] = []
        public private(set) var versions: [Int32] = []
        public private(set) var names: [String] = []

        public mutating func add(_ name: String, workflow: String, version: Int) {
            workflows.append(workflow)
            versions.append(Int32(version))
            names.append(name)
        }
    }

    /// The invariants that a query can check, in the order of their numbers.
    public enum Invariant: String, CaseIterable, Sendable {
        case wakeUp = "N1"
        case handOuts = "N2"
        case once = "N3"
        case history = "N4"
        case sight = "N5"
        case disclosures = "N6"
        case terms = "N7"
        case lanes = "N8"
        case entitlement = "N9"
        case closed = "N10"

        public var says: String {
            switch self {
            case .wakeUp: "Every open case waits for something."
            case .handOuts: "Every question that is out has been sent or will be, and can be put again."
            case .once: "No message and no answer counts twice, and the tokens of a question grow."
            case .history: "Every case has all of its events, and the last is the head of its chain."
            case .sight: "Every open case has one holder of safety sight."
            case .disclosures: "Everything that was disclosed has a legal basis and lies within what its receiver may see."
            case .terms: "Every term that is due has passed, and once."
            case .lanes: "No acute message waits, and none in the routine lane."
            case .entitlement: "Everything was said by somebody who may say it, and time has decided nothing."
            case .closed: "A closed case has nothing open and nothing unsent."
            }
        }
    }

    /// Checks one invariant.
    ///
    /// - Parameters:
    ///   - overdue: what should have happened before then has been forgotten.
    ///   - acuteOverdue: the same for the acute lane.
    public static func findings(
        against invariant: Invariant, rules: Rules, overdue: Instant, acuteOverdue: Instant, on connection: isolated PostgresConnection
    ) async throws -> [Finding] {
        var findings: [Finding] = []
        for result in try await connection.batch(statements(invariant, rules, overdue: overdue, acuteOverdue: acuteOverdue)) {
            for row in result {
                findings.append(Finding(caseID: try row.decode("case_id"), detail: try row.decode("detail")))
            }
        }
        return findings
    }

    private static func statements(
        _ invariant: Invariant, _ rules: Rules, overdue: Instant, acuteOverdue: Instant
    ) -> [BoundStatement] {
        typealias Ask = AuditStatements
        func ask(_ statement: Statement, _ places: Places) -> BoundStatement {
            BoundStatement(statement, places.workflows, places.versions, places.names)
        }
        switch invariant {
        case .wakeUp: return [ask(Ask.nothingAwaited, rules.awaiting)]
        case .handOuts:
            return [
                BoundStatement(Ask.unsent, overdue), BoundStatement(Ask.overdueHandOuts, overdue), BoundStatement(Ask.unsendable),
            ]
        case .once:
            return [Ask.appliedTwice, Ask.answeredTwice, Ask.strayTokens, Ask.reportsTakenTwice].map { BoundStatement($0) }
        case .history: return [Ask.headless, Ask.miscounted, Ask.caseless].map { BoundStatement($0) }
        case .sight: return [ask(Ask.withoutHolder, rules.sight)]
        case .disclosures:
            return [
                BoundStatement(Ask.withoutBasis, rules.legalBases),
                BoundStatement(Ask.beyondProjection, rules.shown.map(\.role), rules.shown.map(\.group)), BoundStatement(Ask.unlogged),
            ]
        case .terms: return [BoundStatement(Ask.overdueTerms, overdue), BoundStatement(Ask.passedTwice)]
        case .lanes: return [BoundStatement(Ask.acuteWaiting, acuteOverdue), BoundStatement(Ask.wrongLane)]
        case .entitlement:
            let entitled = rules.entitled
            return [
                BoundStatement(Ask.notEntitled, entitled.workflows, entitled.versions, entitled.names, rules.roles),
                ask(Ask.decidedByTime, rules.lapsing),
            ]
        case .closed: return [BoundStatement(Ask.closedWithWork, overdue)]
        }
    }

    /// How many cases there are.
    public static func caseCount(on connection: isolated PostgresConnection) async throws -> Int {
        Int(try await connection.query(AuditStatements.caseCount).first?.decode("count", as: Int64.self) ?? 0)
    }

    /// The versions of workflows that cases are on, closed ones included.
    public static func versions(on connection: isolated PostgresConnection) async throws -> [(name: String, version: Int)] {
        try await connection.query(AuditStatements.versions).map { row in
            (try row.decode("workflow"), Int(try row.decode("version", as: Int32.self)))
        }
    }
}
