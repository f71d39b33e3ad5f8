// SPDX-License-Identifier: EUPL-1.2

import Hummingbird
import Logging
import Messages
import PostgreSQL

/// Lets nobody through without a token that is good: `Authorization: Bearer …`.
struct TokenRequired: RouterMiddleware {
    let tokens: TokenAuthority

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let words = request.headers[.authorization]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw HTTPError(
                .unauthorized, headers: [.wwwAuthenticate: "Bearer"],
                message: "send a token: Authorization: Bearer TOKEN; ketenroute token makes one")
        }
        var context = context
        do {
            context.caller = try await tokens.check(String(words[1]))
        } catch {
            throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#], message: error.description)
        }
        return try await next(request, context)
    }
}

/// Turns every error into problem details (RFC 9457) with a stable type.
struct ProblemResponses: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return Response(problem: problem, status: problem.status)
        } catch let error as HTTPError {
            let problem = Problem(code: "http-\(error.status.code)", detail: error.body ?? error.status.reasonPhrase)
            return Response(problem: problem, status: error.status, headers: error.headers)
        } catch let error as any HTTPResponseError {
            // Hummingbird's own, such as a body beyond the bound.
            let problem = Problem(code: "http-\(error.status.code)", detail: error.status.reasonPhrase)
            return Response(problem: problem, status: error.status)
        } catch let error as PostgresError {
            logger.error("the database cannot be asked", metadata: ["error": "\(error)", "request.id": "\(context.id)"])
            return Response(
                problem: Problem(code: "opslag-onbereikbaar", detail: "the system of record cannot be reached; try again later"),
                status: .serviceUnavailable)
        } catch {
            logger.error("request failed", metadata: ["error": "\(error)", "request.id": "\(context.id)"])
            return Response(
                problem: Problem(code: "storing", detail: "a fault of ours; it is logged as \(context.id)"), status: .internalServerError)
        }
    }
}

/// Nothing is kept by caches, nothing runs that is not ours, nothing is framed.
struct SecurityHeaders: RouterMiddleware {
    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] =
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension Problem {
    /// RFC 9110; 400 and never 422 for invalid input, as the NL API Design Rules have it.
    fileprivate var status: HTTPResponse.Status {
        switch Code(rawValue: code) {
        case .conflict: .conflict
        case .notEntitled: .forbidden
        case .tooLarge: .contentTooLarge
        case .unknownCase: .notFound
        case .faulted: .internalServerError
        case .questionNotOpen, .notAwaited: .conflict
        case .schema, .unknownType, .staleToken, .noWorkflow, nil: .badRequest
        }
    }
}
