// SPDX-License-Identifier: EUPL-1.2

public import PostgreSQL

/// Published workflow versions: text and digest, never changed.
public enum WorkflowVersions {
    /// Publishes a version.
    ///
    /// - Returns: false when exactly this was published before.
    /// - Throws: ``WorkflowVersionError/changed`` when the version exists with another text.
    public static func publish(name: String, version: Int, definition: String, pool: PostgresPool) async throws -> Bool {
        let digest = Array(definition.utf8).digest
        return try await pool.withTransaction { connection in
            let inserted = try await connection.execute(WorkStatements.publish, name, Int32(version), digest, definition)
            if inserted == 1 { return true }
            let stored = try await connection.query(WorkStatements.workflow, name, Int32(version)).first
            guard try stored?.decode("digest", as: [UInt8].self) == digest else {
                throw WorkflowVersionError.changed(name: name, version: version)
            }
            return false
        }
    }

    /// The versions of workflows by their names, the highest first.
    public static func published(
        _ names: [String], on connection: isolated PostgresConnection
    ) async throws -> [String: [Int]] {
        var published: [String: [Int]] = [:]
        for row in try await connection.query(WorkStatements.published, names) {
            published[try row.decode("name"), default: []].append(Int(try row.decode("version", as: Int32.self)))
        }
        return published
    }

    /// The versions that open cases are on.
    public static func inUse(on connection: isolated PostgresConnection) async throws -> [(name: String, version: Int)] {
        try await connection.query(WorkStatements.versionsInUse).map { row in
            (try row.decode("workflow"), Int(try row.decode("version", as: Int32.self)))
        }
    }

    /// - Throws: ``WorkflowVersionError``: `unknown`, or `changed` where the text is not the one whose digest was stored with it.
    public static func definition(name: String, version: Int, on connection: isolated PostgresConnection) async throws -> String {
        guard let row = try await connection.query(WorkStatements.workflow, name, Int32(version)).first else {
            throw WorkflowVersionError.unknown(name: name, version: version)
        }
        let definition = try row.decode("definition", as: String.self)
        guard try row.decode("digest", as: [UInt8].self) == Array(definition.utf8).digest else {
            throw WorkflowVersionError.changed(name: name, version: version)
        }
        return definition
    }
}

public enum WorkflowVersionError: Error, Hashable, Sendable, CustomStringConvertible {
    case changed(name: String, version: Int)
    case unknown(name: String, version: Int)

    public var description: String {
        switch self {
        case .changed(let name, let version):
            "\(name) version \(version) was published with another text; give the changed text a new version"
        case .unknown(let name, let version): "\(name) version \(version) was never published; run: ketenroute workflow publish FILE"
        }
    }
}
