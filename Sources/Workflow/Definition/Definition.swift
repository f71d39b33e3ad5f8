// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A workflow as it is loaded: names resolved to numbers, guards compiled and type-checked. Immutable.
///
/// `Definition` is what ``Definition/start(report:now:)`` and ``Definition/step(_:_:now:)`` run on.
public struct Definition: Sendable {
    /// Behind one reference, because a definition is handed around far more often than it is made.
    private let content: Content

    public var name: String { content.parts.name }
    public var version: Int { content.parts.version }
    public var title: String { content.parts.title }
    public var validFrom: CivilDate? { content.parts.validFrom }
    /// Municipality codes; `*` stands for all.
    public var municipalities: [String] { content.parts.municipalities }
    /// Nil when the definition has no term that needs one.
    public var calendar: WorkCalendar? { content.parts.calendar }
    public var calendarName: String? { content.parts.calendarName }
    /// Short names of the sources that rules rest on.
    public var sources: [String: String] { content.parts.sources }
    public var facts: [FactDeclaration] { content.parts.facts }
    /// What the report that starts a case makes known to guards, without narrative.
    public var report: [FieldDeclaration] { content.parts.report }
    public var events: [String: EventDeclaration] { content.parts.events }
    public var tasks: [TaskDeclaration] { content.parts.tasks }
    public var states: [State] { content.states }

    /// The fact that says which organisation has sight on safety. At every moment of a running case exactly one has it.
    public var safetySight: Int? { content.parts.safetySight }

    /// The event by which anybody entitled says that there is acute danger, at any moment of the case.
    public var danger: String? { content.parts.danger }

    /// The event by which a further report about the same household reaches a running case. Nil: every report makes its own case.
    public var joined: String? { content.parts.joined }

    /// Whether a report is one for this workflow. Nil: every report is.
    public var when: Guard? { content.parts.when }

    /// What is proved about every possible course, in the order of the text.
    public var properties: [Property] { content.parts.properties }

    /// The shape of the states, worked out for stepping.
    var chart: Chart { content.chart }
    /// Events whose instant some term starts from.
    var anchorEvents: Set<String> { content.anchorEvents }

    public func state(at path: String) -> State? { content.pathIndex[path].map { states[$0] } }

    public func fact(named name: String) -> Int? { facts.firstIndex { $0.name == name } }

    init(_ parts: Parts, states: [State]) { content = Content(parts, states: states) }

    private final class Content: Sendable {
        let parts: Parts
        let states: [State]
        let chart: Chart
        let anchorEvents: Set<String>
        let pathIndex: [String: Int]

        init(_ parts: Parts, states: [State]) {
            self.parts = parts
            self.states = states
            chart = Chart(states)
            pathIndex = Dictionary(states.map { ($0.path, $0.index) }) { first, _ in first }
            anchorEvents = Set(states.flatMap(\.due).flatMap(\.anchor.events))
        }
    }

    /// What is read before the states are.
    struct Parts: Sendable {
        var name = ""
        var version = 0
        var title = ""
        var validFrom: CivilDate?
        var municipalities: [String] = []
        var calendar: WorkCalendar?
        var calendarName: String?
        var sources: [String: String] = [:]
        var facts: [FactDeclaration] = []
        var report: [FieldDeclaration] = []
        var declaresReport = false
        var events: [String: EventDeclaration] = [:]
        var tasks: [TaskDeclaration] = []
        var safetySight: Int?
        var danger: String?
        var joined: String?
        var when: Guard?
        var properties: [Property] = []
    }
}
