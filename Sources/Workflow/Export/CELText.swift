// SPDX-License-Identifier: EUPL-1.2

import Values

/// Values as CEL would write them.
enum CELText {
    static func literal(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool, .int: value.text ?? "null"
        case .double(let number): number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number)).0" : "\(number)"
        case .string(let text): quoted(text)
        case .list(let values): "[\(values.map(literal).joined(separator: ", "))]"
        case .map(let members):
            "{\(members.map { "\(literal($0.key)): \(literal($0.value))" }.sorted().joined(separator: ", "))}"
        case .timestamp: "timestamp(\(quoted(value.text ?? "")))"
        case .duration: "duration(\(quoted(value.text ?? "")))"
        case .type(let name): name
        }
    }

    private static func quoted(_ text: String) -> String {
        var literal = "'"
        for character in text {
            switch character {
            case "'", "\\": literal += "\\\(character)"
            case "\n": literal += "\\n"
            default: literal.append(character)
            }
        }
        return literal + "'"
    }
}
