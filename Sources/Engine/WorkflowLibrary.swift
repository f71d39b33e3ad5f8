// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Messages
import PostgreSQL
import Reactor
import Values
public import Workflow

/// Published definitions, loaded once each. Reads on the caller's connection: a transaction that needs a definition must not wait
/// for a second connection that other transactions hold.
public final class WorkflowLibrary: Sendable {
    private struct Version: Hashable {
        let name: String
        let number: Int
    }

    private let calendars: [String: WorkCalendar]
    private let loaded = Lock<[Version: Definition]>([:])
    /// What a question's answers look like, which every question of a task says anew.
    private let answers = Lock<[Version: [String: [Assignment.Answer]]]>([:])

    public init(calendars: [String: WorkCalendar]) { self.calendars = calendars }

    func definition(name: String, version: Int, on connection: isolated PostgresConnection) async throws -> Definition {
        let key = Version(name: name, number: version)
        if let definition = loaded.withLock({ $0[key] }) { return definition }
        let text = try await WorkflowVersions.definition(name: name, version: version, on: connection)
        let definition = try Definition.load(text, file: "\(name) version \(version)", calendars: calendars)
        loaded.withLock { $0[key] = definition }
        return definition
    }

    func definition(of stored: StoredCase, on connection: isolated PostgresConnection) async throws -> Definition {
        try await definition(name: stored.workflow, version: stored.version, on: connection)
    }

    func answers(to task: TaskDeclaration, in definition: Definition) -> [Assignment.Answer] {
        let version = Version(name: definition.name, number: definition.version)
        return answers.withLock { answers in
            if let known = answers[version]?[task.name] { return known }
            let made = task.answers.compactMap { name in
                definition.events[name].map { Assignment.Answer(event: name, schema: $0.jsonSchema) }
            }
            answers[version, default: [:]][task.name] = made
            return made
        }
    }

    /// Loads every version that an open case is on, so that one that no longer loads is known before the engine starts.
    func versionsInUse(on connection: isolated PostgresConnection) async throws -> [Definition] {
        var definitions: [Definition] = []
        for (name, version) in try await WorkflowVersions.inUse(on: connection) {
            definitions.append(try await definition(name: name, version: version, on: connection))
        }
        return definitions
    }

    /// The local day of a moment: that of the calendars, which all lie in one country.
    func day(of now: Instant) -> CivilDate {
        let zone = calendars.values.first?.timeZone
        return zone?.civil(at: now).date ?? now.civil(offsetSeconds: 0).date
    }
}
