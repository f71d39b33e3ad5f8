// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Messages
import PostgreSQL
import Values

/// All that was reported in a case: what its questions show, each to whom it may.
struct CaseContent {
    /// In the order in which they came; never empty in a case that is there.
    private(set) var reports: [ReportContent]
    /// The same reports as they are registered, with what their makers were told.
    private(set) var filed: [CaseStore.FiledReport]

    init(reports: [ReportContent], filed: [CaseStore.FiledReport]) {
        self.reports = reports
        self.filed = filed
    }

    /// Reads the content of cases.
    static func load(
        _ caseIDs: [UUID], from store: CaseStore, on connection: isolated PostgresConnection
    ) async throws -> [UUID: CaseContent] {
        let found = try await store.reports(caseIDs, on: connection)
        var contents: [UUID: CaseContent] = [:]
        for caseID in caseIDs {
            contents[caseID] = CaseContent(
                reports: try ReportContent.reports(found[caseID]?.pieces ?? []), filed: found[caseID]?.filed ?? [])
        }
        return contents
    }

    mutating func add(_ report: ReportContent, filed: CaseStore.FiledReport) {
        reports.append(report)
        self.filed.append(filed)
    }

    /// Where the household is for the directory: as the first report that knows says, so that a case stays with its organisations.
    var municipality: String? { reports.lazy.compactMap(\.municipality).first }

    // MARK: What is shown

    /// What a role sees. The newest report comes first, and each person as the newest report that names him has him, so that whoever
    /// has to act at once reads what holds now; the reports before it follow under `eerdereMeldingen`, the newest of them first.
    ///
    /// - Parameters:
    ///   - earlierMax: how many of the reports before the newest are shown at most.
    ///   - projection: what is shown of a report, given whether the receiver made it.
    func projected(earlierMax: Int, to role: String, _ projection: (_ isOwn: Bool) -> Projection) -> Projection.Result {
        guard let newest = reports.last else { return projection(false).apply(narrative: [:], registration: [:], persons: []) }
        // What is merged from several reports is the receiver's own only where all of them are.
        let isAllOwn = reports.allSatisfy { $0.reporter == role }
        let first = projection(isAllOwn).apply(narrative: newest.narrative, registration: newest.registration, persons: persons)
        guard reports.count > 1 else { return first }
        let secret = Set(persons.filter(\.person.hasSecretAddress).map(\.number))
        let earlier = reports.dropLast().suffix(earlierMax).reversed().map { report in
            projection(report.reporter == role).apply(
                narrative: report.narrative, registration: report.registration,
                persons: report.persons.map { number, person in
                    // Secret in one report is secret in all.
                    (number, secret.contains(number) ? person.withSecretAddress : person)
                })
        }
        var members = first.content.objectValue ?? [:]
        members["eerdereMeldingen"] = .array(earlier.map(\.content))
        let omitted = reports.count - 1 - earlier.count
        if omitted > 0 { members["eerdereMeldingenNietGetoond"] = .integer(Int64(omitted)) }
        let all = [first] + earlier
        return Projection.Result(
            content: .object(members), subjects: Set(all.flatMap(\.subjects)).sorted(), groups: Set(all.flatMap(\.groups)).sorted())
    }

    /// Everybody in the case, with what the reports say of each: the newest goes before what was said earlier, and an address that was
    /// ever secret stays so.
    private var persons: [(number: Int, person: PoliceReport.Person)] {
        var persons: [Int: PoliceReport.Person] = [:]
        for (number, person) in reports.flatMap(\.persons) {
            guard let known = persons[number] else {
                persons[number] = person
                continue
            }
            let newer = (person.details.objectValue ?? [:]).filter { $0.value != .null }
            persons[number] = PoliceReport.Person(
                role: person.role, details: .object((known.details.objectValue ?? [:]).merging(newer) { _, new in new }),
                hasSecretAddress: known.hasSecretAddress || person.hasSecretAddress)
        }
        return persons.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension PoliceReport.Person {
    fileprivate var withSecretAddress: PoliceReport.Person {
        PoliceReport.Person(role: role, details: details, hasSecretAddress: true)
    }
}
