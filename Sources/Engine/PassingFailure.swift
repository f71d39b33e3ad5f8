// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import PostgreSQL

/// Tells failures of the moment from faults of a message. A message that met the first comes again; one with the second is
/// parked, and would be lost if the two were mixed up.
enum PassingFailure {
    private static let codes: Set<PostgresError.Code> = [
        .connectFailed, .connectionLost, .commitOutcomeUnknown, .acquireTimeout, .poolClosed, .deadlineExceeded, .queryCancelled,
        .transactionAborted, .serializationFailure, .deadlockDetected, .lockNotAvailable, .staleStatement,
    ]

    /// Classes of SQLSTATE in which the server, not the statement, is at fault: resources, an operator's hand, the system.
    private static let classes = ["53", "57", "58"]

    static func includes(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError: true
        case CaseStoreError.revisionChanged: true
        case let error as PostgresError:
            codes.contains(error.code) || error.isKnownMessage || classes.contains { error.sqlState?.hasPrefix($0) == true }
        default: false
        }
    }
}
