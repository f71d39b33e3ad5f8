// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Values
import Workflow

/// Spoils a workflow in every small way and sees whether anybody notices.
struct WorkflowMutateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutate",
        abstract: "Spoils a workflow, one rule at a time, and tells which mutants nothing notices.",
        discussion: """
            Every guard is dropped and turned round, every target replaced by each of its siblings, every 'from' widened by each other
            role, every requirement and every assignment dropped. Each mutant is loaded, tested with the scenarios beside the
            definition, linted and verified, until one of these notices.

            A mutant that is as good as the workflow is explained in mutants.yaml beside the definition, by its identifier; a * in it
            stands for any text.

            Exit code 0: every mutant is noticed or explained. 1: some are not, or an explanation is out of date. 2: the definition, a
            scenario or a check cannot be used.
            """)

    @Argument(help: "The definition.")
    var file: String

    @Option(help: "A check that is not asked: test, lint or verify; may be given again and again.")
    var without: [Check] = []

    @Option(help: "Only mutants whose identifier contains this text.")
    var only: String?

    @Flag(help: "Print one JSON list of all mutants.")
    var json = false

    enum Check: String, ExpressibleByArgument, CaseIterable {
        case test, lint, verify
    }

    func run() throws {
        let calendars = try ProjectFolders.calendarsWherePresent()
        let text = try ProjectFolders.read(file)
        let mutants = try Mutant.all(of: text, file: file, calendars: calendars).filter { only == nil || $0.id.contains(only ?? "") }
        let checks = try self.checks(calendars)
        // A check that complains about the workflow itself would seem to catch everything.
        for check in checks {
            if let complaint = try check.complaint(text) {
                throw CommandFailure.wrongInput("\(check.name) has something against the workflow as it is: \(complaint)")
            }
        }
        let catches = try mutants.enumerated().map { number, mutant in
            progress(number, of: mutants.count)
            return try caught(mutant, checks)
        }
        progress(mutants.count, of: mutants.count)
        let report = MutationReport(mutants, catches: catches, explanations: try explanations())
        // Part of a run cannot tell that an explanation explains nothing.
        let stale = without.isEmpty && only == nil ? report.stale : []
        if json { print(report.json.text) } else { for line in report.lines(file: file) + stale + [report.summary] { print(line) } }
        guard report.survivors.isEmpty, stale.isEmpty else {
            throw CommandFailure.checkFailed("Give each survivor a scenario or a property that notices it, or its reason in mutants.yaml.")
        }
    }

    private func checks(_ calendars: [String: WorkCalendar]) throws -> [MutantCheck] {
        var checks = [MutantCheck.loading(calendars)]
        if !without.contains(.test) {
            let scenarios = try ScenarioFiles().scenarios(beside: file)
            guard !scenarios.isEmpty else {
                throw CommandFailure.wrongInput("\(file): has no scenarios beside it in 'scenarios'; write some, or try: --without test")
            }
            checks.append(.scenarios(scenarios, calendars: calendars))
        }
        for check in [Check.lint, .verify] where !without.contains(check) {
            checks.append(.command(check.rawValue, definition: file))
        }
        return checks
    }

    private func caught(_ mutant: Mutant, _ checks: [MutantCheck]) throws -> (check: String, by: String)? {
        for check in checks {
            if let complaint = try check.complaint(mutant.text) { return (check.name, complaint) }
        }
        return nil
    }

    private func explanations() throws -> MutantExplanations {
        let path = URL(filePath: file).deletingLastPathComponent().appending(path: "mutants.yaml").relativePath
        guard FileManager.default.fileExists(atPath: path) else { return .none(file: path) }
        return try MutantExplanations.load(ProjectFolders.read(path), file: path)
    }

    /// A run takes minutes; whoever watches wants to see it move.
    private func progress(_ number: Int, of count: Int) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\(number) of \(count) mutants\(number == count ? "\n" : "")".utf8))
    }
}
