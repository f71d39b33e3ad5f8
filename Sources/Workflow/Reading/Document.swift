// SPDX-License-Identifier: EUPL-1.2

import Values
import Yams

/// A YAML or JSON text as a tree in which every node knows its place. Keys keep their order, which is document order.
struct Document: Sendable {
    indirect enum Content: Sendable {
        /// `isPlain` is false for a quoted text, which is never a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([Document])
        case mapping([Member])
    }

    struct Member: Sendable {
        let key: String
        let position: SourcePosition
        let value: Document
    }

    let content: Content
    let position: SourcePosition

    /// Largest definition that is read, in bytes. The largest that is foreseen has a tenth of it.
    static let bytesMax = 1 << 20
    static let depthMax = 64

    static func parse(_ text: String) throws(Failure) -> Document {
        guard text.utf8.count <= bytesMax else {
            throw Failure(position: SourcePosition(line: 1, column: 1), message: "the text is larger than \(bytesMax) bytes")
        }
        if let alias = AliasScan.firstAlias(in: text) {
            throw Failure(position: alias, message: "aliases are not read; write the value out")
        }
        guard let node = try compose(text) else {
            throw Failure(position: SourcePosition(line: 1, column: 1), message: "the text is empty; a mapping should stand here")
        }
        return try Document(node, depth: 0)
    }

    struct Failure: Error {
        let position: SourcePosition
        let message: String
    }

    private static func compose(_ text: String) throws(Failure) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Failure(error)
        } catch {
            throw Failure(position: SourcePosition(line: 1, column: 1), message: "not YAML: \(error)")
        }
    }

    init(content: Content, position: SourcePosition) {
        self.content = content
        self.position = position
    }

    private init(_ node: Node, depth: Int) throws(Failure) {
        let position = SourcePosition(node.mark)
        self.position = position
        guard depth <= Document.depthMax else {
            throw Failure(position: position, message: "nested deeper than \(Document.depthMax) levels")
        }
        switch node {
        case .scalar(let scalar):
            content = .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any)
        case .sequence(let sequence):
            var elements: [Document] = []
            for element in sequence { elements.append(try Document(element, depth: depth + 1)) }
            content = .sequence(elements)
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw Failure(position: SourcePosition(key.mark), message: "a key must be a plain name")
                }
                members.append(
                    Member(key: name.string, position: SourcePosition(key.mark), value: try Document(value, depth: depth + 1)))
            }
            content = .mapping(members)
        case .alias:
            throw Failure(position: position, message: "aliases are not read; write the value out")
        }
    }

    /// The words that YAML 1.2 and JSON have for nothing.
    var isNull: Bool {
        if case .scalar(let text, isPlain: true) = content { ["null", "~", ""].contains(text) } else { false }
    }

    var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    /// The value as JSON, with plain scalars read as YAML 1.2's core schema reads them.
    var json: JSON {
        switch content {
        case .scalar(let text, isPlain: false): .string(text)
        case .scalar(let text, isPlain: true): Document.json(plain: text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let members): .object(Dictionary(members.map { ($0.key, $0.value.json) }) { first, _ in first })
        }
    }

    private static func json(plain text: String) -> JSON {
        switch text {
        case "null", "~", "": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default: Int64(text).map { .integer($0) } ?? number(text).map { .number($0) } ?? .string(text)
        }
    }

    private static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first, (48...57).contains(first) || first == UInt8(ascii: "-") else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}

extension SourcePosition {
    fileprivate init(byte: Int, of text: String) {
        let before = text.utf8.prefix(byte)
        let start = before.lastIndex(of: 0x0A).map(before.index(after:)) ?? before.startIndex
        self.init(line: before.count { $0 == 0x0A } + 1, column: before[start...].count + 1)
    }

    fileprivate init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension Document.Failure {
    fileprivate init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            self.init(position: SourcePosition(mark), message: "not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            self.init(position: SourcePosition(byte: offset ?? 0, of: yaml), message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(position: SourcePosition(context.mark), message: "named twice: \(duplicates.sorted().joined(separator: ", "))")
        default:
            self.init(position: SourcePosition(line: 1, column: 1), message: "not YAML: \(error)")
        }
    }
}
