// SPDX-License-Identifier: EUPL-1.2

import Values

extension PoliceReport {
    /// Reads a report in this project's own JSON form.
    ///
    /// - Parameter roles: the role list of the day of receipt.
    /// - Throws: ``Problem`` with everything that is wrong, by JSON pointer and by line of `text`.
    public init(_ text: String, roles: PersonRoles) throws(Problem) {
        guard text.utf8.count <= MessageLimits.reportBytesMax else { throw .reportTooLarge }
        let json: JSON
        do {
            json = try JSON.parse(text)
        } catch {
            throw Problem(.schema, "the report is no JSON: \(error)")
        }
        // Only what is wrong needs its place, so the lines are counted when the first is asked for.
        lazy var positions = JSONPositions(text)
        try self.init(form: json, roles: roles) { "line \(positions.line(of: $0.position)): \($0.pointer.isEmpty ? "/" : $0.pointer)" }
    }
}

extension Problem {
    /// A report that is not read, because of its size.
    public static let reportTooLarge = Problem(.tooLarge, "a report has at most \(MessageLimits.reportBytesMax) bytes")
}
