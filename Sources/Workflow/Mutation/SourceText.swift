// SPDX-License-Identifier: EUPL-1.2

/// A definition's text with the places of its nodes, so that one of them can be replaced or taken out and all else stays as it is:
/// comments, line breaks, and everything that is said about lines.
struct SourceText: Sendable {
    private let scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (offset, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(offset + 1) }
        lineStarts = starts
    }

    /// The text with a range replaced.
    func replacing(_ range: Range<Int>, with replacement: String) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars[..<range.lowerBound])
        result.append(contentsOf: replacement.unicodeScalars)
        result.append(contentsOf: scalars[range.upperBound...])
        return String(result)
    }

    func offset(of position: SourcePosition) -> Int {
        guard position.line <= lineStarts.count else { return scalars.count }
        return min(lineStarts[position.line - 1] + position.column - 1, scalars.count)
    }

    // MARK: Extents

    /// From the first to behind the last character of a node.
    func range(of node: Document) -> Range<Int> {
        let start = offset(of: node.position)
        return start..<end(of: node, from: start)
    }

    private func end(of node: Document, from start: Int) -> Int {
        switch node.content {
        case .scalar(let text, let isPlain): return isPlain ? endOfPlain(text, from: start) : endOfQuotedOrBlock(text, from: start)
        case .mapping(let members):
            let inside = members.last.map { range(of: $0.value).upperBound } ?? start + 1
            return at(start) == "{" ? endOfFlow("}", from: inside) : max(inside, start)
        case .sequence(let elements):
            let inside = elements.last.map { range(of: $0).upperBound } ?? start + 1
            return at(start) == "[" ? endOfFlow("]", from: inside) : max(inside, start)
        }
    }

    private func at(_ offset: Int) -> Unicode.Scalar? { scalars.indices.contains(offset) ? scalars[offset] : nil }

    /// A text that may run over several lines, where line breaks and indentation count as blanks.
    private func endOfPlain(_ text: String, from start: Int) -> Int {
        var offset = start
        for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
            while let here = at(offset), here != scalar { offset += 1 }
            offset += 1
        }
        return min(offset, scalars.count)
    }

    private func endOfQuotedOrBlock(_ text: String, from start: Int) -> Int {
        guard let quote = at(start), quote == "\"" || quote == "'" else {
            // A block begins behind the line of its sign.
            var offset = start
            while let here = at(offset), here != "\n" { offset += 1 }
            return endOfPlain(text, from: offset)
        }
        var offset = start + 1
        while let here = at(offset) {
            if quote == "\"", here == "\\" {
                offset += 2
            } else if here == quote {
                // A single quote inside single quotes is written twice.
                guard quote == "'", at(offset + 1) == "'" else { return offset + 1 }
                offset += 2
            } else {
                offset += 1
            }
        }
        return scalars.count
    }

    /// Behind the bracket that closes a flow collection, past blanks, a comma and comments.
    private func endOfFlow(_ bracket: Unicode.Scalar, from inside: Int) -> Int {
        var offset = inside
        while let here = at(offset), here != bracket {
            if here == "#" { while let next = at(offset), next != "\n" { offset += 1 } }
            offset += 1
        }
        return min(offset + 1, scalars.count)
    }

    // MARK: Taking out

    /// What has to go so that a mapping loses one of its members.
    func removal(of index: Int, from members: [Document.Member], in mapping: Document) -> (range: Range<Int>, replacement: String) {
        let starts = members.map { offset(of: $0.position) }
        return removal(of: index, starts: starts, ends: members.map { range(of: $0.value).upperBound }, in: mapping, empty: "{}")
    }

    /// What has to go so that a list loses one of its elements.
    func removal(of index: Int, from elements: [Document], in list: Document) -> (range: Range<Int>, replacement: String) {
        let ranges = elements.map { range(of: $0) }
        return removal(of: index, starts: ranges.map(\.lowerBound), ends: ranges.map(\.upperBound), in: list, empty: "[]")
    }

    /// The next one moves into the place of the one that goes; the last one goes with what stands between it and the one before.
    private func removal(
        of index: Int, starts: [Int], ends: [Int], in whole: Document, empty: String
    ) -> (range: Range<Int>, replacement: String) {
        if starts.count == 1 { return (range(of: whole), empty) }
        if index + 1 < starts.count { return (starts[index]..<starts[index + 1], "") }
        return (ends[index - 1]..<ends[index], "")
    }
}
