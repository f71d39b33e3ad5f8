// SPDX-License-Identifier: EUPL-1.2

import CaseStore
public import PostgreSQL
import Reactor
public import Workflow

/// Published definitions, loaded once each.
public final class WorkflowLibrary: Sendable {
    private struct Version: Hashable {
        let name: String
        let number: Int
    }

    private let pool: PostgresPool
    private let calendars: [String: WorkCalendar]
    private let loaded = Lock<[Version: Definition]>([:])

    public init(pool: PostgresPool, calendars: [String: WorkCalendar]) {
        self.pool = pool
        self.calendars = calendars
    }

    public func definition(name: String, version: Int) async throws -> Definition {
        let key = Version(name: name, number: version)
        if let definition = loaded.withLock({ $0[key] }) { return definition }
        let text = try await WorkflowVersions.definition(name: name, version: version, pool: pool)
        let definition = try Definition.load(text, file: "\(name) version \(version)", calendars: calendars)
        loaded.withLock { $0[key] = definition }
        return definition
    }

    /// The version on which a new case starts.
    public func latest(of name: String) async throws -> Definition {
        guard let version = try await WorkflowVersions.latest(of: name, pool: pool) else {
            throw ConfigurationError("no version of workflow '\(name)' is published; run: ketenroute workflow publish FILE")
        }
        return try await definition(name: name, version: version)
    }
}
