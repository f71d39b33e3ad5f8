// SPDX-License-Identifier: EUPL-1.2

import CPostgreSQL
import Reactor

/// What libpq needs to ask the server to cancel a connection's query.
///
/// Unchecked: `PQcancel` is the one function of libpq that any thread may call beside the connection's own; it only reads.
final class CancelHandle: @unchecked Sendable {
    private let raw: OpaquePointer

    init(taking raw: OpaquePointer) { self.raw = raw }

    deinit { PQfreeCancel(raw) }

    /// Opens a second connection, sends the request and waits until the server has closed it; blocks meanwhile.
    ///
    /// - Returns: why the request could not be sent; nil when it was. It has taken effect by then, if it does at all.
    fileprivate func cancel() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let text = buffer.baseAddress, PQcancel(raw, text, Int32(buffer.count)) == 0 else { return nil }
            return trimmed(text)
        }
    }
}

/// A thread of its own for one cancel request: cancels are rare, and one that hangs must not hold up the next.
actor QueryCanceller {
    private nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private init() throws(ReactorError) { reactor = try Reactor(name: "pg-cancel") }

    static func cancel(_ handle: CancelHandle) async -> String? {
        do { return await (try QueryCanceller()).send(handle) } catch { return "\(error)" }
    }

    private func send(_ handle: CancelHandle) -> String? { handle.cancel() }
}
