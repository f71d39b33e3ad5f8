// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reactor

/// One connection to the server: an actor on a thread of its own.
///
/// A connection is lent by `PostgresPool.withConnection` to a body that is isolated to it, so that a statement costs one round
/// trip and no change of thread. Statements that do not wait for one another (`async let`, task groups) share the wire:
/// they are pipelined. A cancel request names a connection and no statement, so when one of several tasks that share a connection
/// is cancelled it may hit the next one's statement. That is undone by the server and sent again unseen, so such a statement must
/// not commit in its middle, as a procedure can; inside a transaction it fails, as all statements do after a cancel.
public actor PostgresConnection {
    /// Told from the connection's thread, each for as long as the connection lives.
    struct Observer: Sendable {
        /// Called once, when the connection can be used no more.
        var lost: @Sendable (PostgresError) -> Void = { _ in }
        var notified: @Sendable (_ channel: String, _ payload: String) -> Void = { _, _ in }
    }

    /// The longest time for the ROLLBACK behind a failed body; then the connection is closed instead.
    static let cleanupTimeout: Duration = .seconds(5)

    nonisolated let reactor: Reactor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let logger: Logger
    private var driver: PipelineDriver?
    private var lastTicket: PipelineStateMachine.Ticket = 0
    /// Requests that somebody waits for.
    private var awaitedRequests = 0

    /// The deadline of the lease that holds the connection now.
    private var deadline: ContinuousClock.Instant?
    /// BEGIN, until the first request of the transaction takes it along.
    var opening: String?
    var transaction: TransactionState = .none

    enum TransactionState {
        case none
        case open
        /// A statement failed; the server refuses all that follows. Holds that first error.
        case failed(PostgresError)
    }

    private init(logger: Logger) throws(ReactorError) {
        reactor = try Reactor(name: "pg")
        self.logger = logger
    }

    /// Connects, on the new connection's own thread.
    ///
    /// - Throws: `PostgresError` with code `.connectFailed`.
    static func open(
        _ configuration: PostgresConfiguration, logger: Logger, observer: Observer
    ) async throws -> PostgresConnection {
        let connection: PostgresConnection
        do { connection = try PostgresConnection(logger: logger) } catch {
            throw PostgresError(.connectFailed, "no thread for the connection", underlying: error)
        }
        try await connection.connect(configuration, observer)
        return connection
    }

    private func connect(_ configuration: PostgresConfiguration, _ observer: Observer) throws {
        let link = try ServerLink.open(configuration, logger: logger)
        let delegate = PipelineDriver.Delegate(
            requestCancel: { [weak self] handle in
                Task { [weak self] in
                    let failure = await QueryCanceller.cancel(handle)
                    await self?.cancelReturned(failure)
                }
            },
            lost: observer.lost, notified: observer.notified)
        let driver = PipelineDriver(link: link, statementsMax: configuration.statementsMax, logger: logger, delegate: delegate)
        self.driver = driver
        reactor.attach(driver)
    }

    /// Ends the connection; whoever still waits for a statement gets `.connectionLost`.
    func close() {
        guard let driver else { return }
        self.driver = nil
        reactor.detach(driver)
        driver.fail(PostgresError(.connectionLost, "the connection was closed by this process"))
    }

    /// Runs `body` as the only holder of the connection.
    ///
    /// - Returns: what the body gave, and whether the next one may have the connection: it is connected, nothing is on its way and
    ///   no transaction is open.
    func lease<Value: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @Sendable (isolated PostgresConnection) async throws -> Value
    ) async -> (Result<Value, any Error>, isReusable: Bool) {
        beginLease(until: deadline)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(self)) } catch { outcome = .failure(error) }
        return (outcome, endLease())
    }

    private func beginLease(until deadline: ContinuousClock.Instant?) {
        self.deadline = deadline
        guard let deadline else { return }
        // The server keeps time too, so that a statement ends even when a cancel request cannot reach it.
        let milliseconds = max((deadline - .now).milliseconds, 1)
        post("SET statement_timeout = \(milliseconds)")
    }

    private func endLease() -> Bool {
        opening = nil
        guard let driver, driver.failure == nil else { return false }
        // What is on its way without anybody waiting was sent by the lease itself, before any statement of the body.
        guard awaitedRequests == 0, !driver.machine.isIdle || driver.link.isOutsideTransaction else {
            logger.warning("a PostgreSQL connection came back with an open transaction or a running statement; closing it")
            return false
        }
        if deadline != nil { post("RESET statement_timeout") }
        deadline = nil
        return true
    }

    /// Sends a command for its effect alone, with the next flush.
    private func post(_ sql: String) {
        lastTicket += 1
        driver?.submit(PipelineRequest(lastTicket, .items([.command(sql)]), PipelineRequest.Patience(isCancellable: false), nil))
    }

    // MARK: Requests

    /// Sends `work` and waits for its whole answer.
    func perform(_ work: PipelineRequest.Work, _ patience: PipelineRequest.Patience) async throws -> [PostgresResult] {
        guard let driver else { throw PostgresError(.connectionLost, "the connection was closed by this process") }
        lastTicket += 1
        let ticket = lastTicket
        let isWholeTransaction = if case .none = transaction { true } else { false }
        awaitedRequests += 1
        defer { awaitedRequests -= 1 }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation(isolation: self) { continuation in
                driver.submit(PipelineRequest(ticket, work, patience, isWholeTransaction: isWholeTransaction, continuation))
            }
        } onCancel: {
            guard patience.isCancellable else { return }
            Task { await self.taskCancelled(ticket) }
        }
    }

    /// What a statement of a body may take: it ends with its task and with the lease.
    func patienceOfBody() throws -> PipelineRequest.Patience {
        try Task.checkCancellation()
        if let deadline, deadline <= .now {
            throw PostgresError(.deadlineExceeded, "the deadline of the lease passed before the statement was sent")
        }
        return PipelineRequest.Patience(isCancellable: true, deadline: deadline)
    }

    /// COMMIT runs to its end whatever becomes of the task; only the deadline of the lease can close its connection.
    func patienceOfCommit() -> PipelineRequest.Patience {
        PipelineRequest.Patience(isCancellable: false, deadline: deadline, isCommit: true)
    }

    func patienceOfCleanup() -> PipelineRequest.Patience {
        PipelineRequest.Patience(isCancellable: false, deadline: .now + Self.cleanupTimeout)
    }

    private func taskCancelled(_ ticket: PipelineStateMachine.Ticket) { driver?.interrupt(ticket, .task) }

    private func cancelReturned(_ failure: String?) { driver?.cancelReturned(failure) }

    /// Whether the server refuses everything but ROLLBACK.
    var isTransactionAborted: Bool { driver?.link.isInAbortedTransaction ?? true }

    /// The process of the server that serves this connection, as `pg_stat_activity` has it; 0 when the connection is gone.
    public var backendProcess: Int32 { driver?.link.backendProcess ?? 0 }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
