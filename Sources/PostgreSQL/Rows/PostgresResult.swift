// SPDX-License-Identifier: EUPL-1.2

import CPostgreSQL

/// Owns one `PGresult`.
///
/// Unchecked: libpq hands a result over complete and never touches it again, and its accessors only read.
final class PostgresResult: @unchecked Sendable {
    let raw: OpaquePointer

    init(taking raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    var status: ExecStatusType { PQresultStatus(raw) }
    var rowCount: Int { Int(PQntuples(raw)) }
    var columnCount: Int { Int(PQnfields(raw)) }

    /// `COMMIT`, `INSERT 0 1`, and so on.
    var commandTag: String { PQcmdStatus(raw).map { String(cString: $0) } ?? "" }
    var affectedRows: Int { PQcmdTuples(raw).flatMap { Int(String(cString: $0)) } ?? 0 }

    func columnName(_ column: Int) -> String { PQfname(raw, Int32(column)).map { String(cString: $0) } ?? "" }

    /// Exact, where `PQfnumber` would fold upper case away.
    func columnIndex(of name: String) -> Int? { (0..<columnCount).first { isColumn($0, named: name) } }

    private func isColumn(_ column: Int, named name: String) -> Bool {
        guard let candidate = PQfname(raw, Int32(column)) else { return false }
        return name.utf8.elementsEqual(UnsafeBufferPointer(start: candidate, count: length(candidate)).lazy.map(UInt8.init(bitPattern:)))
    }

    private func length(_ text: UnsafePointer<CChar>) -> Int {
        var end = text
        while end.pointee != 0 { end += 1 }
        return end - text
    }

    /// Valid as long as this result.
    func field(row: Int, column: Int) -> PostgresField {
        let (row, column) = (Int32(row), Int32(column))
        let type = PostgresType(rawValue: PQftype(raw, column))
        guard PQgetisnull(raw, row, column) == 0 else { return PostgresField(type: type, bytes: nil) }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        return PostgresField(type: type, bytes: bytes)
    }
}
