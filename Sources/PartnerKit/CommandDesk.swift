// SPDX-License-Identifier: EUPL-1.2

import Foundation
public import Messages
import Values

/// Asks a program of the partner's own: the assignment as JSON on its standard input, the decision as JSON on its standard output:
/// `{"event": …, "data": {…}}`, `{"danger": …}` or `{"refuse": …}`.
public struct CommandDesk: Desk {
    private let command: String

    public init(command: String) { self.command = command }

    public func decide(_ assignment: Assignment) async throws -> Decision? {
        let input = Data(assignment.json.utf8)
        let command = command
        // Process waits for the program, so it gets a thread that may wait.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try CommandDesk.ask(command, input) }) }
        }
    }

    private static func ask(_ command: String, _ input: Data) throws -> Decision {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Problem(.schema, "the desk's command ended with code \(process.terminationStatus)")
        }
        let json: JSON
        do {
            json = try JSON.parse(utf8: Array(output))
        } catch {
            throw Problem(.schema, "the desk's command gave no JSON: \(error)")
        }
        if let event = json["event"]?.stringValue { return .answer(event: event, data: json["data"] ?? .object([:])) }
        if let explanation = json["danger"]?.stringValue { return .danger(explanation: explanation) }
        if let ground = json["refuse"]?.stringValue { return .refuse(ground: ground) }
        throw Problem(.schema, "the desk's command gave neither event, danger nor refuse")
    }
}
