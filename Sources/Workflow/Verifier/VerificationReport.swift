// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What a verification came to.
public struct VerificationReport: Sendable {
    public enum Verdict: Sendable {
        case holds
        /// There is a course that breaks it.
        case violated(Story)
        /// Something that should happen at some time never does.
        case missing(String)
        /// It holds, but only because what it speaks of never happens: the property or the workflow is not what it seems.
        case vacuous(String)
        /// A bound was hit, or values were met that cannot be told apart with certainty; nothing is proved.
        case inconclusive([String])

        public var name: String {
            switch self {
            case .holds: "holds"
            case .violated, .missing: "violated"
            case .vacuous: "vacuous"
            case .inconclusive: "inconclusive"
            }
        }

        public var story: Story? { if case .violated(let story) = self { story } else { nil } }

        public var isHolding: Bool { if case .holds = self { true } else { false } }
    }

    public struct Result: Sendable {
        public let id: String
        public let says: String
        /// The name of the source, and what it stands for.
        public let source: (name: String, text: String)?
        public let verdict: Verdict
        /// States and steps of the exploration that it was checked over; explorations are shared.
        public let states: Int
        public let steps: Int
        /// The regions that were looked at; nil for the workflow whole.
        public let regions: [String]?
    }

    public let workflow: String
    public let version: Int
    public let results: [Result]
    /// States and steps of all explorations together.
    public let states: Int
    public let steps: Int

    public var isProof: Bool { results.allSatisfy(\.verdict.isHolding) }
}

extension VerificationReport {
    /// The report as data.
    ///
    /// - Parameters:
    ///   - file: the definition's file, for the commands that play the stories again.
    ///   - seconds: how long it took.
    public func json(file: String, seconds: Double) -> JSON {
        [
            "workflow": .string(workflow), "version": .integer(Int64(version)), "holds": .bool(isProof),
            "states": .integer(Int64(states)), "steps": .integer(Int64(steps)),
            "seconds": .number(seconds), "statesPerSecond": .integer(Int64(Double(states) / max(seconds, 0.001))),
            "properties": .array(results.map { $0.json(file: file) }),
        ]
    }
}

extension VerificationReport.Result {
    func json(file: String) -> JSON {
        var members: [String: JSON] = [
            "id": .string(id), "says": .string(says), "source": source.map { .string($0.name) } ?? .null,
            "verdict": .string(verdict.name), "states": .integer(Int64(states)), "steps": .integer(Int64(steps)),
            "regions": regions.map { .array($0.map { .string($0) }) } ?? .null,
        ]
        switch verdict {
        case .holds: break
        case .violated(let story):
            members["story"] = story.json
            members["command"] = .string(story.command(file: file))
        case .missing(let reason), .vacuous(let reason): members["reason"] = .string(reason)
        case .inconclusive(let reasons): members["reasons"] = .array(reasons.map { .string($0) })
        }
        return .object(members)
    }
}
