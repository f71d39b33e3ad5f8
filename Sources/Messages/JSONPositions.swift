// SPDX-License-Identifier: EUPL-1.2

/// Finds the line of an element in a JSON text that has already been read without error.
struct JSONPositions {
    private var lines: [String: Int] = ["": 1]

    init(_ text: String) {
        var scan = Scan(bytes: Array(text.utf8))
        scan.value(at: "", into: &lines)
    }

    /// The line of the element, or of the nearest one above it that is there.
    func line(of pointer: String) -> Int {
        var pointer = pointer
        while true {
            if let line = lines[pointer] { return line }
            guard let slash = pointer.lastIndex(of: "/") else { return 1 }
            pointer = String(pointer[..<slash])
        }
    }

    private struct Scan {
        let bytes: [UInt8]
        var position = 0
        var line = 1

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func value(at pointer: String, into lines: inout [String: Int]) {
            skipSpace()
            lines[pointer] = line
            switch peek {
            case UInt8(ascii: "{"): members(at: pointer, into: &lines)
            case UInt8(ascii: "["): elements(at: pointer, into: &lines)
            case UInt8(ascii: "\""): _ = text()
            default: while let byte = peek, !",]} \n\r\t".utf8.contains(byte) { position += 1 }
            }
        }

        private mutating func members(at pointer: String, into lines: inout [String: Int]) {
            position += 1
            skipSpace()
            while let byte = peek, byte != UInt8(ascii: "}") {
                skipSpace()
                let name = text()
                skipTo(UInt8(ascii: ":"))
                value(at: "\(pointer)/\(name)", into: &lines)
                skipSpace()
                if peek == UInt8(ascii: ",") { position += 1 }
                skipSpace()
            }
            position += 1
        }

        private mutating func elements(at pointer: String, into lines: inout [String: Int]) {
            position += 1
            var index = 0
            skipSpace()
            while let byte = peek, byte != UInt8(ascii: "]") {
                value(at: "\(pointer)/\(index)", into: &lines)
                index += 1
                skipSpace()
                if peek == UInt8(ascii: ",") { position += 1 }
                skipSpace()
            }
            position += 1
        }

        private mutating func text() -> String {
            position += 1
            let start = position
            while let byte = peek, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
            let text = String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
            position += 1
            return text
        }

        private mutating func skipTo(_ byte: UInt8) {
            skipSpace()
            if peek == byte { position += 1 }
        }

        private mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
                if byte == 0x0A { line += 1 }
                position += 1
            }
        }

        private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    }
}
