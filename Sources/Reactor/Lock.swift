// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// A value that several threads share, behind a pthread mutex.
///
/// Not `Synchronization.Mutex`: its futex lies inside the uninstrumented runtime, so that ThreadSanitizer reports races where
/// there are none, and the sanitizer could not be a gate.
///
/// Unchecked: `value` is reached only with `mutex` held, and `Value` is itself `Sendable`.
public final class Lock<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    public init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let failure = pthread_mutex_init(mutex, nil)
        precondition(failure == 0, "pthread_mutex_init failed with \(failure)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }

    /// Runs `body` with the value; no two run at once. `body` must be short and must not take this lock again.
    public func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        let failure = pthread_mutex_lock(mutex)
        precondition(failure == 0, "pthread_mutex_lock failed with \(failure)")
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
