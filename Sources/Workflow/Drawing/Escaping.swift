// SPDX-License-Identifier: EUPL-1.2

extension String {
    /// As text or as an attribute's value in XML, SVG and Graphviz' HTML labels. Characters that XML cannot hold are left out.
    var escapedForXML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\t", "\n", "\r": text += "&#\(scalar.value);"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Between double quotes in DOT, where a backslash begins an escape of Graphviz' own.
    var quotedForDOT: String {
        var text = "\""
        for character in self {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text + "\""
    }

    /// As a label in Mermaid, whose entities are written `#name;`. What its grammar could take for its own becomes an entity.
    var escapedForMermaid: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "#", ":", ";", "\"", "<", ">", "{", "}", "[", "]", "%", "\\", "`": text += "#\(scalar.value);"
            case "\n", "\r", "\t": text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text.replacing("--", with: "#45;#45;")
    }

    /// The text itself, or its beginning and an ellipsis where it is longer than `count` characters.
    func shortened(to count: Int) -> String {
        self.count <= count ? self : prefix(count - 1) + "…"
    }

    /// The text in lines of at most `count` characters where words allow it.
    func wrapped(at count: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= count {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
