// SPDX-License-Identifier: EUPL-1.2

/// How much of other transactions a transaction may see.
public enum IsolationLevel: String, Sendable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// BEGIN travels with the first statement. Transactions do not nest.
    ///
    /// - Throws: what the body threw; `.transactionAborted` when the body hid the failure of a statement;
    ///   `.commitOutcomeUnknown` when the connection ended before COMMIT was answered.
    public func withTransaction<Value: Sendable>(
        isolation level: IsolationLevel = .readCommitted,
        _ body: @Sendable (isolated PostgresConnection) async throws -> Value
    ) async throws -> Value {
        guard case .none = transaction else { throw PostgresError(.misuse, "a transaction is open already; they do not nest") }
        transaction = .open
        opening = "BEGIN ISOLATION LEVEL \(level.rawValue)"
        let value: Value
        do {
            value = try await body(self)
        } catch {
            let cause = serverCause(of: error)
            await rollBack()
            throw cause
        }
        try await commit()
        return value
    }

    /// BEGIN, once.
    func takeOpening() -> String? {
        defer { opening = nil }
        return opening
    }

    /// Remembers the first failure of the open transaction, which the body may hide or wrap.
    func noted(_ error: any Error) -> any Error {
        if case .open = transaction, let failure = error as? PostgresError { transaction = .failed(failure) }
        return error
    }

    /// A body may wrap the server's error in its own; a failure that a retry can heal must still be seen as one.
    private func serverCause(of error: any Error) -> any Error {
        if case .failed(let first) = transaction, first.isRetryable { first } else { error }
    }

    private func rollBack() async {
        defer { transaction = .none }
        guard takeOpening() == nil else { return }
        // When even this fails the connection is gone, or goes: `endLease` sees that the transaction is still open.
        do { _ = try await perform(.items([.command("ROLLBACK")]), patienceOfCleanup()) } catch { close() }
    }

    private func commit() async throws {
        // Asked of the server: a failure that the body has undone with a savepoint is none.
        if case .failed(let first) = transaction, isTransactionAborted {
            await rollBack()
            guard !first.isRetryable else { throw first }
            throw PostgresError(
                .transactionAborted, "a statement of the transaction failed and its body went on; it was rolled back", underlying: first)
        }
        defer { transaction = .none }
        guard takeOpening() == nil else { return }
        let results = try await perform(.items([.command("COMMIT")]), patienceOfCommit())
        guard results.first?.commandTag != "ROLLBACK" else {
            throw PostgresError(.transactionAborted, "the server answered COMMIT with ROLLBACK: the transaction had failed before")
        }
    }
}
