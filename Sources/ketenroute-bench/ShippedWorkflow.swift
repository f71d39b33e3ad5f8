// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow

/// The workflow that ships. Its files are named relative to the checkout, where `Ops/bench` runs.
struct ShippedWorkflow {
    private static let file = "Workflows/omgangsregeling/omgangsregeling.yaml"
    private static let calendarFile = "Config/calendars/nl.yaml"

    private let text: String
    private let calendars: [String: WorkCalendar]

    init() throws {
        text = try String(contentsOfFile: Self.file, encoding: .utf8)
        let calendar = try String(contentsOfFile: Self.calendarFile, encoding: .utf8)
        calendars = ["nl": try WorkCalendar.load(yaml: calendar, file: Self.calendarFile)]
    }

    /// Loads the text anew.
    func definition() throws -> Definition { try Definition.load(text, file: Self.file, calendars: calendars) }
}
