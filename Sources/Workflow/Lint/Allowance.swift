// SPDX-License-Identifier: EUPL-1.2

/// A comment that allows one finding: `# allow rule-id: reason`, behind what it allows or on the line above.
///
/// Several such comments may stand above one line. JSON has no comments, so a definition in JSON can allow nothing.
struct Allowance {
    let position: SourcePosition
    /// The line whose findings it allows.
    let line: Int
    let rule: String
    let reason: String

    static let withoutReason = LintRule("allow-without-reason", "a comment that allows a finding and does not say why") { _ in [] }
    static let unknownRule = LintRule("allow-unknown-rule", "a comment that allows what no rule finds") { _ in [] }
    static let unused = LintRule("allow-unused", "a comment that allows a finding that is not there") { _ in [] }

    /// All such comments of a text.
    static func read(_ text: String) -> [Allowance] {
        var allowances: [Allowance] = []
        /// Comments on lines of their own, which wait for the line that they are about.
        var waiting: [Int] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let comment = commentStart(of: line)
            let isBlank = line[..<(comment ?? line.endIndex)].allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" }
            if let comment, let (rule, reason) = parse(line[comment...]) {
                let column = line.distance(from: line.startIndex, to: comment) + 1
                if isBlank { waiting.append(allowances.count) }
                allowances.append(
                    Allowance(position: SourcePosition(line: number, column: column), line: number, rule: rule, reason: reason))
            }
            if !isBlank {
                for index in waiting { allowances[index] = allowances[index].moved(to: number) }
                waiting = []
            }
        }
        return allowances
    }

    /// Takes away what is allowed, and adds what is wrong with the comments themselves.
    static func apply(_ allowances: [Allowance], to findings: [LintFinding]) -> [LintFinding] {
        var kept = findings
        for allowance in allowances {
            let isAllowed = { (finding: LintFinding) in finding.rule == allowance.rule && finding.position.line == allowance.line }
            let matches = findings.contains(where: isAllowed)
            guard let problem = allowance.problem(matches: matches) else {
                kept.removeAll(where: isAllowed)
                continue
            }
            kept.append(LintFinding(position: allowance.position, rule: problem.rule.id, message: problem.message))
        }
        return kept
    }

    private func problem(matches: Bool) -> (rule: LintRule, message: String)? {
        if !LintRule.all.contains(where: { $0.id == rule }) {
            return (Allowance.unknownRule, "no rule '\(rule)'; `ketenroute workflow lint --rules` lists them")
        }
        if reason.isEmpty {
            return (Allowance.withoutReason, "say why, as in '# allow \(rule): the reason'; without it nothing is allowed")
        }
        return matches ? nil : (Allowance.unused, "nothing on line \(line) breaks '\(rule)'; remove this comment")
    }

    private func moved(to line: Int) -> Allowance { Allowance(position: position, line: line, rule: rule, reason: reason) }

    /// Where the comment of a line starts: at a `#` that is first or follows a space, outside quotes.
    private static func commentStart(of line: Substring) -> Substring.Index? {
        var quote: Character?
        var previous: Character = " "
        var closed: Character?
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open, !(open == "\"" && previous == "\\") {
                    quote = nil
                    closed = open
                    previous = character
                    continue
                }
            } else if character == "#", previous == " " || previous == "\t" {
                return index
            } else if character == "\"" || character == "'", " \t[{,:(".contains(previous) || closed == character {
                // An apostrophe inside a word opens nothing; one behind a closing one is an apostrophe in a quoted text.
                quote = character
            }
            closed = nil
            previous = character
        }
        return nil
    }

    private static func parse(_ comment: Substring) -> (rule: String, reason: String)? {
        let words = comment.drop { $0 == "#" }.drop { $0 == " " }
        guard words.hasPrefix("allow ") else { return nil }
        let parts = words.dropFirst("allow ".count).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rule = parts[0].trimmed
        // Only a single word can be the name of a rule; anything else is prose that happens to begin with this word.
        guard !rule.isEmpty, !rule.contains(" ") else { return nil }
        return (rule, parts.count == 2 ? parts[1].trimmed : "")
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        var rest = drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
