// SPDX-License-Identifier: EUPL-1.2

import Crypto
import Reactor

/// Keys that were opened a short while ago, by the bytes in which they are stored.
///
/// A case's keys are needed again with its next message. Whoever asks has just read the stored form from the database, so a key that
/// was destroyed there is found by nobody. Two generations bound how many are kept, and for how long.
final class KeyCache: Sendable {
    private struct State: Sendable {
        var young: [[UInt8]: SymmetricKey] = [:]
        var old: [[UInt8]: SymmetricKey] = [:]
    }

    /// Keys in one generation.
    static let countMax = 8_192

    private let state = Lock(State())

    /// - Parameter place: what the key is for. The stored form alone does not say: under another place it cannot be opened.
    func key(_ wrapped: [UInt8], place: [UInt8], open: () throws -> SymmetricKey) rethrows -> SymmetricKey {
        let name = wrapped + place
        if let key = state.withLock({ $0.young[name] ?? $0.old[name] }) { return key }
        let key = try open()
        state.withLock { state in
            if state.young.count >= KeyCache.countMax {
                state.old = state.young
                state.young = [:]
            }
            state.young[name] = key
        }
        return key
    }
}
