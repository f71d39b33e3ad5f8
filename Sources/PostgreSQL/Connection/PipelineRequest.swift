// SPDX-License-Identifier: EUPL-1.2

/// One request of a connection, from its submission to its answer. Confined to the connection's thread.
final class PipelineRequest {
    enum Item {
        /// A command without parameters that is not worth preparing: BEGIN, COMMIT.
        case command(String)
        case bound(BoundStatement)
    }

    enum Work {
        case items([Item])
        /// Several statements in one text.
        case script(String)
    }

    /// What may end the request before its answer.
    struct Patience {
        /// Whether the cancellation of the task cancels the query.
        var isCancellable = true
        var deadline: ContinuousClock.Instant?
        /// Whether losing the connection leaves open what the server did.
        var isCommit = false
    }

    enum Interruption { case task, deadline }

    let ticket: PipelineStateMachine.Ticket
    let work: Work
    let patience: Patience
    /// Whether the server undoes all of it when it fails, so that it can be sent again.
    let isWholeTransaction: Bool
    private var continuation: CheckedContinuation<[PostgresResult], any Error>?

    var results: [PostgresResult] = []
    var error: PostgresError?
    var interruption: Interruption?
    /// The items that were prepared in this very request; the others came from the cache and may be stale.
    var freshlyPrepared: Set<Int> = []
    var wasSentAgain = false
    /// It was on the wire behind a request that was cancelled.
    var isBystander = false

    init(
        _ ticket: PipelineStateMachine.Ticket, _ work: Work, _ patience: Patience, isWholeTransaction: Bool = false,
        _ continuation: CheckedContinuation<[PostgresResult], any Error>?
    ) {
        self.isWholeTransaction = isWholeTransaction
        self.ticket = ticket
        self.work = work
        self.patience = patience
        self.continuation = continuation
    }

    var shape: PipelineStateMachine.Shape {
        if case .script = work { .script } else { .pipelined }
    }

    func item(_ index: Int) -> Item? {
        guard case .items(let items) = work, items.indices.contains(index) else { return nil }
        return items[index]
    }

    func boundStatement(_ index: Int) -> BoundStatement? {
        guard case .bound(let statement) = item(index) else { return nil }
        return statement
    }

    /// The first error is the cause; what follows in the group is only skipped.
    func note(_ failure: PostgresError) { error = error ?? failure }

    /// The connection went before the answer was complete. An error that the server has already given stays what it is.
    func lose(_ reason: PostgresError) {
        guard error == nil || error?.code == .connectionLost else { return }
        error = (error ?? reason).asLostConnection(commit: patience.isCommit)
    }

    /// Cancelled by the server, and by nobody here.
    var wasHitByStrayCancel: Bool { isBystander && interruption == nil && error?.code == .queryCancelled }

    var isLate: Bool { patience.deadline.map { $0 <= .now } ?? false }

    /// In an open transaction there is no going on after a cancel, whichever of its statements was hit.
    func explainStrayCancel() {
        guard wasHitByStrayCancel, !isLate, let hit = error else { return }
        error = PostgresError(
            .transactionAborted, "a statement beside it in the same transaction was cancelled", sqlState: hit.sqlState,
            statement: hit.statement, underlying: hit)
    }

    func prepareToSendAgain() {
        isBystander = false
        results = []
        error = nil
        freshlyPrepared = []
        wasSentAgain = true
    }

    /// Resumes whoever waits, once; a request that was sent for its effect alone has nobody.
    func complete() {
        guard let continuation else { return }
        self.continuation = nil
        guard let error else { return continuation.resume(returning: results) }
        continuation.resume(throwing: asSeenByCaller(error))
    }

    /// A cancelled query is the caller's own doing, or its deadline's, before it is the server's error.
    private func asSeenByCaller(_ error: PostgresError) -> any Error {
        guard error.code == .queryCancelled || error.code == .connectionLost else { return error }
        switch interruption {
        case .task: return CancellationError()
        case .deadline: return deadlineExceeded(error)
        // The server's own clock, set by the lease, may be the first to ring.
        case nil: return error.code == .queryCancelled && patience.deadline != nil ? deadlineExceeded(error) : error
        }
    }

    private func deadlineExceeded(_ error: PostgresError) -> PostgresError {
        PostgresError(
            .deadlineExceeded, "the deadline of the lease passed while the statement ran", sqlState: error.sqlState,
            statement: error.statement, underlying: error)
    }
}
