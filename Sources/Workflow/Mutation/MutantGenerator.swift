// SPDX-License-Identifier: EUPL-1.2

extension Mutant {
    /// All mutants of a definition, in the order of its text.
    ///
    /// - Throws: ``DefinitionError`` where the text does not load.
    public static func all(
        of text: String, file: String, calendars: [String: WorkCalendar]
    ) throws(DefinitionError) -> [Mutant] {
        let definition = try Definition.load(text, file: file, calendars: calendars)
        var generator = MutantGenerator(text: text, definition: definition)
        generator.generate(try DefinitionError.parse(text, file: file))
        return generator.mutants
    }
}

/// Walks a document beside the definition that was read from it and spoils one thing after another.
struct MutantGenerator {
    let definition: Definition
    let source: SourceText
    private(set) var mutants: [Mutant] = []

    init(text: String, definition: Definition) {
        self.definition = definition
        source = SourceText(text)
    }

    mutating func generate(_ document: Document) {
        for event in document.member("events")?.members ?? [] { mutate(event: event) }
        mutate(state: definition.states[0], document)
    }

    mutating func add(
        _ kind: Mutant.Kind, _ id: String, at position: SourcePosition, _ words: String, _ edit: (range: Range<Int>, replacement: String)
    ) {
        let text = source.replacing(edit.range, with: edit.replacement)
        mutants.append(Mutant(id: id, kind: kind, position: position, words: words, text: text))
    }

    // MARK: Events

    private mutating func mutate(event: Document.Member) {
        let place = "events/\(event.key)"
        if let from = event.value.member("from") { widen(from, place) }
        if let requirements = event.value.member("require") {
            for (number, requirement) in requirements.items.enumerated() {
                let that = requirement.member("that")?.scalarText ?? ""
                add(
                    .dropRequire, "\(place)/require/\(number)/\(Mutant.Kind.dropRequire.rawValue)", at: requirement.position,
                    "'\(event.key)' does not require \(that)", drop(number, of: requirements))
            }
        }
        if let sets = event.value.member("sets") { drop(sets: sets, "\(place)/sets", "'\(event.key)'") }
    }

    /// Lets one more role say it, for every role that may not.
    private mutating func widen(_ from: Document, _ place: String) {
        let roles = from.items.compactMap(\.scalarText)
        for role in definition.roles.subtracting(roles).sorted() {
            let list = "[" + (roles + [role]).map { $0.asScalar(quoted: true) }.joined(separator: ", ") + "]"
            add(
                .widenFrom, "\(place)/\(Mutant.Kind.widenFrom.rawValue)/\(role)", at: from.position,
                "\(role) may say '\(place.dropFirst("events/".count))'", (source.range(of: from), list))
        }
    }

    mutating func drop(sets: Document, _ place: String, _ who: String) {
        let members = sets.members ?? []
        for (number, member) in members.enumerated() {
            add(
                .dropSet, "\(place)/\(member.key)/\(Mutant.Kind.dropSet.rawValue)", at: member.position,
                "\(who) does not set '\(member.key)'", source.removal(of: number, from: members, in: sets))
        }
    }

    /// Takes an element out of a list; a single value that stands for a list of one becomes an empty list.
    private func drop(_ number: Int, of list: Document) -> (range: Range<Int>, replacement: String) {
        guard case .sequence(let elements) = list.content else { return (source.range(of: list), "[]") }
        return source.removal(of: number, from: elements, in: list)
    }
}

extension Document {
    func member(_ key: String) -> Document? { members?.first { $0.key == key }?.value }

    /// The elements of a list; a single value counts as a list of one, and nothing as an empty one.
    var items: [Document] {
        if case .sequence(let elements) = content { return elements }
        return isNull ? [] : [self]
    }

    var scalarText: String? { if case .scalar(let text, _) = content { text } else { nil } }

    var isPlain: Bool { if case .scalar(_, isPlain: true) = content { true } else { false } }
}

extension String {
    /// The text as YAML and JSON both read it between double quotes, or plain.
    func asScalar(quoted: Bool) -> String {
        guard quoted else { return self }
        var text = "\""
        for character in self {
            switch character {
            case "\"", "\\": text += "\\\(character)"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default: text.append(character)
            }
        }
        return text + "\""
    }
}
