// SPDX-License-Identifier: EUPL-1.2

/// What went wrong between this process and PostgreSQL.
///
/// Parameter values are never in it by our doing. `detail` is the server's and may quote values of a row
/// (`Key (id)=(…) already exists`), so `description`, which ends in logs, leaves it out.
public struct PostgresError: Error, Sendable {
    /// What kind of failure it is, to decide on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {  // One case a code, so that codes can be added without breaking a `switch`.
            case connectFailed, connectionLost, commitOutcomeUnknown, acquireTimeout, poolClosed, deadlineExceeded
            case queryCancelled, transactionAborted, serializationFailure, deadlockDetected, lockNotAvailable, staleStatement
            case uniqueViolation, foreignKeyViolation, notNullViolation, checkViolation, exclusionViolation
            case server, decoding, misuse
        }
        private let value: Value
        private init(_ value: Value) { self.value = value }
        public var description: String { value.rawValue }

        /// No connection could be made; the message is the server's or libpq's own.
        public static let connectFailed = Code(.connectFailed)
        /// The connection ended under the query. Outside COMMIT nothing was committed, unless the statement commits by itself.
        public static let connectionLost = Code(.connectionLost)
        /// The connection ended between sending COMMIT and its answer: look in the tables before doing it again.
        public static let commitOutcomeUnknown = Code(.commitOutcomeUnknown)
        /// No connection of the pool became free in time; `underlying` is the last failure to connect, if that is the reason.
        public static let acquireTimeout = Code(.acquireTimeout)
        /// The pool has been shut down.
        public static let poolClosed = Code(.poolClosed)
        /// The deadline of the lease passed; the query was cancelled or its connection closed.
        public static let deadlineExceeded = Code(.deadlineExceeded)
        /// Somebody else cancelled the query: an operator, or a timeout set on the role or the database.
        public static let queryCancelled = Code(.queryCancelled)
        /// The body returned although a statement of its transaction had failed: the server has rolled back.
        public static let transactionAborted = Code(.transactionAborted)
        public static let serializationFailure = Code(.serializationFailure)
        public static let deadlockDetected = Code(.deadlockDetected)
        public static let lockNotAvailable = Code(.lockNotAvailable)
        /// The schema changed under a prepared statement; it has been forgotten and is prepared anew the next time.
        public static let staleStatement = Code(.staleStatement)
        public static let uniqueViolation = Code(.uniqueViolation)
        public static let foreignKeyViolation = Code(.foreignKeyViolation)
        public static let notNullViolation = Code(.notNullViolation)
        public static let checkViolation = Code(.checkViolation)
        public static let exclusionViolation = Code(.exclusionViolation)
        /// Any other error of the server; see `sqlState`.
        public static let server = Code(.server)
        /// A column could not be read as the type that was asked for.
        public static let decoding = Code(.decoding)
        /// The caller asked for something that cannot be.
        public static let misuse = Code(.misuse)
    }

    public var code: Code
    /// Five characters, as in appendix A of the PostgreSQL manual; nil when the failure is not the server's.
    public var sqlState: String?
    public var message: String
    /// May quote values of rows: not for logs.
    public var detail: String?
    public var hint: String?
    /// The name of the constraint that was violated.
    public var constraint: String?
    /// The name of the statement that failed.
    public var statement: String?
    public var underlying: (any Error)?

    public init(
        _ code: Code, _ message: String, sqlState: String? = nil, detail: String? = nil, hint: String? = nil,
        constraint: String? = nil, statement: String? = nil, underlying: (any Error)? = nil
    ) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.statement = statement
        self.underlying = underlying
    }

    /// Whether the same transaction, run again from its beginning, may succeed.
    public var isRetryable: Bool {
        code == .serializationFailure || code == .deadlockDetected || code == .staleStatement
    }
}

extension PostgresError: CustomStringConvertible {
    public var description: String {
        var text = "\(code)"
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let statement { text += " in statement \(statement)" }
        text += ": \(messageWithoutValues)"
        if let constraint { text += " [constraint \(constraint)]" }
        if let hint { text += "; hint: \(hint)" }
        if let advice { text += "; \(advice)" }
        if let underlying { text += "; cause: \(underlying)" }
        return text
    }

    /// Data exceptions, class 22, quote the value that they refuse, always behind a colon or in double quotes.
    private var messageWithoutValues: String {
        guard let sqlState, sqlState.hasPrefix("22"), let end = message.firstIndex(where: { $0 == ":" || $0 == "\"" })
        else { return message }
        return message[..<end] + "…"
    }

    private var advice: String? {
        switch code {
        case .connectFailed: "check the connection URL or the PG* environment, and that the server accepts connections"
        case .commitOutcomeUnknown: "read back what the transaction wrote before running it again"
        case .acquireTimeout: "raise the pool's size, shorten the leases, or look for a lease that is never given back"
        case .transactionAborted: "let the first error of a transaction leave its body"
        default: nil
        }
    }
}
