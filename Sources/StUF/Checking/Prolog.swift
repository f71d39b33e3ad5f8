// SPDX-License-Identifier: EUPL-1.2

import Messages

/// What stands before the root element, looked at before a parser sees the document.
///
/// A document type is refused here, because a parser that has seen one may already be expanding entities or fetching files.
/// Nothing but UTF-8 passes, because a document that another encoding turns into other characters could hide one.
enum Prolog {
    /// - Throws: ``Problem``.
    static func check(_ bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= MessageLimits.reportBytesMax else { throw .reportTooLarge }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw Problem(notValid: "line 1: / should be XML in UTF-8")
        }
        var scan = Scan(bytes: bytes[...])
        scan.skipByteOrderMark()
        while true {
            scan.skipSpace()
            if scan.starts(with: "<!--") {
                guard scan.skip(past: "-->") else { break }
            } else if scan.starts(with: "<?") {
                guard let instruction = scan.takeInstruction() else { break }
                try checkEncoding(instruction)
            } else {
                break
            }
        }
        if scan.starts(with: "<!") {
            throw Problem(notValid: "line \(scan.line): / may not have a document type or entities (DOCTYPE, ENTITY); leave them out")
        }
        guard scan.starts(with: "<") else { throw Problem(notValid: "line \(scan.line): / is not XML") }
    }

    private static func checkEncoding(_ instruction: String) throws(Problem) {
        guard instruction.hasPrefix("<?xml"), let sixth = instruction.utf8.dropFirst(5).first, [0x20, 0x09, 0x0A, 0x0D].contains(sixth),
            let start = instruction.firstRange(of: "encoding")?.upperBound
        else { return }
        let value = instruction[start...].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = value.first, value.dropFirst().prefix(while: { $0 != quote }).uppercased() == "UTF-8" else {
            throw Problem(notValid: "line 1: / should be in UTF-8, and its XML declaration should say so")
        }
    }

    private struct Scan {
        var bytes: ArraySlice<UInt8>
        var line = 1

        func starts(with text: StaticString) -> Bool { text.withUTF8Buffer { bytes.starts(with: $0) } }

        mutating func skipByteOrderMark() {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        }

        mutating func skipSpace() {
            while let byte = bytes.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { advance() }
        }

        /// A processing instruction or the XML declaration; nil where it has no end.
        mutating func takeInstruction() -> String? {
            let before = bytes
            guard skip(past: "?>") else { return nil }
            return String(decoding: before[..<bytes.startIndex], as: UTF8.self)
        }

        mutating func skip(past end: StaticString) -> Bool {
            while !bytes.isEmpty {
                if starts(with: end) {
                    bytes.removeFirst(end.utf8CodeUnitCount)
                    return true
                }
                advance()
            }
            return false
        }

        private mutating func advance() {
            if bytes.removeFirst() == 0x0A { line += 1 }
        }
    }
}
