// SPDX-License-Identifier: EUPL-1.2

import Values

/// A date as StUF 03.01 writes it: eight digits, and how many of them count.
struct StUFDate {
    static let expectation = "a date that exists, as yyyymmdd"

    /// `yyyy-mm-dd`, `yyyy-mm` or `yyyy`; nil where all of it is unknown.
    let text: String?

    /// Nil where this is no date.
    ///
    /// - Parameter incompleteness: `StUF:indOnvolledigeDatum`. D: the day is unknown, M: month and day too, J: all of it. What
    ///   stands in the digits that do not count is the sender's own affair.
    init?(_ digits: String, incompleteness: String?) {
        let values = digits.utf8.map { Int($0) - 48 }
        guard values.count == 8, values.allSatisfy((0...9).contains) else { return nil }
        let year = String(digits.prefix(4))
        let month = String(digits.dropFirst(4).prefix(2))
        switch incompleteness {
        case "J": text = nil
        case "M": text = year
        case "D":
            text = "\(year)-\(month)"
            guard CivilDate("\(year)-\(month)-01") != nil else { return nil }
        default:
            let day = "\(year)-\(month)-\(digits.suffix(2))"
            guard CivilDate(day) != nil else { return nil }
            text = day
        }
    }
}
