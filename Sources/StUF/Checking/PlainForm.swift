// SPDX-License-Identifier: EUPL-1.2

/// A checked message written again, in the one form that the decoder has to know: local names, no prefixes, no envelope, no
/// comments or sections, values without the white space around them, dates as ISO 8601 writes them, and no element without a
/// value. Two senders who say the same in other words get the same form.
struct PlainForm {
    private(set) var bytes: [UInt8] = []

    var mark: Int { bytes.count }

    mutating func open(_ name: String) { bytes += "<\(name)>".utf8 }

    /// - Parameter mark: where the form stood before the element was opened. If nothing was written since, the element goes.
    mutating func close(_ name: String, from mark: Int) {
        if bytes.count == mark + name.utf8.count + 2 {
            bytes.removeLast(bytes.count - mark)
        } else {
            bytes += "</\(name)>".utf8
        }
    }

    /// - Parameters:
    ///   - name: the sender's own name for an extra field.
    ///   - reason: why there is no value.
    mutating func write(_ element: String, _ value: String, name: String? = nil, reason: String? = nil) {
        bytes += "<\(element)".utf8
        if let name { write(attribute: "naam", name) }
        if let reason { write(attribute: "noValue", reason) }
        bytes += ">".utf8
        write(escaped: value)
        bytes += "</\(element)>".utf8
    }

    private mutating func write(attribute: String, _ value: String) {
        bytes += " \(attribute)=\"".utf8
        write(escaped: value)
        bytes += "\"".utf8
    }

    private mutating func write(escaped value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            // A reader would make a line feed or a space of these.
            case 0x09, 0x0A, 0x0D: bytes += "&#\(byte);".utf8
            default: bytes.append(byte)
            }
        }
    }
}
