// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import PostgreSQL

/// Many reports, one case.
extension CaseStore {
    /// A report in a case, and what its maker has been told.
    public struct FiledReport: Hashable, Sendable {
        public let number: Int
        /// The number of the organisation that made it, and the role in which it did.
        public let sender: String
        public let role: String
        public let reference: String
        /// Codes of the notices that it has had.
        public var told: Set<String>

        public init(number: Int, sender: String, role: String, reference: String, told: Set<String> = []) {
            self.number = number
            self.sender = sender
            self.role = role
            self.reference = reference
            self.told = told
        }
    }

    /// What is sealed of the reports in a case, by subject and name, and the reports as they are registered, in the order in which
    /// they came.
    public struct CaseReports: Sendable {
        public var pieces: [(subject: String, name: String, body: [UInt8])] = []
        public var filed: [FiledReport] = []
    }

    /// The reports in cases, opened.
    public func reports(_ caseIDs: [UUID], on connection: isolated PostgresConnection) async throws -> [UUID: CaseReports] {
        let rows = try await connection.batch { batch in
            batch.add(ReportStatements.filed, caseIDs)
            batch.add(ReportStatements.contents, caseIDs)
        }
        var reports: [UUID: CaseReports] = [:]
        for (caseID, filed) in try CaseStore.filed(in: rows[0]) { reports[caseID, default: CaseReports()].filed = filed }
        for (caseID, pieces) in try await open(rows[1], of: caseIDs, on: connection) {
            reports[caseID, default: CaseReports()].pieces = pieces
        }
        return reports
    }

    static func filed(in rows: PostgresRows) throws -> [UUID: [FiledReport]] {
        var filed: [UUID: [FiledReport]] = [:]
        for row in rows {
            filed[try row.decode("case_id"), default: []].append(
                FiledReport(
                    number: Int(try row.decode("number", as: Int32.self)), sender: try row.decode("sender"), role: try row.decode("role"),
                    reference: try row.decode("reference"), told: Set(try row.decode("told", as: [String].self))))
        }
        return filed
    }

    public func lastPerson(of caseID: UUID, on connection: isolated PostgresConnection) async throws -> Int {
        Int(try await connection.query(ReportStatements.lastPerson, caseID).first?.decode("number", as: Int32.self) ?? 0)
    }

    // MARK: Households

    /// A case in which something stands that was looked for.
    public struct HouseholdCase: Hashable, Sendable {
        public let caseID: UUID
        public let workflow: String
        public let isClosed: Bool
    }

    /// A person in a case with an identifier that was looked for.
    public struct SharedKey: Hashable, Sendable {
        public let caseID: UUID
        public let person: Int
        public let role: String
        public let kind: String
        public let digest: [UInt8]
    }

    /// Finds cases by keyed digests, the oldest first. Until the transaction ends nobody else finds or files any of these digests, so
    /// that two reports about one household that come at the same moment come one after the other.
    public func findHouseholds(
        _ digests: [[UInt8]], on connection: isolated PostgresConnection
    ) async throws -> [HouseholdCase] {
        guard !digests.isEmpty else { return [] }
        let locks = Set(digests.map { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }).map { Int64(bitPattern: $0) }.sorted()
        let results = try await connection.batch { batch in
            batch.add(ReportStatements.lockHouseholds, locks)
            batch.add(ReportStatements.findHouseholds, digests)
        }
        return try results[1].map { row in
            HouseholdCase(
                caseID: try row.decode("case_id"), workflow: try row.decode("workflow"),
                isClosed: try row.decode("status", as: String.self) == "closed")
        }
    }

    /// Everything in these cases that is among the digests.
    public func sharedKeys(
        _ caseIDs: [UUID], _ digests: [[UInt8]], on connection: isolated PostgresConnection
    ) async throws -> [SharedKey] {
        guard !caseIDs.isEmpty else { return [] }
        return try await connection.query(ReportStatements.sharedKeys, caseIDs, digests).map { row in
            SharedKey(
                caseID: try row.decode("case_id"), person: Int(try row.decode("person", as: Int32.self)), role: try row.decode("role"),
                kind: try row.decode("kind"), digest: try row.decode("digest"))
        }
    }

    // MARK: Writing

    func addReports(_ changes: [CaseChange], to batch: inout PostgresBatch) {
        let reports = changes.compactMap { change in change.report.map { (change.caseID, $0) } }
        if !reports.isEmpty {
            batch.add(
                ReportStatements.insert, reports.map(\.0), reports.map { Int32($0.1.number) }, reports.map(\.1.sender),
                reports.map(\.1.role), reports.map(\.1.reference), reports.map(\.1.receivedAt), reports.map(\.1.isAcute),
                reports.map(\.1.digest))
        }
        let persons = reports.flatMap { caseID, report in report.persons.map { (caseID, Int32($0.number), $0.role) } }
        if !persons.isEmpty {
            batch.add(ReportStatements.insertPersons, persons.map(\.0), persons.map(\.1), persons.map(\.2))
        }
        let keys = changes.flatMap { change in change.householdKeys.map { (change.caseID, $0) } }
        if !keys.isEmpty {
            batch.add(
                ReportStatements.insertKeys, keys.map(\.0), keys.map { Int32($0.1.person) }, keys.map(\.1.kind), keys.map(\.1.digest))
        }
        let related = changes.flatMap { change in change.relatedCases.map { (change.caseID, $0) } }
        if !related.isEmpty { batch.add(ReportStatements.insertRelated, related.map(\.0), related.map(\.1)) }
        let feedback = changes.flatMap { change in change.feedback.map { (change, $0) } }
        if !feedback.isEmpty {
            batch.add(
                ReportStatements.insertFeedback, feedback.map(\.0.caseID), feedback.map { Int32($0.1.report) }, feedback.map(\.1.what),
                feedback.map(\.1.messageID), feedback.map(\.0.at))
        }
    }
}
