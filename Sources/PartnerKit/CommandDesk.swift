// SPDX-License-Identifier: EUPL-1.2

public import Logging
public import Messages
import Values

/// Asks a program of the partner's own: the assignment as JSON on its standard input, the decision as JSON on its standard output:
/// `{"event": …, "data": {…}}`, `{"danger": …}` or `{"refuse": …}`. No output at all leaves the question open.
///
/// The program may take as long as `timeMax`; meanwhile the worker keeps the lease. A program that fails, says something else or
/// takes longer has decided nothing: the question comes again when its lease is over. When the worker stops, so does the program:
/// its process group gets SIGTERM and two seconds later SIGKILL. What it writes on its standard error is not passed on, because
/// it may hold personal data; only how much there was is logged.
public struct CommandDesk: Desk {
    private let run: CommandRun
    private let logger: Logger

    /// - Parameters:
    ///   - command: for `/bin/sh -c`.
    ///   - timeMax: for one question.
    ///   - outputBytesMax: of one decision; no message may be larger.
    public init(
        command: String, timeMax: Duration = .seconds(24 * 3_600), outputBytesMax: Int = MessageLimits.eventBytesMax, logger: Logger
    ) {
        run = CommandRun(command: command, outputBytesMax: outputBytesMax, timeMax: timeMax)
        self.logger = logger
    }

    public func decide(_ assignment: Assignment) async throws -> Decision? {
        let result = try await run.run(input: assignment.json.utf8)
        if result.diagnosticBytes > 0 {
            logger.notice(
                "the desk's command wrote on its standard error",
                metadata: ["assignment": "\(assignment.reference)", "bytes": "\(result.diagnosticBytes)"])
        }
        switch result.ending {
        case .exited(0): return try decision(result.output)
        case .exited(let code): throw DeskFailure("the desk's command ended with code \(code)")
        case .outOfTime: throw DeskFailure("the desk's command took longer than \(run.timeMax) and was ended")
        case .tooMuchOutput: throw DeskFailure("the desk's command wrote more than \(run.outputBytesMax) bytes and was ended")
        case .notStarted(let number): throw DeskFailure("the desk's command could not be started: errno \(number)")
        case .cancelled: throw CancellationError()
        }
    }

    private func decision(_ output: [UInt8]) throws -> Decision? {
        guard output.contains(where: { !" \t\r\n".utf8.contains($0) }) else { return nil }
        let json: JSON
        do {
            json = try JSON.parse(utf8: output)
        } catch {
            throw DeskFailure("the desk's command gave no JSON")
        }
        if let event = json["event"]?.stringValue { return .answer(event: event, data: json["data"] ?? .object([:])) }
        if let explanation = json["danger"]?.stringValue { return .danger(explanation: explanation) }
        if let ground = json["refuse"]?.stringValue { return .refuse(ground: ground) }
        throw DeskFailure("the desk's command gave neither event, danger nor refuse")
    }
}
