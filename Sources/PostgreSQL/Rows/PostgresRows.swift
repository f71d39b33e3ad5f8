// SPDX-License-Identifier: EUPL-1.2

/// The rows that a statement gave, all in memory.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let result: PostgresResult
    let statement: String?

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }
    public subscript(index: Int) -> PostgresRow {
        precondition(indices.contains(index), "row \(index) of \(count)")
        return PostgresRow(result: result, statement: statement, index: index)
    }

    /// Rows that INSERT, UPDATE, DELETE or MERGE touched, or that SELECT gave.
    public var affectedRows: Int { result.affectedRows }

    public var columnNames: [String] { (0..<result.columnCount).map { result.columnName($0) } }
}

/// One row; it keeps the whole result in memory.
public struct PostgresRow: Sendable {
    let result: PostgresResult
    let statement: String?
    let index: Int

    /// Reads a column by its name in the result.
    ///
    /// - Throws: `PostgresError` with code `.decoding` that names the statement and the column.
    public func decode<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let number = result.columnIndex(of: column) else {
            let names = (0..<result.columnCount).map { result.columnName($0) }.joined(separator: ", ")
            throw decodingError("there is no column \(column), only \(names)", underlying: nil)
        }
        return try decode(number, as: type)
    }

    /// Reads a column by its place, counted from 0.
    ///
    /// - Throws: `PostgresError` with code `.decoding` that names the statement and the column.
    public func decode<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws -> Value {
        guard column >= 0, column < result.columnCount else {
            throw decodingError("there is no column \(column), only \(result.columnCount)", underlying: nil)
        }
        return try withExtendedLifetime(result) {
            do throws(PostgresDecodingFailure) {
                return try Value.decode(result.field(row: index, column: column))
            } catch {
                let message = "column \(result.columnName(column)) cannot be read as \(Value.self): \(error)"
                throw decodingError(message, underlying: error)
            }
        }
    }
}

extension PostgresRow {
    private func decodingError(_ message: String, underlying: (any Error)?) -> PostgresError {
        PostgresError(.decoding, message, statement: statement, underlying: underlying)
    }
}
