// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import CaseStore
import Engine
import Foundation
import PostgreSQL
import RabbitMQ
import Workflow

/// How the program ends. The codes are part of its interface.
enum Termination {
    static let checkFailed: Int32 = 1
    static let wrongInput: Int32 = 2
    /// EX_UNAVAILABLE: PostgreSQL or RabbitMQ cannot be reached.
    static let serviceUnavailable: Int32 = 69
    /// EX_SOFTWARE: a fault of the program itself.
    static let fault: Int32 = 70

    /// Says on standard error what went wrong and gives the code for it.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case let failure as CommandFailure:
            complain(failure.message)
            return failure.code
        case let error as DefinitionError: return wrongInput(error)
        case let error as TermError: return wrongInput(error)
        case let error as CalendarCommandError: return wrongInput(error)
        case let error as CalendarError: return wrongInput(error)
        case let error as ConfigurationError: return wrongInput(error)
        case let error as ContentVaultError: return wrongInput(error)
        case let error as ChainAnchorError: return wrongInput(error)
        case let error as ConfigurationFileError: return wrongInput(error)
        case let error as MigrationError: return wrongInput(error)
        case let error as WorkflowVersionError: return wrongInput(error)
        case let error as PostgresError: return report(error)
        case let error as RabbitError: return unavailable(error)
        default: return reportParsing(error)
        }
    }

    private static func wrongInput(_ error: some CustomStringConvertible) -> Int32 {
        complain(error.description)
        return wrongInput
    }

    /// A server that answers can be reached: what it has against a statement is ours to mend, but for a schema that nobody has made.
    private static func report(_ error: PostgresError) -> Int32 {
        switch error.sqlState {
        case "42P01", "42703", "42883":
            complain("\(error)\nThe schema is not there, or is older than this program. Run: ketenroute db migrate")
            return wrongInput
        case .some where error.isStatementFault:
            complain("\(error)")
            return fault
        default: return unavailable(error)
        }
    }

    private static func unavailable(_ error: some Error) -> Int32 {
        complain("\(error)\nIs the service running? Try: Ops/services status")
        return serviceUnavailable
    }

    private static func reportParsing(_ error: any Error) -> Int32 {
        let code = Ketenroute.exitCode(for: error)
        let message = Ketenroute.fullMessage(for: error)
        switch code {
        case .success:
            print(message)
            return 0
        case .validationFailure:
            complain(message)
            return wrongInput
        default:
            if !message.isEmpty { complain(message) }
            return code.rawValue == ExitCode.failure.rawValue ? fault : code.rawValue
        }
    }

    private static func complain(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }
}

extension PostgresError {
    /// Data exceptions, violated constraints, and statements that the server does not understand.
    fileprivate var isStatementFault: Bool { ["22", "23", "42"].contains { sqlState?.hasPrefix($0) == true } && sqlState != "42501" }
}

/// An end with a reason that a person can act on.
struct CommandFailure: Error {
    let code: Int32
    let message: String

    static func wrongInput(_ message: String) -> CommandFailure { CommandFailure(code: Termination.wrongInput, message: message) }
    static func checkFailed(_ message: String) -> CommandFailure { CommandFailure(code: Termination.checkFailed, message: message) }
}
