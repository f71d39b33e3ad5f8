// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow

/// Something that can notice that a workflow is wrong. Checks are asked one after another, the cheap ones first, until one notices.
struct MutantCheck {
    let name: String
    /// What the check has against a text, in one line; nil where it has nothing.
    let complaint: (_ text: String) throws -> String?

    /// The scenarios beside the definition, run in this process.
    static func scenarios(_ entries: [ScenarioFiles.Entry], calendars: [String: WorkCalendar]) -> MutantCheck {
        MutantCheck(name: "test") { text in
            let definition = try Definition.load(text, file: "mutant", calendars: calendars)
            for entry in entries {
                do {
                    let scenario = try Scenario.load(entry.text, file: entry.path, definition: definition)
                    if case .differs(let differences) = scenario.run(definition), let first = differences.first {
                        return "\(entry.path):\(first.position.line): \(first.what)"
                    }
                } catch let error as DefinitionError where error.file == entry.path {
                    return "\(entry.path) does not load"
                }
            }
            return nil
        }
    }

    /// A text that does not load is noticed by whoever publishes it.
    static func loading(_ calendars: [String: WorkCalendar]) -> MutantCheck {
        MutantCheck(name: "load") { text in
            do {
                _ = try Definition.load(text, file: "mutant", calendars: calendars)
                return nil
            } catch let error as DefinitionError {
                return error.problems.first?.description ?? error.description
            }
        }
    }

    /// A command of this program that takes a definition's file: exit code 0 for nothing, 1 for something.
    ///
    /// The text is put in a folder of its own under the definition's name, because a check may look at the name.
    static func command(_ name: String, definition: String) -> MutantCheck {
        MutantCheck(name: name) { text in
            let folder = FileManager.default.temporaryDirectory.appending(path: "ketenroute-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: URL(filePath: definition).lastPathComponent)
            try Data(text.utf8).write(to: file)
            let (code, output) = try run(["workflow", name, file.path])
            switch code {
            case 0: return nil
            case Termination.checkFailed: return output.split(separator: "\n").first.map(String.init) ?? "exit code 1"
            default:
                throw CommandFailure(
                    code: code, message: "'workflow \(name)' cannot be asked, exit code \(code): \(output)\nTry: --without \(name)")
            }
        }
    }

    private static func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
