// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow

/// Finds scenarios and the definitions that they are about.
struct ScenarioFiles {
    private let calendars: [String: WorkCalendar]
    private var definitions: [String: Definition] = [:]

    init() throws { calendars = try ProjectFolders.calendarsWherePresent() }

    /// One scenario file, with the definition that it is held against.
    struct Entry {
        let path: String
        let text: String
        let definitionPath: String
    }

    /// What a file on the command line stands for: itself where it is a scenario, all scenarios beside it where it is a definition.
    func entries(for path: String) throws -> [Entry] {
        let text = try ProjectFolders.read(path)
        switch try WorkflowFileKind.of(text, file: path) {
        case .scenario(let workflow): return [Entry(path: path, text: text, definitionPath: try definition(workflow, of: path))]
        case .definition: return try scenarios(beside: path)
        case .other:
            throw CommandFailure.wrongInput("\(path): is neither a scenario nor a workflow; it has no 'scenario' and no 'workflow'")
        }
    }

    /// The scenarios of a definition: `scenarios/*.yaml` in its folder, by name, but for those that name another definition.
    func scenarios(beside definition: String) throws -> [Entry] {
        let folder = URL(filePath: definition).deletingLastPathComponent().appending(path: "scenarios")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return try files.filter(ScenarioFiles.isYAML).sorted().compactMap { file in
            let path = ScenarioFiles.shown(folder.appending(path: file))
            let text = try ProjectFolders.read(path)
            guard case .scenario(let named) = try WorkflowFileKind.of(text, file: path) else {
                throw CommandFailure.wrongInput("\(path): is no scenario; it has no 'scenario'")
            }
            let isOther = named.map { !ScenarioFiles.same(ScenarioFiles.beside(path, $0), definition) } ?? false
            return isOther ? nil : Entry(path: path, text: text, definitionPath: definition)
        }
    }

    /// Loads a scenario and, once each, its definition.
    mutating func load(_ entry: Entry) throws -> (scenario: Scenario, definition: Definition) {
        let definition: Definition
        if let loaded = definitions[entry.definitionPath] {
            definition = loaded
        } else {
            definition = try Definition.load(
                ProjectFolders.read(entry.definitionPath), file: entry.definitionPath, calendars: calendars)
            definitions[entry.definitionPath] = definition
        }
        return (try Scenario.load(entry.text, file: entry.path, definition: definition), definition)
    }

    private func definition(_ named: String?, of scenario: String) throws -> String {
        if let named { return ScenarioFiles.beside(scenario, named) }
        let folder = URL(filePath: scenario).standardizedFileURL.deletingLastPathComponent().deletingLastPathComponent()
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter(ScenarioFiles.isYAML).sorted()
        let definitions = try files.map { ScenarioFiles.shown(folder.appending(path: $0)) }.filter { path in
            try WorkflowFileKind.of(ProjectFolders.read(path), file: path) == .definition
        }
        guard definitions.count == 1 else {
            throw CommandFailure.wrongInput(
                "\(scenario): there is not one definition in the folder above; name it: workflow: ../FILE.yaml")
        }
        return definitions[0]
    }

    private static func isYAML(_ file: String) -> Bool { file.hasSuffix(".yaml") || file.hasSuffix(".yml") || file.hasSuffix(".json") }

    private static func beside(_ path: String, _ relative: String) -> String {
        guard !relative.hasPrefix("/") else { return relative }
        return shown(URL(filePath: path).deletingLastPathComponent().appending(path: relative).standardizedFileURL)
    }

    private static func same(_ left: String, _ right: String) -> Bool {
        URL(filePath: left).standardizedFileURL.path == URL(filePath: right).standardizedFileURL.path
    }

    /// Relative to the working folder where the file is below it, as people type paths.
    private static func shown(_ file: URL) -> String {
        let path = file.standardizedFileURL.path
        let here = URL(filePath: FileManager.default.currentDirectoryPath).standardizedFileURL.path + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }
}
