// SPDX-License-Identifier: EUPL-1.2

/// Bounds on what one expression may cost. A guard of law has a tenth of any of them.
enum GuardLimits {
    /// Longest source, in bytes.
    static let sourceBytesMax = 8_192
    /// Deepest expression: each level takes stack both when it is read and when it is evaluated.
    static let depthMax = 128
    /// Steps of one evaluation; a step is one node visited or one element walked over.
    static let stepsMax = 100_000
    /// Longest list and longest text, in bytes, that an evaluation may make.
    static let listCountMax = 10_000
    static let textBytesMax = 65_536
    /// Instructions of a compiled regular expression, and the product of these with the bytes it runs over.
    static let patternInstructionsMax = 2_000
    static let patternWorkMax = 4_000_000
}

/// Why an expression cannot be used at all: it is not in the language, or it cannot mean anything.
public struct GuardCompileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        case syntax
        case type
    }

    public let code: Code
    /// Bytes from the start of the expression.
    public let offset: Int
    public let message: String

    public var description: String { "at \(offset + 1): \(message)" }
}

/// Why an expression has no value for the case at hand.
///
/// The message names operators and types, never values: values of a case may not reach a log.
public struct GuardError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        case noMatchingOverload
        /// A name that nothing declares.
        case unresolvedName
        case noSuchKey
        case invalidArgument
        case divisionByZero
        case overflow
        case indexOutOfRange
        case costExceeded
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    static func noOverload(_ function: String, _ arguments: Value...) -> GuardError {
        GuardError(
            code: .noMatchingOverload,
            message: "\(function) is not defined for (\(arguments.map(\.typeName).joined(separator: ", ")))")
    }

    static func overflow(_ function: String) -> GuardError {
        GuardError(code: .overflow, message: "\(function) leaves the range of its type")
    }
}
