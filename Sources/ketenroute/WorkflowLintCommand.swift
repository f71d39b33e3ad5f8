// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Engine
import Foundation
import PostgreSQL
import Values
import Workflow

/// Finds in definitions what loads but should not be published.
struct WorkflowLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Finds what is wrong in definitions.",
        discussion: """
            Prints FILE:LINE:COLUMN: RULE: what to do. Exits 0 where nothing was found, 1 with findings, 2 where a file does not load.
            Workflows/LINT.md explains each rule, and how to allow one finding with a reason.
            With a database the text is compared with the published version of the same number; `published.yaml` beside a
            definition is compared always.
            """)

    @Argument(help: "Definitions.")
    var files: [String] = []

    @Flag(help: "List the rules instead.")
    var rules = false

    @Option(help: "PostgreSQL, as a URL. Environment: KETENROUTE_DATABASE_URL. Not set: nothing is compared with published versions.")
    var database: String?

    func validate() throws {
        if files.isEmpty, !rules { throw ValidationError("name the definitions, or --rules") }
    }

    func run() async throws {
        if rules {
            for rule in LintRule.all { print("\(rule.id): \(rule.summary)") }
            return
        }
        let context = try LintContext.project()
        let calendars = try ProjectFolders.calendars()
        let texts = try files.map { (file: $0, text: try ProjectFolders.read($0)) }
        // What does not load has no version to compare; its errors are told below.
        let loaded = texts.compactMap { try? Definition.load($0.text, file: $0.file, calendars: calendars) }
        let inUse = try await published(loaded.map { ($0.name, $0.version) })
        var lines: [Line] = []
        for (file, text) in texts {
            var context = context
            context.published = inUse + (try LintContext.published(beside: file))
            lines += check(text, file: file, with: Linter(context: context, calendars: calendars))
        }
        for line in lines.sorted() { print(line) }
        if loaded.count < texts.count {
            throw CommandFailure.wrongInput("\(texts.count - loaded.count) of \(texts.count) files do not load.")
        }
        if !lines.isEmpty { throw CommandFailure.checkFailed("Findings: \(lines.count). Workflows/LINT.md explains each rule.") }
    }

    private func check(_ text: String, file: String, with linter: Linter) -> [Line] {
        do {
            let findings = try linter.findings(in: text, file: file, digest: Array(text.utf8).digest.hexadecimal)
            return findings.map { Line(file, $0.position, "\($0.rule): \($0.message)") }
        } catch {
            return error.problems.map { Line(file, $0.position, "does-not-load: \($0.message)") }
        }
    }

    /// What the database has under these names and versions; nothing where there is no database.
    private func published(_ versions: [(name: String, number: Int)]) async throws -> [LintContext.Publication] {
        let program = try await ProgramSettings.load([.databaseURL: database])
        guard program.optionalText(.databaseURL) != nil else { return [] }
        return try await PostgresPool.withPool(program.database(connections: .routineConnections), logger: Connection.logger) { pool in
            try await pool.ready(within: .seconds(10))
            var found: [LintContext.Publication] = []
            for version in versions {
                do {
                    let text = try await pool.withConnection { connection in
                        try await WorkflowVersions.definition(name: version.name, version: version.number, on: connection)
                    }
                    found.append(
                        LintContext.Publication(
                            workflow: version.name, version: version.number, digest: Array(text.utf8).digest.hexadecimal))
                } catch WorkflowVersionError.unknown {
                    continue
                } catch let error as PostgresError where error.sqlState == WorkflowLintCommand.undefinedTable {
                    // A database without our schema has published nothing.
                    return []
                }
            }
            return found
        }
    }

    private static let undefinedTable = "42P01"

    /// A line of output, in the order in which lines are printed.
    private struct Line: Comparable, CustomStringConvertible {
        let file: String
        let position: SourcePosition
        let text: String

        init(_ file: String, _ position: SourcePosition, _ text: String) {
            self.file = file
            self.position = position
            self.text = text
        }

        var description: String { "\(file):\(position): \(text)" }

        static func < (left: Line, right: Line) -> Bool {
            (left.file, left.position, left.text) < (right.file, right.position, right.text)
        }
    }
}

extension LintContext {
    /// What the project's `Config` says.
    static func project() throws -> LintContext {
        let folder = try ProjectFolders.config()
        var context = LintContext()
        context.today = Instant.now.civil(offsetSeconds: 0).date
        for file in LintContext.File.allCases {
            let path = folder.appending(path: file.rawValue).path
            try context.read(file, yaml: ProjectFolders.read(path), name: path)
        }
        return context
    }

    /// The digests of the versions in use, where a list of them stands beside the definition.
    static func published(beside file: String) throws -> [Publication] {
        let list = URL(filePath: file).deletingLastPathComponent().appending(path: "published.yaml").path
        guard FileManager.default.fileExists(atPath: list) else { return [] }
        var context = LintContext()
        try context.readPublished(yaml: ProjectFolders.read(list), name: list)
        return context.published
    }
}
