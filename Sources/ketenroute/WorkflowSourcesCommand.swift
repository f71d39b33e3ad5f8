// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Values
import Workflow

/// What a lawyer goes through: on what everything rests, and what nobody could read a source for.
struct WorkflowSourcesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "Lists every source with what rests on it, and every value that is not verified.",
        discussion: """
            Without files it reads all definitions under Workflows and all files of Config. A value is not verified where it, or in a \
            definition the source that it names, is marked 'unverified: true'.

            Exit code 0: listed. 2: a file cannot be read or is no YAML.
            """)

    @Argument(help: "Definitions or files of Config.")
    var files: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        var list = SourceList()
        for file in files.isEmpty ? try WorkflowSourcesCommand.all() : files {
            do {
                try list.read(yaml: ProjectFolders.read(file), file: file)
            } catch let error as ConfigurationFileError {
                throw CommandFailure.wrongInput("\(error)")
            }
        }
        if json { print(list.json.text) } else { for line in list.lines { print(line) } }
    }

    /// Definitions are named after their folder; what else lies there is scenarios and notes.
    private static func all() throws -> [String] {
        let workflows = try ProjectFolders.workflows()
        let folders = try contents(of: workflows)
        let definitions = folders.map { $0.appending(path: "\($0.lastPathComponent).yaml") }.filter {
            FileManager.default.fileExists(atPath: $0.path)
        }
        let config = try ProjectFolders.config()
        let tables = try [config, config.appending(path: "code-lists"), config.appending(path: "calendars")].flatMap(contents).filter {
            $0.pathExtension == "yaml"
        }
        return (definitions + tables).map { shortened($0.path) }
    }

    private static func contents(of folder: URL) throws -> [URL] {
        guard let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) else {
            throw CommandFailure.wrongInput("\(folder.path): is no folder that can be read")
        }
        return files.sorted { $0.path < $1.path }
    }

    private static func shortened(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }
}
