// SPDX-License-Identifier: EUPL-1.2

public import Values

/// Why some mutants are no worse than the workflow itself: `mutants.yaml` beside the definition.
public struct MutantExplanations: Sendable {
    struct Entry: Sendable {
        /// A mutant's identifier; `*` stands for any part of one.
        let pattern: String
        let reason: String
        let position: SourcePosition
    }

    public let file: String
    let entries: [Entry]

    /// No explanations.
    public static func none(file: String) -> MutantExplanations { MutantExplanations(file: file, entries: []) }

    /// Reads `mutants: { ID: reason }`.
    ///
    /// - Throws: ``DefinitionError`` with everything that is wrong.
    public static func load(_ text: String, file: String) throws(DefinitionError) -> MutantExplanations {
        let document = try DefinitionError.parse(text, file: file)
        var problems = ProblemList()
        var entries: [Entry] = []
        let members = problems.members(document, of: "a list of explained mutants", known: ["mutants"])
        for member in members?["mutants"].flatMap({ problems.mapping($0, of: "mutants") }) ?? [] {
            guard let reason = problems.text(member.value, "a reason") else { continue }
            entries.append(Entry(pattern: member.key, reason: TransitionWords.oneLine(reason), position: member.position))
        }
        guard problems.problems.isEmpty else { throw DefinitionError(file: file, problems: problems.problems) }
        return MutantExplanations(file: file, entries: entries)
    }

    /// The first entry that a mutant's identifier fits.
    func entry(for id: String) -> Int? { entries.firstIndex { MutantExplanations.fits(id[...], $0.pattern[...]) } }

    private static func fits(_ id: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return id == pattern }
        guard id.hasPrefix(pattern[..<star]) else { return false }
        let rest = pattern[pattern.index(after: star)...]
        var tail = id.dropFirst(pattern[..<star].count)
        while true {
            if fits(tail, rest) { return true }
            guard !tail.isEmpty else { return false }
            tail = tail.dropFirst()
        }
    }
}

/// What a mutation run has found.
public struct MutationReport: Sendable {
    public enum Fate: Hashable, Sendable {
        /// Noticed by a check, with what it said first.
        case caught(check: String, by: String)
        /// No check noticed, and there is a reason why none need to.
        case equivalent(reason: String)
        case survived
    }

    public let results: [(mutant: Mutant, fate: Fate)]
    /// Explanations that fit no mutant that survives; they hide what they were written for.
    public let stale: [String]

    /// - Parameter catches: per mutant which check noticed it and how; nil where none did.
    public init(_ mutants: [Mutant], catches: [(check: String, by: String)?], explanations: MutantExplanations) {
        var used: Set<Int> = []
        results = zip(mutants, catches).map { mutant, caught in
            if let caught { return (mutant, .caught(check: caught.check, by: caught.by)) }
            guard let entry = explanations.entry(for: mutant.id) else { return (mutant, .survived) }
            used.insert(entry)
            return (mutant, .equivalent(reason: explanations.entries[entry].reason))
        }
        stale = explanations.entries.indices.filter { !used.contains($0) }.map { index in
            let entry = explanations.entries[index]
            return "\(explanations.file):\(entry.position): '\(entry.pattern)' explains no mutant that survives; take it out"
        }
    }

    public var survivors: [Mutant] { results.filter { $0.fate == .survived }.map(\.mutant) }

    /// How many mutants each check caught, in the order in which checks first did, then the explained and the unexplained ones.
    public var summary: String {
        var checks: [(name: String, count: Int)] = []
        var equivalent = 0
        for result in results {
            switch result.fate {
            case .caught(let check, _):
                if let index = checks.firstIndex(where: { $0.name == check }) {
                    checks[index].count += 1
                } else {
                    checks.append((check, 1))
                }
            case .equivalent: equivalent += 1
            case .survived: break
            }
        }
        let caught = checks.map { "\($0.count) caught by \($0.name)" }.joined(separator: ", ")
        return "\(results.count) mutants: \(caught.isEmpty ? "none caught" : caught), \(equivalent) equivalent, "
            + "\(survivors.count) unexplained"
    }

    /// Survivors, each with its place and what was done: first those that nobody has explained.
    public func lines(file: String) -> [String] {
        survivors.map { "SURVIVES    \(file):\($0.position): \($0.id)\n            \($0.words)" }
            + results.compactMap { mutant, fate in
                guard case .equivalent(let reason) = fate else { return nil }
                return "equivalent  \(mutant.id): \(reason)"
            }
    }

    public var json: JSON {
        .array(
            results.map { mutant, fate in
                var members: [String: JSON] = [
                    "id": .string(mutant.id), "kind": .string(mutant.kind.rawValue), "line": .integer(Int64(mutant.position.line)),
                    "words": .string(mutant.words),
                ]
                switch fate {
                case .caught(let check, let by):
                    members["fate"] = "caught"
                    members["check"] = .string(check)
                    members["by"] = .string(by)
                case .equivalent(let reason):
                    members["fate"] = "equivalent"
                    members["reason"] = .string(reason)
                case .survived: members["fate"] = "survived"
                }
                return .object(members)
            })
    }
}
