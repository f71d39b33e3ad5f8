// SPDX-License-Identifier: EUPL-1.2

import Values

extension Definition {
    /// Reads a definition.
    ///
    /// - Parameters:
    ///   - text: YAML, or JSON, which is YAML too.
    ///   - file: what errors call the text.
    ///   - calendars: the calendars that a definition may name, by their names.
    /// - Throws: everything that is wrong, at once, each with line and column.
    public static func load(
        _ text: String, file: String, calendars: [String: WorkCalendar] = [:]
    ) throws(DefinitionError) -> Definition {
        let document: Document
        do {
            document = try Document.parse(text)
        } catch {
            let problem = DefinitionError.Problem(position: error.position, message: error.message)
            throw DefinitionError(file: file, problems: [problem])
        }
        var reader = DefinitionReader(calendars: calendars)
        let definition = reader.read(document)
        guard let definition, reader.problems.problems.isEmpty else {
            throw DefinitionError(file: file, problems: reader.problems.problems.sorted { $0.position < $1.position })
        }
        return definition
    }
}

/// Turns a document into a definition in the order in which names become known: declarations, the tree of states, then all
/// that refers to them.
struct DefinitionReader {
    let calendars: [String: WorkCalendar]
    var problems = ProblemList()
    var parts = Definition.Parts()
    var tree = StateTree()

    private static let keys: Set<String> = [
        "workflow", "version", "title", "validFrom", "municipalities", "calendar", "sources", "facts", "report", "events", "tasks",
        "type", "initial", "states", "on", "always", "onDone", "entry", "exit", "properties",
        "safetySight", "danger", "joined", "when",
    ]

    init(calendars: [String: WorkCalendar]) { self.calendars = calendars }

    mutating func read(_ document: Document) -> Definition? {
        guard let members = problems.members(document, of: "a workflow", known: DefinitionReader.keys) else { return nil }
        readHead(members, at: document.position)
        readFacts(members["facts"])
        readSafetySight(members["safetySight"])
        if let report = members["report"] {
            parts.declaresReport = true
            parts.report = readFields(report, of: "report")
        }
        if members["states"] == nil { problems.note(document.position, "'states' is missing: where a case can stand") }
        readTree(name: "", document: document, members: members, parent: nil, path: "", depth: 0)
        readWhen(members["when"])
        readEvents(members["events"])
        readDanger(members["danger"])
        readJoined(members["joined"])
        readTasks(members["tasks"])
        let states = readStates()
        readProperties(members["properties"])
        return problems.problems.isEmpty ? Definition(parts, states: states) : nil
    }

    private mutating func readHead(_ members: [String: Document], at position: SourcePosition) {
        parts.name = required("workflow", members, at: position)
        parts.title = problems.text(members["title"], "title") ?? parts.name
        if members["version"] == nil { problems.note(position, "'version' is missing; a workflow says which version it is") }
        parts.version = problems.integer(members["version"], "version", in: 1...1_000_000) ?? 0
        if let validFrom = members["validFrom"], let text = problems.text(validFrom, "validFrom") {
            parts.validFrom = CivilDate(text)
            if parts.validFrom == nil { problems.note(validFrom.position, "validFrom should be a date as yyyy-mm-dd") }
        }
        parts.municipalities = members["municipalities"] == nil ? ["*"] : problems.texts(members["municipalities"], "municipalities")
        if let calendar = members["calendar"], let name = problems.text(calendar, "calendar") {
            parts.calendarName = name
            parts.calendar = calendars[name]
            if parts.calendar == nil {
                problems.note(calendar.position, "no calendar '\(name)'; there is \(calendars.keys.sorted().joined(separator: ", "))")
            }
        }
        for source in members["sources"].flatMap({ problems.mapping($0, of: "sources") }) ?? [] {
            // `{ text: …, unverified: true }` where no text of the source could be read.
            guard source.value.members != nil else {
                parts.sources[source.key] = problems.text(source.value, "a source")
                continue
            }
            guard let members = problems.members(source.value, of: "a source", known: ["text", "unverified"]) else { continue }
            if members["text"] == nil { problems.note(source.position, "'text' is missing: what the source is") }
            parts.sources[source.key] = problems.text(members["text"], "text")
            _ = problems.flag(members["unverified"], "unverified")
        }
    }

    private mutating func readSafetySight(_ document: Document?) {
        guard let document, let name = problems.text(document, "safetySight") else { return }
        parts.safetySight = parts.facts.firstIndex { $0.name == name }
        if parts.safetySight == nil { problems.note(document.position, "no fact '\(name)' is declared") }
    }

    private mutating func readDanger(_ document: Document?) {
        guard let document, let name = problems.text(document, "danger") else { return }
        guard let event = parts.events[name], !event.isInternal else {
            problems.note(document.position, "danger names an event that comes from outside; there is no '\(name)' under 'events'")
            return
        }
        if event.fields.contains(where: \.isRequired) {
            problems.note(document.position, "'\(name)' has required data; danger must be told without having to fill in anything")
        }
        parts.danger = name
    }

    /// A further report is said by what reports say: whoever made it could not be asked for more.
    private mutating func readJoined(_ document: Document?) {
        guard let document, let name = problems.text(document, "joined") else { return }
        guard let event = parts.events[name], !event.isInternal else {
            problems.note(document.position, "joined names an event that comes from outside; there is no '\(name)' under 'events'")
            return
        }
        if name == parts.danger { problems.note(document.position, "'\(name)' tells of danger; a further report has an event of its own") }
        if !event.requirements.isEmpty {
            problems.note(
                event.position, "a further report cannot be refused: '\(name)' has no 'require'; write guards on what it leads to")
        }
        for field in event.fields {
            guard let reported = parts.report.first(where: { $0.name == field.name }), reported.type == field.type else {
                problems.note(
                    event.position, "'\(field.name)' of '\(name)' is filled from a report, so 'report' has to declare it with the same type"
                )
                continue
            }
            if field.isRequired, !reported.isRequired {
                problems.note(event.position, "'\(field.name)' may be missing from a report, so '\(name)' cannot require it")
            }
        }
        parts.joined = name
    }

    /// Read where nothing but the report is known: there is no case yet.
    private mutating func readWhen(_ document: Document?) {
        guard let document else { return }
        guard let when = compile(document, at: document.position, fields: [], expecting: .bool) else { return }
        let reads = GuardReads(when)
        if !reads.facts.isEmpty || !reads.states.isEmpty || !reads.data.isEmpty || reads.readsSender || reads.readsNow || reads.isOpaque
            || reads.report.contains("receivedAt")
        {
            problems.note(document.position, "'when' is asked before there is a case; it reads fields of 'report' and nothing else")
        }
        parts.when = when
    }

    private mutating func required(_ key: String, _ members: [String: Document], at position: SourcePosition) -> String {
        guard let member = members[key] else {
            problems.note(position, "'\(key)' is missing")
            return ""
        }
        return problems.text(member, key) ?? ""
    }

    /// A rule's source: a name declared under `sources`.
    mutating func rule(_ document: Document?) -> String? {
        guard let document, let name = problems.text(document, "source") else { return nil }
        if parts.sources[name] == nil { problems.note(document.position, "no source '\(name)' is declared under 'sources'") }
        return name
    }

    // MARK: The tree

    private mutating func readTree(
        name: String, document: Document, members: [String: Document], parent: Int?, path: String, depth: Int
    ) {
        guard depth <= StateNode.depthMax, tree.nodes.count < StateNode.countMax else {
            let bound = "\(StateNode.countMax) states and \(StateNode.depthMax) levels"
            return problems.note(document.position, "a workflow has at most \(bound)")
        }
        let children = members["states"].flatMap { problems.mapping($0, of: "states") } ?? []
        let kind = readKind(members, hasChildren: !children.isEmpty, at: document.position)
        let index = tree.nodes.count
        tree.append(
            StateNode(
                index: index, name: name, path: path, kind: kind, parent: parent, depth: depth, members: members,
                position: document.position))
        for child in children {
            if child.key.isEmpty { problems.note(child.position, "a state's name may not be empty") }
            guard let childMembers = problems.members(child.value, of: "a state", known: StateTree.stateKeys) else { continue }
            readTree(
                name: child.key, document: Document(content: child.value.content, position: child.position), members: childMembers,
                parent: index, path: path.isEmpty ? child.key : "\(path).\(child.key)", depth: depth + 1)
        }
    }

    private mutating func readKind(_ members: [String: Document], hasChildren: Bool, at position: SourcePosition) -> State.Kind {
        switch problems.text(members["type"], "type") {
        case nil: return hasChildren ? .compound : .atomic
        case "atomic" where !hasChildren: return .atomic
        case "compound" where hasChildren: return .compound
        case "parallel" where hasChildren: return .parallel
        case "final" where !hasChildren: return .final
        case "history" where !hasChildren:
            switch problems.text(members["history"], "history") {
            case nil, "shallow": return .history(deep: false)
            case "deep": return .history(deep: true)
            default:
                problems.note(position, "history should be shallow or deep")
                return .history(deep: false)
            }
        case "atomic", "final", "history":
            problems.note(position, "a state of this type has no states below it")
            return .atomic
        case "compound", "parallel":
            problems.note(position, "a state of this type needs states below it")
            return .atomic
        default:
            problems.note(position, "type should be atomic, compound, parallel, final or history")
            return .atomic
        }
    }
}
