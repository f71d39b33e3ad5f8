// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Hummingbird
import PostgreSQL
import Values

/// Cases by pseudonym: codes and states, never content.
struct CaseRoutes: Sendable {
    let pool: PostgresPool

    private static let limitMax = 500

    func add(to api: RouterGroup<ConsoleContext>) {
        api.get("zaken") { request, context in
            try context.require(.reader, .operator)
            let limit = try limit(of: request)
            let cases = try await pool.withConnection { try await History.cases(limit: limit, on: $0) }
            return Response(json: ["zaken": .array(cases.map(\.json))])
        }
        api.get("zaken/{id}") { _, context in
            try context.require(.reader, .operator)
            let caseID = try context.parameters.require("id", as: UUID.self)
            let (summary, reports) = try await pool.withConnection { connection in
                (try await History.summary(of: caseID, on: connection), try await History.reports(of: caseID, on: connection))
            }
            guard let summary else { throw noCase }
            return Response(json: summary.json(with: reports))
        }
        api.get("zaken/{id}/gebeurtenissen") { _, context in
            try context.require(.reader, .operator)
            let caseID = try context.parameters.require("id", as: UUID.self)
            let events = try await pool.withConnection { try await History.events(of: caseID, on: $0) }
            guard !events.isEmpty else { throw noCase }
            return Response(json: ["gebeurtenissen": .array(events.map(\.record.json))])
        }
        api.get("incidenten") { request, context in
            try context.require(.reader, .operator)
            let limit = try limit(of: request)
            let incidents = try await pool.withConnection { try await History.incidents(limit: limit, on: $0) }
            return Response(json: ["incidenten": .array(incidents)])
        }
    }

    private var noCase: HTTPError { HTTPError(.notFound, message: "there is no such case") }

    private func limit(of request: Request) throws -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return 50 }
        guard let limit = Int(text), (1...CaseRoutes.limitMax).contains(limit) else {
            throw HTTPError(.badRequest, message: "limit should be a whole number from 1 to \(CaseRoutes.limitMax)")
        }
        return limit
    }
}
