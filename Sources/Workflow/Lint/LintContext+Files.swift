// SPDX-License-Identifier: EUPL-1.2

import Values

/// A mistake in a file of `Config`, with its place.
public struct ConfigurationFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let position: SourcePosition
    /// What is wrong and what to write instead.
    public let message: String

    public var description: String { "\(file):\(position): \(message)" }
}

extension LintContext {
    /// The files of `Config` that say what a workflow may name.
    public enum File: String, Sendable, CaseIterable {
        case partners = "partners.yaml"
        case contacts = "contacts.yaml"
        case projections = "projections.yaml"
        case purposes = "purposes.yaml"
        case bases = "legal-bases.yaml"
        case settings = "ketenroute.yaml"
    }

    /// Takes over what one file says.
    ///
    /// - Parameters:
    ///   - yaml: the text of the file.
    ///   - name: what errors call it.
    /// - Throws: the first thing that is missing or has the wrong form.
    public mutating func read(_ file: File, yaml: String, name: String) throws(ConfigurationFileError) {
        let root = try ConfigurationNode(yaml: yaml, file: name)
        switch file {
        case .partners:
            for entry in try root.list("partners") {
                roles[try entry.text("id")] = Role(raises: Set(try entry.optionalTexts("raises")))
            }
        case .contacts:
            for entry in try root.list("contacts") {
                contacts[try entry.text("id")] = Contact(sends: try entry.optionalFlag("sends"))
            }
        case .projections:
            for entry in try root.list("groups") {
                var show: [String: Level] = [:]
                for (role, level) in try entry.members("show") { show[role] = try level.level() }
                fieldGroups[try entry.text("id")] = FieldGroup(show: show, validity: try entry.validity())
            }
        case .purposes:
            for entry in try root.list("purposes") { purposes[try entry.text("code")] = try entry.validity() }
        case .bases:
            for entry in try root.list("legalBases") {
                bases[try entry.text("id")] = Basis(
                    from: Set(try entry.texts("from")), to: Set(try entry.texts("to")), purposes: Set(try entry.texts("purposes")),
                    validity: try entry.validity())
            }
        case .settings:
            for (lane, settings) in try root.members("lanes") {
                if let lane = Lane(rawValue: lane) { leaseSeconds[lane] = try settings.integer("leaseSeconds") }
            }
        }
    }

    /// Takes over the digests of `published.yaml`, which may stand beside a definition: the versions that are in use.
    public mutating func readPublished(yaml: String, name: String) throws(ConfigurationFileError) {
        for entry in try ConfigurationNode(yaml: yaml, file: name).list("published") {
            published.append(
                Publication(workflow: try entry.text("workflow"), version: try entry.integer("version"), digest: try entry.text("sha256")))
        }
    }
}

/// A value in a file of `Config` together with the name of the file, so that every complaint about it has a place.
private struct ConfigurationNode {
    let document: Document
    let file: String

    init(yaml: String, file: String) throws(ConfigurationFileError) {
        self.file = file
        do {
            document = try Document.parse(yaml)
        } catch {
            throw ConfigurationFileError(file: file, position: error.position, message: error.message)
        }
    }

    private init(_ document: Document, file: String) {
        self.document = document
        self.file = file
    }

    private func error(_ message: String, at place: Document? = nil) -> ConfigurationFileError {
        ConfigurationFileError(file: file, position: (place ?? document).position, message: message)
    }

    private func required(_ key: String) throws(ConfigurationFileError) -> Document {
        guard let value = document[key], !value.isNull else { throw error("'\(key)' is missing") }
        return value
    }

    func list(_ key: String) throws(ConfigurationFileError) -> [ConfigurationNode] {
        let value = try required(key)
        guard case .sequence(let elements) = value.content else { throw error("'\(key)' should be a list", at: value) }
        return elements.map { ConfigurationNode($0, file: file) }
    }

    func members(_ key: String) throws(ConfigurationFileError) -> [(String, ConfigurationNode)] {
        let value = try required(key)
        guard let members = value.members else { throw error("'\(key)' should be a mapping", at: value) }
        return members.map { ($0.key, ConfigurationNode($0.value, file: file)) }
    }

    func text(_ key: String) throws(ConfigurationFileError) -> String {
        let value = try required(key)
        guard let text = value.text else { throw error("'\(key)' should be a text", at: value) }
        return text
    }

    func texts(_ key: String) throws(ConfigurationFileError) -> [String] {
        var texts: [String] = []
        for element in try required(key).elements {
            guard let text = element.text else { throw error("each of '\(key)' should be a text", at: element) }
            texts.append(text)
        }
        return texts
    }

    func optionalTexts(_ key: String) throws(ConfigurationFileError) -> [String] { document[key] == nil ? [] : try texts(key) }

    func optionalFlag(_ key: String) throws(ConfigurationFileError) -> Bool {
        guard let value = document[key] else { return false }
        guard case .bool(let flag) = value.json else { throw error("'\(key)' should be true or false", at: value) }
        return flag
    }

    func integer(_ key: String) throws(ConfigurationFileError) -> Int {
        let value = try required(key)
        guard case .integer(let number) = value.json, let integer = Int(exactly: number) else {
            throw error("'\(key)' should be a whole number", at: value)
        }
        return integer
    }

    func level() throws(ConfigurationFileError) -> LintContext.Level {
        guard let level = document.text.flatMap(LintContext.Level.init) else {
            throw error("a level is one of \(LintContext.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
    }

    func validity() throws(ConfigurationFileError) -> LintContext.Validity {
        LintContext.Validity(from: try date("geldigVanaf"), until: try date("geldigTot"))
    }

    private func date(_ key: String) throws(ConfigurationFileError) -> CivilDate? {
        guard let value = document[key], !value.isNull else { return nil }
        guard let date = value.text.flatMap({ CivilDate($0) }) else { throw error("'\(key)' should be a date as yyyy-mm-dd", at: value) }
        return date
    }
}
