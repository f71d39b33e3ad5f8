// SPDX-License-Identifier: EUPL-1.2

public import Values

/// A workflow as it is loaded: names resolved to numbers, guards compiled and type-checked. Immutable.
///
/// `Definition` is what ``Definition/start(report:now:)`` and ``Definition/step(_:_:now:)`` run on.
public struct Definition: Sendable {
    public let name: String
    public let version: Int
    public let title: String
    public let validFrom: CivilDate?
    /// Municipality codes; `*` stands for all.
    public let municipalities: [String]
    /// Nil when the definition has no term that needs one.
    public let calendar: WorkCalendar?
    public let calendarName: String?
    /// Short names of the sources that rules rest on.
    public let sources: [String: String]
    public let facts: [FactDeclaration]
    /// What the report that starts a case makes known to guards, without narrative.
    public let report: [FieldDeclaration]
    public let events: [String: EventDeclaration]
    public let tasks: [TaskDeclaration]
    public let states: [State]

    /// The fact that says which organisation has sight on safety. At every moment of a running case exactly one has it.
    public let safetySight: Int?

    /// What is proved about every possible course, in the order of the text.
    public let properties: [Property]

    /// The shape of the states, worked out for stepping.
    let chart: Chart
    /// Events whose instant some term starts from.
    let anchorEvents: Set<String>

    public func state(at path: String) -> State? { pathIndex[path].map { states[$0] } }

    public func fact(named name: String) -> Int? { facts.firstIndex { $0.name == name } }

    let pathIndex: [String: Int]

    init(_ parts: Parts, states: [State]) {
        name = parts.name
        version = parts.version
        title = parts.title
        validFrom = parts.validFrom
        municipalities = parts.municipalities
        calendar = parts.calendar
        calendarName = parts.calendarName
        sources = parts.sources
        facts = parts.facts
        report = parts.report
        events = parts.events
        tasks = parts.tasks
        safetySight = parts.safetySight
        properties = parts.properties
        self.states = states
        pathIndex = Dictionary(states.map { ($0.path, $0.index) }) { first, _ in first }
        chart = Chart(states)
        var anchors: Set<String> = []
        for state in states {
            for due in state.due {
                if case .event(let name) = due.anchor { anchors.insert(name) }
            }
        }
        anchorEvents = anchors
    }

    /// What is read before the states are.
    struct Parts {
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
        var properties: [Property] = []
    }
}
