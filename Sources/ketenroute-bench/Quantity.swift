// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// One number that a run came to.
struct Quantity: Row {
    let name: String
    let value: Double
    let unit: String

    init(_ name: String, _ value: Double, _ unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }

    init(_ name: String, _ count: Int) { self.init(name, Double(count), "") }

    var row: String {
        let number = String(format: value == value.rounded() ? "%12.0f" : "%12.1f", value)
        return name.padding(toLength: 44, withPad: " ", startingAt: 0) + number + (unit.isEmpty ? "" : " " + unit)
    }

    var json: JSON { ["name": .string(name), "value": .number(value), "unit": .string(unit)] }
}
