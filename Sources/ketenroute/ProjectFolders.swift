// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow

/// Where `Config` and `Workflows` are: named by the environment, else beside or above the working folder, else above the program.
enum ProjectFolders {
    static func config() throws -> URL {
        guard let folder = try configWherePresent() else {
            throw CommandFailure.wrongInput("no folder 'Config' here or above; go to the project's folder or set KETENROUTE_CONFIG")
        }
        return folder
    }

    static func workflows() throws -> URL {
        guard let folder = try locate("Workflows", variable: "KETENROUTE_WORKFLOWS") else {
            throw CommandFailure.wrongInput("no folder 'Workflows' here or above; go to the project's folder or set KETENROUTE_WORKFLOWS")
        }
        return folder
    }

    static func configWherePresent() throws -> URL? { try locate("Config", variable: "KETENROUTE_CONFIG") }

    /// A definition without terms in days can be tried anywhere, so the folder may be missing; what is wrong in it is told.
    static func calendarsWherePresent() throws -> [String: WorkCalendar] {
        try configWherePresent() == nil ? [:] : try calendars()
    }

    static func calendars() throws -> [String: WorkCalendar] {
        let folder = try config().appending(path: "calendars")
        var calendars: [String: WorkCalendar] = [:]
        guard let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) else {
            throw CommandFailure.wrongInput("\(folder.path): is no folder that can be read; see KETENROUTE_CONFIG")
        }
        for file in files {
            guard file.pathExtension == "yaml" else { continue }
            calendars[file.deletingPathExtension().lastPathComponent] = try WorkCalendar.load(
                yaml: read(file.path), file: file.path)
        }
        return calendars
    }

    /// A text file, or a failure that says what to do.
    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure.wrongInput("\(path): cannot be read; check the path and its permissions")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            let position = SourcePosition.firstNotUTF8(in: data).map { ":\($0)" } ?? ""
            throw CommandFailure.wrongInput("\(path)\(position): is not UTF-8 text; save it as UTF-8")
        }
        return text
    }

    private static func locate(_ name: String, variable: String) throws -> URL? {
        if let named = ProcessInfo.processInfo.environment[variable] {
            guard isFolder(named) else { throw CommandFailure.wrongInput("\(variable): there is no folder '\(named)'") }
            return URL(filePath: named)
        }
        let starts = [FileManager.default.currentDirectoryPath, CommandLine.arguments.first ?? ""].map {
            URL(filePath: $0).standardizedFileURL.resolvingSymlinksInPath()
        }
        for start in starts {
            var folder = start
            while folder.path != "/" {
                let candidate = folder.appending(path: name)
                if isFolder(candidate.path) { return candidate }
                folder.deleteLastPathComponent()
            }
        }
        return nil
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
