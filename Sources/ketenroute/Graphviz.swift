// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The program `dot`, which lays drawings out.
enum Graphviz {
    static let missing = CommandFailure(
        code: Termination.serviceUnavailable,
        message: "The program 'dot' is not on PATH. Install it (Debian: apt-get install graphviz), or ask for --format dot or mermaid.")

    static func svg(from drawing: String) throws -> Data {
        guard let program = locate() else { throw missing }
        // From a file, not through a pipe: a drawing is larger than a pipe holds, and its result is read at the same time.
        let input = FileManager.default.temporaryDirectory.appending(path: "ketenroute-\(UUID().uuidString).dot")
        try Data(drawing.utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["-Tsvg", input.path]
        process.standardOutput = output
        try process.run()
        let result = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0, !result.isEmpty else {
            throw CommandFailure(code: Termination.fault, message: "dot did not lay out the drawing; what it says is above.")
        }
        return result
    }

    private static func locate() -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(filePath: String($0)).appending(path: "dot") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
