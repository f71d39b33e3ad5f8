// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Logging
import Messages
import Reactor
import Testing
import Values

@testable import PartnerKit

@Suite("The desk with a command", .timeLimit(.minutes(2)))
struct CommandDeskTests {
    private func decide(_ command: String, timeMax: Duration = .seconds(60)) async throws -> Decision? {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await CommandDesk(command: command, timeMax: timeMax, logger: logger).decide(Example.assignment())
    }

    @Test(
        "what the command says is the decision",
        arguments: [
            (
                #"cat >/dev/null; echo '{"event": "afgerond", "data": {"uitkomst": "VT-00"}}'"#,
                .answer(event: "afgerond", data: ["uitkomst": "VT-00"])
            ),
            (#"grep -q '"token":"1.token"' && echo '{"event": "gezien"}'"#, .answer(event: "gezien", data: [:])),
            (#"printf '{"danger": "nu"}'"#, .danger(explanation: "nu")),
            (#"echo '{"refuse": "niet van ons"}'"#, .refuse(ground: "niet van ons")),
            ("cat >/dev/null", nil),
        ] as [(String, Decision?)])
    func decisions(command: String, decision: Decision?) async throws { #expect(try await decide(command) == decision) }

    @Test(
        "a command that decides nothing says why, and repeats nothing of what it wrote",
        arguments: [
            ("echo secret; exit 3", "code 3"), ("kill -KILL $$", "code 137"), ("echo secret", "no JSON"),
            (#"echo '{"secret": 1}'"#, "neither"), ("yes secret", "more than 65536 bytes"),
            ("exec /nowhere/secret 2>/dev/null", "code 127"),
            // It has closed its output and goes on for a while.
            ("exec >&-; sleep 0.2; exit 4", "code 4"),
        ])
    func failures(command: String, reason: String) async throws {
        let failure = try await #require(throws: DeskFailure.self) { try await decide(command) }
        #expect(failure.description.contains(reason))
        #expect(!failure.description.contains("secret"))
    }

    @Test("what it writes on standard error is counted and never passed on")
    func diagnostics() async throws {
        let log = Lock<[String]>([])
        let logger = Logger(label: "test") { _ in RecordingLog(lines: log) }
        let desk = CommandDesk(command: "cat >/dev/null; echo geheim >&2; echo '{\"event\": \"e\"}'", logger: logger)
        #expect(try await desk.decide(Example.assignment()) == .answer(event: "e", data: [:]))
        let lines = log.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("\"bytes\": 7") == true, "\(lines)")
        #expect(!lines.contains { $0.contains("geheim") })
    }

    // MARK: Programs that do not behave

    private func run(_ command: String, input: [UInt8] = [], outputBytesMax: Int = 10_000_000, timeMax: Duration = .seconds(60))
        async throws
        -> CommandRun.Result
    {
        try await CommandRun(command: command, outputBytesMax: outputBytesMax, timeMax: timeMax, graceMax: .milliseconds(200)).run(
            input: input)
    }

    /// Several times what a pipe holds.
    private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)

    @Test("much goes in and out at the same time")
    func bothDirections() async throws {
        let result = try await run("cat", input: Self.large)
        #expect(result.ending == .exited(0))
        #expect(result.output == Self.large)
    }

    @Test("a command that does not read its input harms nobody", arguments: ["exit 0", "exec <&-; sleep 0.1"])
    func unread(command: String) async throws {
        let result = try await run(command, input: Self.large)
        #expect(result.ending == .exited(0))
    }

    @Test("it gets no descriptor of ours but its three")
    func descriptors() async throws {
        let open = try FileHandle(forReadingFrom: URL(filePath: "/dev/null"))
        let result = try await run("for fd in /proc/$$/fd/*; do echo ${fd##*/}; done")
        // The shell keeps one for itself while it looks.
        #expect(String(decoding: result.output, as: UTF8.self).split(separator: "\n").allSatisfy { ["0", "1", "2", "3"].contains($0) })
        try open.close()
    }

    @Test(
        "one that does not end is ended, with all that it has started, and is not left as a zombie",
        arguments: ["sleep 600 & echo $! $$; wait", "trap '' TERM; sleep 600 & echo $! $$; wait; wait"])
    func endless(command: String) async throws {
        let result = try await run(command, timeMax: .milliseconds(500))
        #expect(result.ending == .outOfTime)
        try await expectGone(result.output)
    }

    @Test("the end of the task ends the command", arguments: ["sleep 600", "trap '' TERM; while :; do sleep 0.1; done"])
    func cancelled(command: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "desk-\(UUID().uuidString)")
        let task = Task { try await run("echo $$ >'\(folder.path)'; \(command)") }
        var written = Data()
        while written.isEmpty {
            written = (try? Data(contentsOf: folder)) ?? Data()
            try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        #expect(try await task.value.ending == .cancelled)
        try await expectGone(Array(written))
        try FileManager.default.removeItem(at: folder)
    }

    /// - Parameter numbers: of processes, as text.
    private func expectGone(_ numbers: [UInt8]) async throws {
        let processes = String(decoding: numbers, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        try #require(!processes.isEmpty)
        // What was not our child is cleared away by another.
        for process in processes {
            while kill(process, 0) == 0, try state(of: process) != "Z" { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(kill(processes[processes.count - 1], 0) == -1 && errno == ESRCH)
    }

    /// As in proc(5); nil when the process is gone.
    private func state(of process: pid_t) throws -> Character? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
        return text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).first
    }
}

/// Keeps what is logged.
private struct RecordingLog: LogHandler {
    let lines: Lock<[String]>
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
}
