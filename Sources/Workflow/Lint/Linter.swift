// SPDX-License-Identifier: EUPL-1.2

/// Finds in a definition what loads but should not be published.
///
/// Which roles, bases and projections there are comes in as a ``LintContext``; the linter itself knows no partner and reads no file.
public struct Linter: Sendable {
    private let context: LintContext
    private let calendars: [String: WorkCalendar]

    public init(context: LintContext, calendars: [String: WorkCalendar]) {
        self.context = context
        self.calendars = calendars
    }

    /// Everything that a rule finds and no comment allows, in the order of the text.
    ///
    /// - Parameters:
    ///   - text: the definition, YAML or JSON.
    ///   - file: what errors call the text.
    ///   - digest: SHA-256 of the text in hexadecimal, compared with the digests of ``LintContext/published``; nil compares nothing.
    /// - Throws: everything that keeps the definition from loading.
    public func findings(in text: String, file: String, digest: String? = nil) throws(DefinitionError) -> [LintFinding] {
        let definition = try Definition.load(text, file: file, calendars: calendars)
        let document: Document
        do {
            document = try Document.parse(text)
        } catch {
            let problem = DefinitionError.Problem(position: error.position, message: error.message)
            throw DefinitionError(file: file, problems: [problem])
        }
        let subject = LintSubject(definition: definition, text: WorkflowText(document), context: context, digest: digest)
        var findings: [LintFinding] = []
        for rule in LintRule.all {
            findings += rule.check(subject).map { LintFinding(position: $0.position, rule: rule.id, message: $0.message) }
        }
        return Allowance.apply(Allowance.read(text), to: findings).sorted { ($0.position, $0.rule) < ($1.position, $1.rule) }
    }
}

/// What the rules look at: the definition, its text, and what was worked out about both once for all rules.
struct LintSubject: Sendable {
    let definition: Definition
    let text: WorkflowText
    let context: LintContext
    let digest: String?
    let graph: StateGraph
    let tables: [GuardTable]
    /// Every expression of the definition.
    let guards: [GuardPlace]

    struct GuardPlace: Sendable {
        let expression: Guard
        let position: SourcePosition
        /// The fact that the expression gives its value; nil for a condition.
        var setsFact: Int?
    }

    init(definition: Definition, text: WorkflowText, context: LintContext, digest: String?) {
        self.definition = definition
        self.text = text
        self.context = context
        self.digest = digest
        graph = StateGraph(definition)
        tables = GuardTable.all(of: definition, graph: graph)
        guards = LintSubject.guards(of: definition, text)
    }

    private static func guards(of definition: Definition, _ text: WorkflowText) -> [GuardPlace] {
        var places: [GuardPlace] = []
        for member in text.declarations("events") {
            guard let event = definition.events[member.key] else { continue }
            for (requirement, document) in zip(event.requirements, member.value["require"]?.elements ?? []) {
                places.append(GuardPlace(expression: requirement.that, position: document.position))
            }
            for (assignment, set) in zip(event.assignments, member.value["sets"]?.members ?? []) {
                places.append(GuardPlace(expression: assignment.value, position: set.position, setsFact: assignment.fact))
            }
        }
        for task in definition.tasks {
            if let organisation = task.organisation { places.append(GuardPlace(expression: organisation, position: task.position)) }
        }
        for state in definition.states {
            places += sets(state.entry + state.exit, at: text.states[state.index].position)
            for transition in state.transitions {
                if let condition = transition.condition { places.append(GuardPlace(expression: condition, position: transition.position)) }
                places += sets(transition.actions, at: transition.position)
            }
        }
        return places
    }

    private static func sets(_ actions: [Action], at position: SourcePosition) -> [GuardPlace] {
        actions.compactMap { action in
            guard case .set(let fact, let value) = action else { return nil }
            return GuardPlace(expression: value, position: position, setsFact: fact)
        }
    }
}
