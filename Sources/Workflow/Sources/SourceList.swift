// SPDX-License-Identifier: EUPL-1.2

public import Values

/// On what workflows and files of `Config` rest, where, and which of their values no source could be read for: what a lawyer goes
/// through before the system is used.
public struct SourceList: Sendable {
    /// A place in a file, with the names that lead to it: `events.beoordeeld`, `legalBases.wmo-4.1.1`.
    public struct Place: Hashable, Sendable {
        public let file: String
        public let position: SourcePosition
        public let path: String
    }

    /// A law, letter or protocol, and what rests on it.
    public struct Source: Hashable, Sendable {
        public let file: String
        /// The name that a workflow gives it; nil in `Config`, where it stands written out.
        public let name: String?
        public let text: String
        public internal(set) var isUnverified: Bool
        public internal(set) var uses: [Place]
    }

    public private(set) var sources: [Source] = []
    /// Values that are marked `unverified`, and in a workflow what rests on a source that is.
    public private(set) var unverified: [Place] = []

    public init() {}

    /// Takes over what a file says: a workflow, or a file of `Config`.
    ///
    /// - Throws: ``ConfigurationFileError`` where the text is not YAML.
    public mutating func read(yaml: String, file: String) throws(ConfigurationFileError) {
        let root: Document
        do {
            root = try Document.parse(yaml)
        } catch {
            throw ConfigurationFileError(file: file, position: error.position, message: error.message)
        }
        if root["workflow"] != nil, root["states"] != nil { readWorkflow(root, file) } else { readConfig(root, file) }
    }

    // MARK: Workflows

    private mutating func readWorkflow(_ root: Document, _ file: String) {
        var uses: [String: [Place]] = [:]
        for (path, place) in SourceList.members(of: root, called: ["source"]) where !path.hasPrefix("sources") {
            if let name = place.text { uses[name, default: []].append(Place(file: file, position: place.position, path: path)) }
        }
        for member in root["sources"]?.members ?? [] {
            let isUnverified = member.value["unverified"]?.json == true
            let places = uses[member.key] ?? []
            sources.append(
                Source(
                    file: file, name: member.key, text: (member.value["text"] ?? member.value).text ?? "", isUnverified: isUnverified,
                    uses: places))
            if isUnverified { unverified += places }
        }
    }

    // MARK: Config

    private mutating func readConfig(_ root: Document, _ file: String) {
        for (path, place) in SourceList.members(of: root, called: ["bron", "source"]) {
            guard let text = place.text else { continue }
            let use = Place(file: file, position: place.position, path: path)
            if let index = sources.firstIndex(where: { $0.file == file && $0.name == nil && $0.text == text }) {
                sources[index].uses.append(use)
            } else {
                sources.append(Source(file: file, name: nil, text: text, isUnverified: false, uses: [use]))
            }
        }
        let marks = SourceList.members(of: root, called: ["unverified"]).filter { $0.value.json == true }
        unverified += marks.map { Place(file: file, position: $0.value.position, path: $0.path) }
    }

    /// Every member of these names at any depth, with the names that lead to what it stands in.
    private static func members(of document: Document, called keys: Set<String>, below path: String = "") -> [(
        path: String, value: Document
    )] {
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch document.content {
        case .scalar: return []
        case .sequence(let elements):
            return elements.enumerated().flatMap { number, element in
                members(of: element, called: keys, below: below(name(of: element) ?? "\(number + 1)"))
            }
        case .mapping(let found):
            return found.flatMap { member -> [(path: String, value: Document)] in
                if keys.contains(member.key), case .scalar = member.value.content { return [(path, member.value)] }
                return members(of: member.value, called: keys, below: below(member.key))
            }
        }
    }

    /// By what an element of a list is known to people.
    private static func name(of element: Document) -> String? {
        ["id", "code", "oin", "wording", "name", "else"].lazy.compactMap { element[$0]?.text }.first
    }
}

extension SourceList {
    public var json: JSON {
        [
            "sources": .array(
                sources.map { source in
                    [
                        "file": .string(source.file), "name": source.name.map { .string($0) } ?? .null, "text": .string(source.text),
                        "unverified": .bool(source.isUnverified), "uses": .array(source.uses.map(\.json)),
                    ]
                }),
            "unverified": .array(unverified.map(\.json)),
        ]
    }

    /// For people: file by file each source with what rests on it, then everything that is still to be confirmed.
    public var lines: [String] {
        var lines: [String] = []
        var file: String?
        for source in sources {
            if source.file != file {
                file = source.file
                lines.append(source.file)
            }
            let mark = source.isUnverified ? " (unverified)" : ""
            lines.append("  \(source.name.map { "\($0): " } ?? "")\(source.text)\(mark)")
            lines += source.uses.map { "    \($0.position) \($0.path)" }
            if source.uses.isEmpty { lines.append("    nothing rests on it") }
        }
        lines.append("Unverified: \(unverified.count)")
        return lines + unverified.map { "  \($0.file):\($0.position) \($0.path)" }
    }
}

extension SourceList.Place {
    fileprivate var json: JSON {
        [
            "file": .string(file), "line": .integer(Int64(position.line)), "column": .integer(Int64(position.column)),
            "path": .string(path),
        ]
    }
}
