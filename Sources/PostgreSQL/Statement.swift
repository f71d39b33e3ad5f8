// SPDX-License-Identifier: EUPL-1.2

/// A named SQL statement, prepared once on each connection that runs it.
///
/// The name is for people: it stands in errors, logs and `pg_prepared_statements`. Two statements may share a name; what is
/// prepared is kept apart by the text.
public struct Statement: Sendable, Hashable {
    public let name: String
    public let sql: String

    public init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }

    /// The name tells enough apart; hashing the text on every query would cost more than the rare collision.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A statement with its parameters, encoded and ready to be sent.
public struct BoundStatement: Sendable {
    public let statement: Statement
    let parameters: EncodedParameters

    /// - Parameter parameters: in the order of `$1`, `$2`, and so on. A value that PostgreSQL cannot hold is reported by the call
    ///   that runs the statement.
    public init(_ statement: Statement, _ parameters: any PostgresEncodable...) {
        self.init(statement, parameters: parameters)
    }

    public init(_ statement: Statement, parameters: [any PostgresEncodable]) {
        self.statement = statement
        self.parameters = EncodedParameters(parameters)
    }
}

/// Statements that travel together: one round trip, and one implicit transaction unless one is open already.
public struct PostgresBatch: Sendable {
    public private(set) var statements: [BoundStatement] = []

    public init() {}

    public mutating func add(_ statement: Statement, _ parameters: any PostgresEncodable...) {
        statements.append(BoundStatement(statement, parameters: parameters))
    }
}
