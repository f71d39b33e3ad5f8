// SPDX-License-Identifier: EUPL-1.2

/// One thing that is wrong in a message. It holds names of the schema and numbers, and never what the sender wrote.
struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    let line: Int
    /// Where, from the root down: `/vtMeldingDi01/object/betreft`.
    let path: String
    let message: String

    var description: String { "line \(line): \(path) \(message)" }
}
