// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What is different between two versions of a workflow, in words, in document order.
///
/// Meaning is compared, not text: how a list is written, which of two names of a state is used and where comments stand makes no
/// difference.
public struct WorkflowDiff: Sendable {
    public enum Kind: String, Hashable, Sendable {
        case added, gone, changed, renamed, moved
    }

    /// One state, event, fact, … that is not the same in both.
    public struct Change: Hashable, Sendable {
        /// The region of a state, else the part of the file: `head`, `sources`, `facts`, `report`, `events`, `tasks`, `properties`.
        public let section: String
        public let kind: Kind
        /// Such as `state hoofd.veiligheidsbeoordeling`.
        public let subject: String
        public let details: [Detail]
    }

    /// One thing about the subject. `old` is nil for what is new, `new` for what is gone.
    public struct Detail: Hashable, Sendable {
        public let what: String
        public let old: String?
        public let new: String?
    }

    /// One version: its text and what was read from it.
    public struct Version: Sendable {
        let document: Document
        let definition: Definition

        /// - Throws: ``DefinitionError`` where the text does not load.
        public init(_ text: String, file: String, calendars: [String: WorkCalendar]) throws(DefinitionError) {
            document = try DefinitionError.parse(text, file: file)
            definition = try Definition.load(text, file: file, calendars: calendars)
        }
    }

    public let changes: [Change]

    public var isEmpty: Bool { changes.isEmpty }

    public init(from old: Version, to new: Version) {
        changes =
            DeclarationDiff(old: old.document, new: new.document).changes(before: .states)
            + StateDiff(old: old.definition, new: new.definition).changes
            + DeclarationDiff(old: old.document, new: new.document).changes(before: .end)
    }
}

extension WorkflowDiff {
    /// The changes as indented lines, each section under its name.
    public var lines: [String] {
        var lines: [String] = []
        var section: String?
        for change in changes {
            if change.section != section {
                lines.append(change.section)
                section = change.section
            }
            lines.append("  \(change.kind.mark) \(change.subject)\(change.kind.suffix)")
            lines += change.details.map { "      \($0.inWords)" }
        }
        return lines
    }

    public var json: JSON {
        .array(
            changes.map { change in
                [
                    "section": .string(change.section), "change": .string(change.kind.rawValue), "subject": .string(change.subject),
                    "details": .array(
                        change.details.map { detail in
                            [
                                "what": .string(detail.what), "old": detail.old.map { .string($0) } ?? .null,
                                "new": detail.new.map { .string($0) } ?? .null,
                            ]
                        }),
                ]
            })
    }
}

extension WorkflowDiff.Kind {
    fileprivate var mark: String {
        switch self {
        case .added: "+"
        case .gone: "-"
        case .changed, .renamed, .moved: "~"
        }
    }

    fileprivate var suffix: String {
        switch self {
        case .added, .gone, .changed: ""
        case .renamed: " (renamed)"
        case .moved: " (moved)"
        }
    }
}

extension WorkflowDiff.Detail {
    fileprivate var inWords: String {
        switch (old, new) {
        case (let old?, let new?): "\(what): \(old) → \(new)"
        case (nil, let new?): "\(what): new: \(new)"
        case (let old?, nil): "\(what): gone: \(old)"
        case (nil, nil): what
        }
    }
}
