// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// What each ratio has to reach, so that a slide is seen: `Ops/bench.d/thresholds.json` names per benchmark and ratio the `least` or
/// the `most` that it may be. A ratio that a run does not have, because there was nothing to compare with, is not held against it.
struct Thresholds {
    private static let file = "Ops/bench.d/thresholds.json"

    private let document: JSON

    init() throws { document = try JSON.parse(String(contentsOfFile: Thresholds.file, encoding: .utf8)) }

    /// A sentence for each ratio that is out of its bounds.
    func breaches(of report: Report, in benchmark: String) -> [String] {
        let bounds = document[benchmark] ?? [:]
        return report.rows.compactMap { $0 as? Quantity }.filter(\.isRatio).compactMap { ratio in
            let bound = bounds[ratio.name] ?? [:]
            let (least, most) = (Thresholds.number(bound["least"]), Thresholds.number(bound["most"]))
            // What could not be measured is out of bounds as well.
            guard least.map({ ratio.value >= $0 }) ?? true, most.map({ ratio.value <= $0 }) ?? true else {
                let wanted = [least.map { "at least \($0)" }, most.map { "at most \($0)" }].compactMap(\.self).joined(separator: " and ")
                return "\(ratio.name) is \(String(format: "%.2f", ratio.value)); \(Thresholds.file) wants \(wanted)"
            }
            return nil
        }
    }

    private static func number(_ value: JSON?) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
