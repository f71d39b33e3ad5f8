// SPDX-License-Identifier: EUPL-1.2

import Foundation
import FoundationXML

/// An element as another program's parser sees it.
final class XMLTree: Sendable {
    let name: String
    let namespace: String
    let attributes: [String: String]
    let children: [XMLTree]
    let text: String

    init(name: String, namespace: String, attributes: [String: String], children: [XMLTree], text: String) {
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
        self.children = children
        self.text = text
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func parse(_ data: Data) throws -> XMLTree {
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else {
            throw Failure(description: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "no element")")
        }
        return root
    }

    func all(_ names: String...) -> [XMLTree] { children.filter { names.contains($0.name) } }

    private final class Builder: NSObject, XMLParserDelegate {
        private struct Open {
            let name: String
            let namespace: String
            let attributes: [String: String]
            var children: [XMLTree] = []
            var text = ""
        }

        private var open: [Open] = []
        private(set) var root: XMLTree?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            open.append(Open(name: name, namespace: namespaceURI ?? "", attributes: attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open[open.count - 1].text += text }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            let done = open.removeLast()
            let element = XMLTree(
                name: done.name, namespace: done.namespace, attributes: done.attributes, children: done.children, text: done.text)
            if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
        }
    }
}
