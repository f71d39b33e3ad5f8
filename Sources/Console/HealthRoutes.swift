// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Hummingbird
import PostgreSQL
import Values

/// Whether the process lives, and whether it can do its work. Open to all, because it says nothing else.
struct HealthRoutes: Sendable {
    let pool: PostgresPool

    func add(to router: Router<ConsoleContext>) {
        router.get("health/live") { _, _ in Response(json: ["status": "ok"]) }
        router.get("health/ready") { _, _ in await ready() }
    }

    private func ready() async -> Response {
        do {
            try await Migrator.requireCurrent(pool)
            return Response(json: ["status": "ok", "database": "ok", "schema": "ok"])
        } catch is MigrationError {
            return Response(json: ["status": "fail", "database": "ok", "schema": "fail"], status: .serviceUnavailable)
        } catch {
            return Response(json: ["status": "fail", "database": "fail", "schema": "unknown"], status: .serviceUnavailable)
        }
    }
}
