// SPDX-License-Identifier: EUPL-1.2

import CPartnerKit
import Glibc

/// What passes between this process and a program that it has started, up to the program's end. Blocks its thread.
struct CommandConversation {
    private enum Phase {
        case talking
        /// SIGTERM has been sent.
        case asked
        /// SIGKILL has been sent.
        case killed
    }

    private let run: CommandRun
    private let process: pid_t
    private var input: ArraySlice<UInt8>
    /// Where the program's three streams are on this side; -1 once closed.
    private var inputEnd: Int32
    private var outputEnd: Int32
    private var diagnosticsEnd: Int32
    private var phase = Phase.talking
    /// When the phase ends of itself.
    private var phaseEnd: ContinuousClock.Instant
    private var cause: CommandRun.Ending?
    private var result = CommandRun.Result(ending: .cancelled)

    /// How often a program that has closed its output is looked at until it has ended.
    private static let endPoll: Duration = .milliseconds(10)

    init(_ run: CommandRun, _ child: cpartnerkit_child, _ input: [UInt8]) {
        self.run = run
        self.input = input[...]
        process = child.process
        (inputEnd, outputEnd, diagnosticsEnd) = (child.input, child.output, child.diagnostics)
        phaseEnd = .now + run.timeMax
    }

    /// Talks until the program's standard output ends, as a shell does with `$(…)`, and then waits for the program.
    mutating func hold(until bell: Bell) -> CommandRun.Result {
        var status: Int32 = 0
        var hasEnded = false
        while !hasEnded {
            if outputEnd < 0 || phase == .killed { hasEnded = waitpid(process, &status, WNOHANG) == process }
            if hasEnded { break }
            wait(for: bell)
            if ContinuousClock.now >= phaseEnd { press(.outOfTime) }
        }
        // Helpers that a stopped program has left behind go with it.
        if cause != nil { kill(-process, SIGKILL) }
        for end in [inputEnd, outputEnd, diagnosticsEnd] where end >= 0 { close(end) }
        result.ending = cause ?? .exited(Int(cpartnerkit_exit_code(status)))
        return result
    }

    /// Sleeps until something can be read or written, the bell rings, or the phase is over.
    private mutating func wait(for bell: Bell) {
        // After the bell has rung once it is not heard again, or poll would return at once for ever.
        let bellEnd = phase == .talking ? bell.descriptor : -1
        var descriptors = [
            pollfd(fd: inputEnd, events: Int16(POLLOUT), revents: 0), pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: diagnosticsEnd, events: Int16(POLLIN), revents: 0), pollfd(fd: bellEnd, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return }
        if descriptors[3].revents != 0 { press(.cancelled) }
        if descriptors[0].revents != 0 { write() }
        if descriptors[1].revents != 0 { read() }
        if descriptors[2].revents != 0 { skip() }
    }

    /// Rounded up, so that the phase is over when poll returns.
    private var milliseconds: Int32 {
        var remaining = max(phaseEnd - .now, .zero)
        if outputEnd < 0 || phase == .killed { remaining = min(remaining, Self.endPoll) }
        return Int32(clamping: remaining.components.seconds * 1_000 + remaining.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// The next means to bring the program to its end. The first cause is the one that is told.
    private mutating func press(_ reason: CommandRun.Ending) {
        cause = cause ?? reason
        switch phase {
        case .talking:
            phase = .asked
            kill(-process, SIGTERM)
            phaseEnd = .now + run.graceMax
        case .asked, .killed:
            phase = .killed
            kill(-process, SIGKILL)
            phaseEnd = .now + .seconds(1)
        }
    }

    private mutating func write() {
        let count = input.withUnsafeBytes { Glibc.write(inputEnd, $0.baseAddress, $0.count) }
        if count > 0 { input = input.dropFirst(count) }
        let isRefused = count < 0 && errno != EAGAIN && errno != EINTR
        guard input.isEmpty || isRefused else { return }
        close(inputEnd)
        inputEnd = -1
    }

    private mutating func read() {
        guard let bytes = Self.take(from: &outputEnd) else { return }
        guard result.output.count + bytes.count <= run.outputBytesMax else {
            if phase == .talking { press(.tooMuchOutput) }
            return
        }
        result.output += bytes
    }

    private mutating func skip() { result.diagnosticBytes += Self.take(from: &diagnosticsEnd)?.count ?? 0 }

    /// What can be read now; nil at the end, which closes.
    private static func take(from end: inout Int32) -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(end, &buffer, buffer.count)
        if count > 0 { return buffer[..<count] }
        guard count == 0 || errno != EAGAIN && errno != EINTR else { return nil }
        close(end)
        end = -1
        return nil
    }
}
