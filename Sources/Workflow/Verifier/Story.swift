// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A course of a case in the words of its workflow, so that whoever wrote the workflow can read it, and play it again.
public struct Story: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        /// As the simulator names it; nil for the start.
        public let event: String?
        /// The role that sends it, where it is a message.
        public let sender: String?
        /// The data of the message; of the start, the fields of the report.
        public let data: JSON
        public let text: String
    }

    /// The start first.
    public let steps: [Step]
    /// The paths of the active states at the end, in document order.
    public let configuration: [String]
    /// The same by their titles.
    public let ends: String
    /// What is wrong at the end.
    public let remark: String?

    init(_ course: Course, endingIn state: CaseState?, in definition: Definition) {
        steps = course.stimuli.map { Step($0, definition) }
        configuration = state.map(definition.activePaths) ?? []
        ends = configuration.map(definition.title(ofPath:)).joined(separator: "; ")
        remark = course.remark
    }

    /// The command that plays the course again.
    ///
    /// - Parameter file: the definition's file, as the command is to name it.
    public func command(file: String) -> String {
        var words = ["ketenroute", "workflow", "simulate", Story.quoted(file)]
        for step in steps {
            if let event = step.event {
                let from = step.sender.map { "@\($0)" } ?? ""
                let with = step.data == .object([:]) ? "" : "=\(step.data.text)"
                words += ["--event", Story.quoted(event + from + with)]
            } else if step.data != .object([:]) {
                words += ["--report", Story.quoted(step.data.text)]
            }
        }
        return words.joined(separator: " ")
    }

    /// A word that a POSIX shell takes as it is.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
            default: false
            }
        }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    public var json: JSON {
        [
            "steps": .array(
                steps.map { step in
                    [
                        "event": step.event.map { .string($0) } ?? .null, "sender": step.sender.map { .string($0) } ?? .null,
                        "data": step.data, "text": .string(step.text),
                    ]
                }),
            "configuration": .array(configuration.map { .string($0) }),
            "remark": remark.map { .string($0) } ?? .null,
        ]
    }
}

extension Story.Step {
    init(_ stimulus: Stimulus, _ definition: Definition) {
        switch stimulus.kind {
        case .start(let fields):
            self.init(event: nil, sender: nil, data: fields, text: "a report comes in\(Story.Step.listing(fields, definition.report))")
        case .message(let message):
            let fields = definition.events[message.name]?.fields ?? []
            let said = message.name + Story.Step.listing(message.data, fields)
            self.init(
                event: message.name, sender: message.sender, data: message.data,
                text: message.sender.map { "\($0): \(said)" } ?? said)
        case .term:
            self.init(event: stimulus.event, sender: nil, data: .object([:]), text: definition.words(forTerm: stimulus.event))
        case .elsewhere:
            self.init(event: nil, sender: nil, data: .object([:]), text: "something else happens")
        }
    }

    /// The fields in the order of their declaration. Narrative is made up here and says nothing.
    private static func listing(_ data: JSON, _ fields: [FieldDeclaration]) -> String {
        let given = fields.filter { !$0.type.isPersonalContent }.compactMap { field in
            data[field.name].map { "\(field.name): \($0.stringValue ?? $0.text)" }
        }
        return given.isEmpty ? "" : " (\(given.joined(separator: ", ")))"
    }
}

extension Definition {
    fileprivate func words(forTerm event: String) -> String {
        for state in states {
            guard let due = state.due.first(where: { $0.event == event }) else { continue }
            return "the term of \(due.term.count) \(due.term.unit.rawValue) in \(title(ofPath: state.path)) passes"
        }
        return "the term \(event) passes"
    }

    fileprivate func title(ofPath path: String) -> String {
        guard let state = state(at: path) else { return path }
        return state.title.map { "\($0) (\(path))" } ?? path
    }
}
