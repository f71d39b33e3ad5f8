// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// One number that a run came to.
struct Quantity: Row {
    let name: String
    let value: Double
    let unit: String
    /// Both sides of it come from the same run, so that it can be held against a threshold whatever the machine.
    let isRatio: Bool

    init(_ name: String, _ value: Double, _ unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
        isRatio = false
    }

    init(ratio name: String, _ value: Double) {
        self.name = name
        self.value = value
        unit = ""
        isRatio = true
    }

    init(_ name: String, _ count: Int) { self.init(name, Double(count), "") }

    var row: String {
        let format = isRatio || abs(value) < 10 ? "%12.2f" : "%12.1f"
        let number = String(format: value == value.rounded() && !isRatio ? "%12.0f" : format, value)
        return name.padding(toLength: 44, withPad: " ", startingAt: 0) + number + (unit.isEmpty ? "" : " " + unit)
    }

    var json: JSON { ["name": .string(name), "value": .number(value), "unit": .string(unit)] }
}
