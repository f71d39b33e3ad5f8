// SPDX-License-Identifier: EUPL-1.2

import Reactor

/// A task that is started at most once and cancelled at most once, in either order: a timer for a wait that may already be over.
final class OnceTask: Sendable {
    private struct State: Sendable {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Lock(State())

    func start(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isCancelled else { return }
            state.task = Task { await body() }
        }
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }
}
