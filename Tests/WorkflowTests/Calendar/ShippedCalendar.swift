// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Workflow

/// The calendar that the project ships, read from its file.
enum ShippedCalendar {
    static let name = "Config/calendars/nl.yaml"

    static func text() throws -> String {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    static func load() throws -> WorkCalendar { try WorkCalendar.load(yaml: text(), file: name) }
}
