// SPDX-License-Identifier: EUPL-1.2

public import CaseStore
public import PostgreSQL
import Values
public import Workflow

/// A case's route in the order of time, in the words of its workflow: who said what, who was asked what next, where the case
/// came to stand. For people; a machine reads the events themselves.
public struct CaseRoute: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// Local time, `yyyy-mm-dd hh:mm:ss`.
        public let at: String
        /// A role, or the passing of time.
        public let who: String
        public let what: String
        /// The codes that came with it, as `name: value`.
        public let codes: [String]
        /// What followed from it: questions, terms, notices, alarms.
        public let consequences: [String]
        /// The titles of the states that the case has come into.
        public let entered: [String]
        public let isAcute: Bool
    }

    public let entries: [Entry]

    public init(_ events: [EventRecord], definition: Definition) {
        var before: Set<String> = []
        entries = events.map { event in
            let paths = (event.configuration.arrayValue ?? []).compactMap(\.stringValue)
            var seen = before
            let titles = paths.compactMap { CaseRoute.title(of: $0, in: definition) }
            let entered = titles.filter { seen.insert($0).inserted }
            before = Set(titles)
            let effects = event.effects.arrayValue ?? []
            return Entry(
                at: CaseRoute.local(event.recordedAt, in: definition), who: event.sender ?? "de klok",
                what: CaseRoute.words(for: event),
                codes: event.kind == .message ? CaseRoute.codes(event.data) : [],
                consequences: effects.compactMap { CaseRoute.consequence($0, in: definition) }, entered: entered,
                isAcute: effects.contains { $0["lane"] == "acute" || $0["effect"] == "alarm" })
        }
    }

    /// Reads a case's route from the store, through the version that the case is on.
    public static func read(
        _ summary: History.CaseSummary, library: WorkflowLibrary, on connection: isolated PostgresConnection
    ) async throws -> CaseRoute {
        let definition = try await library.definition(name: summary.workflow, version: summary.version, on: connection)
        return CaseRoute(try await History.events(of: summary.caseID, on: connection).map(\.record), definition: definition)
    }

    // MARK: Words

    /// The title of a state, or of the nearest one above it that has one. A region's own title says nothing about where in it a
    /// case is.
    private static func title(of path: String, in definition: Definition) -> String? {
        var state = definition.state(at: path)
        while let candidate = state, candidate.depth > 1 {
            if let title = candidate.title { return title }
            state = candidate.parent.map { definition.states[$0] }
        }
        return nil
    }

    private static func words(for event: EventRecord) -> String {
        switch event.kind {
        case .report: "melding ontvangen"
        case .message: spaced(event.name)
        case .deadline: "een termijn is verstreken"
        }
    }

    /// `veiligheidsbeoordelingAfgerond` as `veiligheidsbeoordeling afgerond`.
    private static func spaced(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    }

    private static func codes(_ data: JSON) -> [String] {
        (data.objectValue ?? [:]).sorted { $0.key < $1.key }.map { name, value in
            let text =
                switch value {
                case .bool(let isTrue): isTrue ? "ja" : "nee"
                case .array(let elements): elements.map { $0.stringValue ?? $0.text }.joined(separator: ", ")
                default: value.stringValue ?? value.text
                }
            return "\(spaced(name)): \(text)"
        }
    }

    private static func consequence(_ effect: JSON, in definition: Definition) -> String? {
        func text(_ member: String) -> String { effect[member]?.stringValue ?? "" }
        switch text("effect") {
        case "openAssignment":
            let task = definition.tasks.first { $0.name == text("task") }
            let urgent = text("lane") == Lane.acute.rawValue ? " met spoed" : ""
            return "vraag aan \(text("to"))\(urgent): \(task?.title ?? spaced(text("task")))"
        case "startDeadline":
            guard let due = Instant(text("due")) else { return nil }
            return "termijn tot \(local(due, in: definition)) in \(title(of: text("state"), in: definition) ?? text("state"))"
        case "escalate": return "opgeschaald naar \(text("to"))"
        case "remind": return "herinnering aan \(text("to"))"
        case "notify" where text("to") == Effect.reporters: return "terugkoppeling aan wie meldde: \(text("what"))"
        case "notify": return "kennisgeving aan \(text("to")): \(text("what"))"
        case "alarm": return "alarm: \(text("code"))"
        case "note": return "aangetekend: \(text("code"))"
        case "outcome": return "uitkomst: \(text("outcome"))"
        case "close": return "de zaak is afgesloten"
        default: return nil
        }
    }

    private static func local(_ instant: Instant, in definition: Definition) -> String {
        let text = definition.calendar?.timeZone.format(instant) ?? instant.description
        return String(text.prefix(19)).replacing("T", with: " ")
    }
}
