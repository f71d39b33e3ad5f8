// SPDX-License-Identifier: EUPL-1.2

import Values

/// JSON whose members keep their order, for readers to whom the order means something: the states of a machine stand in document
/// order.
indirect enum OrderedJSON: Sendable {
    case value(JSON)
    case array([OrderedJSON])
    case object([Member])

    struct Member: Sendable {
        let name: String
        let value: OrderedJSON

        init(_ name: String, _ value: OrderedJSON) {
            self.name = name
            self.value = value
        }
    }

    static func string(_ text: String) -> OrderedJSON { .value(.string(text)) }

    static func strings(_ texts: [String]) -> OrderedJSON { .array(texts.map { .string($0) }) }

    /// An object of those members that have a value.
    static func members(_ members: KeyValuePairs<String, OrderedJSON?>) -> OrderedJSON {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// Indented by two spaces a level.
    var text: String {
        var text = ""
        write(to: &text, depth: 0)
        return text + "\n"
    }

    private func write(to text: inout String, depth: Int) {
        switch self {
        case .value(let json): text += json.text
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            text +=
                "["
                + elements.map { element in
                    var inner = ""
                    element.write(to: &inner, depth: 0)
                    return inner
                }.joined(separator: ", ") + "]"
        case .array(let elements): OrderedJSON.block("[", elements, "]", to: &text, depth) { $0.write(to: &$1, depth: depth + 1) }
        case .object(let members) where members.isEmpty: text += "{}"
        case .object(let members):
            OrderedJSON.block("{", members, "}", to: &text, depth) { member, text in
                text += JSON.string(member.name).text + ": "
                member.value.write(to: &text, depth: depth + 1)
            }
        }
    }

    private var isScalar: Bool { if case .value = self { true } else { false } }

    private static func block<Element>(
        _ open: String, _ elements: [Element], _ close: String, to text: inout String, _ depth: Int,
        _ write: (Element, inout String) -> Void
    ) {
        let indentation = String(repeating: "  ", count: depth)
        text += open
        for (number, element) in elements.enumerated() {
            text += (number == 0 ? "\n" : ",\n") + indentation + "  "
            write(element, &text)
        }
        text += "\n" + indentation + close
    }
}
