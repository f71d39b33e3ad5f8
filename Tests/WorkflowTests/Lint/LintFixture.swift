// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

/// What the tests of lint work with: the project's own `Config`, and a small workflow of which a test replaces sections.
enum LintFixture {
    static let root: URL = {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }()

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// What `Config` says, read once.
    static let context: Result<LintContext, any Error> = Result { try readContext() }

    private static func readContext() throws -> LintContext {
        var context = LintContext()
        for file in LintContext.File.allCases {
            try context.read(file, yaml: text("Config/\(file.rawValue)"), name: "Config/\(file.rawValue)")
        }
        return context
    }

    private static let calendars: Result<[String: WorkCalendar], any Error> = Result { ["nl": try ShippedCalendar.load()] }

    static func lint(
        _ text: String, digest: String? = nil, changing change: (inout LintContext) -> Void = { _ in }
    ) throws -> [LintFinding] {
        var context = try context.get()
        change(&context)
        return try Linter(context: context, calendars: calendars.get()).findings(in: text, file: "test.yaml", digest: digest)
    }

    /// An example in front of those sections of a workflow that it does not have itself, so that lines are those of the example.
    static func compose(_ example: String, over base: String) -> String {
        let own = Set(sections(example).map(\.key))
        return example + sections(base).filter { !own.contains($0.key) }.map(\.text).joined(separator: "\n") + "\n"
    }

    /// The top-level members of a text.
    private static func sections(_ text: String) -> [(key: String, text: String)] {
        var sections: [(key: String, text: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.drop { $0 == "⟨" }
            if let colon = bare.firstIndex(of: ":"), bare.first?.isLetter ?? false {
                sections.append((String(bare[..<colon]), String(line)))
            } else if !sections.isEmpty {
                sections[sections.count - 1].text += "\n" + line
            }
        }
        return sections
    }

    /// Takes the mark `⟨` out of a text and says where it stood.
    static func unmark(_ text: String) throws -> (text: String, position: SourcePosition) {
        let mark = try #require(text.firstIndex(of: "⟨"), "the example marks the place of the finding with ⟨")
        let before = text[..<mark]
        let lineStart = before.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
        let position = SourcePosition(
            line: before.count { $0 == "\n" } + 1, column: text.distance(from: lineStart, to: mark) + 1)
        return (text.replacing("⟨", with: ""), position)
    }
}

/// A page of documentation with its fenced blocks.
struct DocumentationPage {
    struct Block {
        let language: String
        let text: String
        /// The last heading before it.
        let heading: String
    }

    let headings: [String]
    let blocks: [Block]

    init(_ text: String) {
        var headings: [String] = []
        var blocks: [Block] = []
        var open: (language: String, lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let block = open {
                    let text = block.lines.map { $0 + "\n" }.joined()
                    blocks.append(Block(language: block.language, text: text, heading: headings.last ?? ""))
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), [])
                }
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("#") {
                headings.append(String(line))
            }
        }
        self.headings = headings
        self.blocks = blocks
    }
}
