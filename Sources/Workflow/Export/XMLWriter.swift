// SPDX-License-Identifier: EUPL-1.2

/// Writes indented XML, one element a line.
struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    /// Attributes in the order in which they are written; one without a value is left out.
    typealias Attributes = KeyValuePairs<String, String?>

    mutating func empty(_ name: String, _ attributes: Attributes = [:]) {
        line("<\(name)\(XMLWriter.text(attributes))/>")
    }

    mutating func element(_ name: String, _ attributes: Attributes = [:], text content: String) {
        line("<\(name)\(XMLWriter.text(attributes))>\(content.escapedForXML)</\(name)>")
    }

    mutating func element(_ name: String, _ attributes: Attributes = [:], _ body: (inout XMLWriter) -> Void) {
        line("<\(name)\(XMLWriter.text(attributes))>")
        depth += 1
        body(&self)
        depth -= 1
        line("</\(name)>")
    }

    private mutating func line(_ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }

    private static func text(_ attributes: Attributes) -> String {
        attributes.map { name, value in value.map { " \(name)=\"\($0.escapedForXML)\"" } ?? "" }.joined()
    }
}
