// SPDX-License-Identifier: EUPL-1.2

import CPartnerKit
import Glibc
import Reactor

/// One run of a shell command: bytes in, bytes out, and an end that always comes.
///
/// The run has a thread of its own, because waiting for a program blocks. The command is the leader of its process group, and
/// what ends it ends the group: first by SIGTERM, then by SIGKILL.
struct CommandRun: Sendable {
    var command: String
    /// More output than this ends the run.
    var outputBytesMax: Int
    /// More time than this ends the run.
    var timeMax: Duration
    /// From SIGTERM to SIGKILL.
    var graceMax: Duration = .seconds(2)

    enum Ending: Hashable, Sendable {
        /// By itself, with its exit code; 128 and the signal's number when a signal ended it.
        case exited(Int)
        case outOfTime
        case tooMuchOutput
        /// The task was cancelled.
        case cancelled
        /// The system could not start it; the error number, as in errno(3).
        case notStarted(Int32)
    }

    struct Result: Sendable {
        var ending: Ending
        /// What it wrote on its standard output.
        var output: [UInt8] = []
        /// How much it wrote on its standard error.
        var diagnosticBytes = 0
    }

    /// Runs the command with `input` on its standard input; one that does not read it is no error.
    ///
    /// - Throws: `ReactorError` or ``DeskFailure`` when the system gives no thread or no descriptor.
    func run(input: [UInt8]) async throws -> Result {
        let bell = try Bell()
        let thread = try CommandThread()
        return await withTaskCancellationHandler {
            await thread.run(self, input, bell)
        } onCancel: {
            bell.ring()
        }
    }
}

/// The thread of one run.
private actor CommandThread {
    private nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init() throws(ReactorError) { reactor = try Reactor(name: "desk-command") }

    func run(_ run: CommandRun, _ input: [UInt8], _ bell: Bell) -> CommandRun.Result {
        cpartnerkit_block_sigpipe()
        var child = cpartnerkit_child()
        let failure = cpartnerkit_start(run.command, &child)
        guard failure == 0 else { return CommandRun.Result(ending: .notStarted(failure)) }
        var conversation = CommandConversation(run, child, input)
        return conversation.hold(until: bell)
    }
}

/// A pipe whose only message is that it is time to stop.
final class Bell: Sendable {
    let descriptor: Int32
    private let clapper: Int32

    init() throws(DeskFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DeskFailure("no pipe for the desk's command: errno \(errno)") }
        (descriptor, clapper) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(clapper)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(clapper, &byte, 1)
    }
}
