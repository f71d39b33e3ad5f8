// SPDX-License-Identifier: EUPL-1.2

import CPostgreSQL

extension PostgresError {
    /// The server's error in a result of libpq.
    init(result: OpaquePointer, statement: String?) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let sqlState = field(cpostgresql_diag_sqlstate)
        let message = field(cpostgresql_diag_message) ?? trimmed(PQresultErrorMessage(result))
        self.init(
            Code(sqlState: sqlState), message, sqlState: sqlState, detail: field(cpostgresql_diag_detail),
            hint: field(cpostgresql_diag_hint), constraint: field(cpostgresql_diag_constraint), statement: statement)
    }

    /// The server's error in a result of a script, with the line on which the server found it.
    init(result: OpaquePointer, script: String) {
        self.init(result: result, statement: nil)
        guard let field = PQresultErrorField(result, cpostgresql_diag_position), let position = Int(String(cString: field)) else { return }
        // Counted in characters, from 1.
        let line = script.unicodeScalars.prefix(position - 1).count { $0 == "\n" } + 1
        message += " (line \(line) of the script)"
    }

    /// The same failure once its connection is known to be gone.
    func asLostConnection(commit: Bool) -> PostgresError {
        var error = self
        error.code = commit ? .commitOutcomeUnknown : .connectionLost
        return error
    }
}

extension PostgresError.Code {
    init(sqlState: String?) {
        switch sqlState {
        case "40001": self = .serializationFailure
        case "40P01": self = .deadlockDetected
        case "55P03": self = .lockNotAvailable
        // "cached plan must not change result type", and a statement that the server no longer knows.
        case "26000": self = .staleStatement
        case "23505": self = .uniqueViolation
        case "23503": self = .foreignKeyViolation
        case "23502": self = .notNullViolation
        case "23514": self = .checkViolation
        case "23P01": self = .exclusionViolation
        case "57014": self = .queryCancelled
        // A transaction that the server ended before we did: the next statement finds it aborted.
        case "25P02": self = .transactionAborted
        case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03": self = .connectionLost
        case .some(let state) where state.hasPrefix("08"): self = .connectionLost
        default: self = .server
        }
    }
}

/// libpq ends its messages with a line feed.
func trimmed(_ message: UnsafePointer<CChar>?) -> String {
    guard let message else { return "" }
    var text = Substring(String(cString: message))
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}
