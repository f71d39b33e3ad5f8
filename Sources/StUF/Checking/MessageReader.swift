// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads a document past its rules.
enum MessageReader {
    /// - Throws: ``Problem`` with everything that is wrong, by element and line.
    static func check(_ bytes: [UInt8], against roots: [ElementRule]) throws(Problem) -> MessageCheck {
        try Prolog.check(bytes)
        let source = XMLSource(MessageCheck(roots: roots))
        source.read(bytes)
        let violations = (source.check.violations + source.syntaxErrors).sorted { $0.line < $1.line }
        guard violations.isEmpty else { throw Problem(notValid: violations, telling: \.description) }
        return source.check
    }
}

/// Foundation's parser as a source for a check: resolves prefixes, counts lines, and stops at what is no XML.
private final class XMLSource: NSObject, XMLParserDelegate {
    private(set) var check: MessageCheck
    private(set) var syntaxErrors: [Violation] = []
    /// Namespaces by prefix, the innermost last.
    private var namespaces = ["xml": ["http://www.w3.org/XML/1998/namespace"]]

    init(_ check: MessageCheck) { self.check = check }

    func read(_ bytes: [UInt8]) {
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldReportNamespacePrefixes = true
        // The prolog has been refused if it declares any; this is the second lock on the same door.
        parser.shouldResolveExternalEntities = false
        parser.delegate = self
        // Of fewer than four bytes the parser says that they are in order.
        let isWhole = parser.parse() && check.isComplete
        if !isWhole, syntaxErrors.isEmpty, !check.isHopeless { isNoXML(parser) }
    }

    private func isNoXML(_ parser: XMLParser) {
        // The parser's own words are not repeated: they quote the document.
        let line = max(parser.lineNumber, 1)
        syntaxErrors.append(
            Violation(line: line, path: "/", message: "is not well-formed XML, at or before column \(max(parser.columnNumber, 1))"))
    }

    func parser(_ parser: XMLParser, didStartMappingPrefix prefix: String, toURI namespaceURI: String) {
        namespaces[prefix, default: []].append(namespaceURI)
    }

    func parser(_ parser: XMLParser, didEndMappingPrefix prefix: String) { _ = namespaces[prefix]?.popLast() }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let named = attributes.map { (attributeName($0.key), $0.value) }
        check.start(
            ElementName(namespace: namespaceURI ?? "", local: elementName),
            attributes: Dictionary(named) { first, _ in first }, line: max(parser.lineNumber, 1))
        if check.isHopeless { parser.abortParsing() }
    }

    /// An attribute without a prefix is in no namespace, whatever the default is.
    private func attributeName(_ qualified: String) -> ElementName {
        guard let colon = qualified.firstIndex(of: ":") else { return ElementName(namespace: "", local: qualified) }
        let prefix = String(qualified[..<colon])
        return ElementName(namespace: namespaces[prefix]?.last ?? "", local: String(qualified[qualified.index(after: colon)...]))
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) { check.end() }

    func parser(_ parser: XMLParser, foundCharacters string: String) { check.text(string) }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { check.text(String(decoding: block, as: UTF8.self)) }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        guard syntaxErrors.isEmpty, !check.isHopeless else { return }
        isNoXML(parser)
        parser.abortParsing()
    }
}
