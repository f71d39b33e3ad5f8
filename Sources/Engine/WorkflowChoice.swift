// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Messages
import PostgreSQL
import Values
import Workflow

/// Which workflow a report gets, and which version of it: both stand in the workflows themselves, under `when`, `validFrom` and
/// `municipalities`.
struct WorkflowChoice {
    /// The published versions of each workflow that takes reports, the highest first.
    private let versions: [(name: String, definitions: [Definition])]
    private let library: WorkflowLibrary

    init(_ versions: [(name: String, definitions: [Definition])], library: WorkflowLibrary) {
        self.versions = versions
        self.library = library
    }

    /// - Throws: ``ConfigurationError`` where one of them was never published, or what is wrong with a version that no longer loads.
    static func load(_ settings: EngineSettings, on connection: isolated PostgresConnection) async throws -> WorkflowChoice {
        let published = try await WorkflowVersions.published(settings.workflows, on: connection)
        var versions: [(name: String, definitions: [Definition])] = []
        for name in settings.workflows {
            guard let numbers = published[name], !numbers.isEmpty else {
                throw ConfigurationError("no version of workflow '\(name)' is published; run: ketenroute workflow publish FILE")
            }
            var definitions: [Definition] = []
            for number in numbers { definitions.append(try await settings.library.definition(name: name, version: number, on: connection)) }
            versions.append((name, definitions))
        }
        return WorkflowChoice(versions, library: settings.library)
    }

    // MARK: Versions

    /// Of the versions that have begun, one that names the municipality goes before one for all, so that a pilot goes on beside new
    /// versions for everybody else; then the highest. A pilot ends with a version that names its municipality beside `*`.
    static func version(of definitions: [Definition], municipality: String?, on day: CivilDate) -> Definition? {
        let begun = definitions.filter { $0.validFrom.map { $0 <= day } ?? true }.sorted { $0.version > $1.version }
        return begun.first { municipality.map($0.municipalities.contains) ?? false } ?? begun.first { $0.municipalities.contains("*") }
    }

    // MARK: Reports

    /// The version that a new case of a report starts on.
    ///
    /// - Throws: ``Problem`` where none takes it; its sender is told why.
    func choose(for report: PoliceReport, at now: Instant) throws -> Definition {
        var problem: Problem?
        var isAnyInUse = false
        for (_, definitions) in versions {
            guard
                let definition = WorkflowChoice.version(
                    of: definitions, municipality: report.municipality, on: library.day(of: now))
            else { continue }
            isAnyInUse = true
            do throws(StepFailure) {
                // At most one does: the check at the start has gone through all reports.
                if try definition.takes(ReportFacts(receivedAt: now, fields: report.registration)) { return definition }
            } catch {
                problem = problem ?? Problem(error)
            }
        }
        if let problem { throw problem }
        let names = versions.map(\.name).joined(separator: ", ")
        throw Problem(
            .noWorkflow,
            isAnyInUse
                ? "no workflow is meant for what stands in this report; there is \(names)"
                : "no workflow is in use for this municipality today; there is \(names)")
    }

    // MARK: The check at the start

    /// Goes through all municipalities and days on which something begins, and all reports that can be told apart.
    ///
    /// - Throws: ``ConfigurationError`` where two workflows would take the same report, one cannot say whether it takes it, or one
    ///   discloses what `Config` does not let it.
    func check(from today: CivilDate, disclosures: DisclosureCheck) throws {
        let all = versions.flatMap(\.definitions)
        let municipalities = [nil] + Set(all.flatMap(\.municipalities)).subtracting(["*"]).sorted().map { Optional($0) }
        let days = [today] + Set(all.compactMap(\.validFrom)).filter { $0 > today }.sorted()
        var seen: Set<[Int]> = []
        for day in days {
            for municipality in municipalities {
                let inUse = versions.map { WorkflowChoice.version(of: $0.definitions, municipality: municipality, on: day) }
                guard seen.insert(inUse.map { $0?.version ?? 0 }).inserted else { continue }
                for definition in inUse.compactMap(\.self) { try disclosures.check(definition, on: day) }
                do throws(IntakeConflict) {
                    try WorkflowChoice.check(inUse.compactMap(\.self))
                } catch {
                    let place = municipality.map { "municipality \($0)" } ?? "municipalities that no version names"
                    throw ConfigurationError("intake.workflows: in \(place) from \(day): \(error)")
                }
            }
        }
    }

    private static func check(_ definitions: [Definition]) throws(IntakeConflict) {
        for (index, definition) in definitions.enumerated() {
            try definition.checkWhen()
            for other in definitions[(index + 1)...] { try definition.checkApart(from: other) }
        }
    }
}
