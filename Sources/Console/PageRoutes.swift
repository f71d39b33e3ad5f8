// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Engine
import FoundationEssentials
import Hummingbird
import Mustache
import PostgreSQL
import Values

/// The operators' pages. They are made on the server, work without scripts, and show cases by pseudonym.
struct PageRoutes: Sendable {
    let pool: PostgresPool
    let tokens: TokenAuthority
    let library: WorkflowLibrary

    private static let cookie = "ketenroute"

    func add(to router: Router<ConsoleContext>) {
        router.get("stijl.css") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/css; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: PageTemplates.style)))
        }
        router.get("aanmelden") { _, _ in Response(page: PageTemplates.signIn.render(["error": ""])) }
        router.post("aanmelden") { request, context in try await signIn(request, context) }
        router.get("/") { request, _ in
            guard await isKnown(request) else { return toSignIn }
            let cases = try await pool.withConnection { try await History.cases(limit: 100, on: $0) }
            let incidents = try await pool.withConnection { try await History.incidents(limit: 100, on: $0) }
            return Response(page: PageTemplates.cases.render(CasesPage(cases, incidents: incidents)))
        }
        router.get("zaken/{id}") { request, context in
            guard await isKnown(request) else { return toSignIn }
            let caseID = try context.parameters.require("id", as: UUID.self)
            guard let summary = try await pool.withConnection({ try await History.summary(of: caseID, on: $0) }) else {
                throw HTTPError(.notFound, message: "there is no such case")
            }
            let route = try await pool.withConnection { try await CaseRoute.read(summary, library: library, on: $0) }
            return Response(page: PageTemplates.route.render(RoutePage(summary, route)))
        }
    }

    private struct SignInForm: Decodable { var token: String }

    private func signIn(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let form = try await URLEncodedFormDecoder().decode(SignInForm.self, from: request, context: context)
        let token = form.token.trimmingPrefix { $0.isWhitespace }.prefix { !$0.isWhitespace }
        do {
            let caller = try await tokens.check(String(token))
            guard [.reader, .operator].contains(caller.role) else { throw TokenError.invalid }
        } catch {
            return Response(page: PageTemplates.signIn.render(["error": "Dit token is niet geldig."]), status: .unauthorized)
        }
        var response = Response.redirect(to: "/", type: .normal)
        response.setCookie(Cookie(name: PageRoutes.cookie, value: String(token), path: "/", httpOnly: true, sameSite: .strict))
        return response
    }

    private func isKnown(_ request: Request) async -> Bool {
        guard let token = request.cookies[PageRoutes.cookie]?.value, let caller = try? await tokens.check(token) else { return false }
        return [.reader, .operator].contains(caller.role)
    }

    private var toSignIn: Response { .redirect(to: "/aanmelden", type: .normal) }
}

/// All that the list of cases shows.
private struct CasesPage {
    struct Line {
        let id: String
        let short: String
        let status: String
        let stand: String
        let since: String
    }

    struct IncidentLine {
        let kind: String
        let detail: String
        let count: String
    }

    let cases: [Line]
    let incidents: [IncidentLine]

    init(_ cases: [History.CaseSummary], incidents: [JSON]) {
        self.cases = cases.map { summary in
            let configuration = (summary.state["configuration"]?.arrayValue ?? []).compactMap(\.stringValue)
            return Line(
                id: summary.caseID.uuidString.lowercased(), short: String(summary.caseID.uuidString.lowercased().suffix(12)),
                status: summary.status == "closed" ? "afgerond" : "loopt", stand: configuration.joined(separator: ", "),
                since: summary.createdAt.page)
        }
        self.incidents = incidents.map {
            IncidentLine(
                kind: $0["kind"]?.stringValue ?? "", detail: $0["detail"]?.stringValue ?? "", count: $0["count"]?.text ?? "")
        }
    }
}

/// A case's route in the order of time.
private struct RoutePage {
    struct Line {
        let at: String
        let who: String
        let what: String
        let codes: String
        let consequences: [String]
        let entered: [String]
        let urgency: String
    }

    let id: String
    let status: String
    let outcomes: String
    let holder: String
    let lines: [Line]

    init(_ summary: History.CaseSummary, _ route: CaseRoute) {
        id = summary.caseID.uuidString.lowercased()
        status = summary.status == "closed" ? "afgerond" : "loopt"
        outcomes = (summary.state["outcomes"]?.objectValue ?? [:]).values.compactMap(\.stringValue).sorted().joined(separator: ", ")
        holder = summary.safetyHolder ?? ""
        lines = route.entries.map { entry in
            Line(
                at: entry.at, who: entry.who, what: entry.what, codes: entry.codes.joined(separator: "; "),
                consequences: entry.consequences, entered: entry.entered, urgency: entry.isAcute ? "acuut" : "")
        }
    }
}

extension Instant {
    /// As a page shows it: day and second, in UTC.
    fileprivate var page: String { description.prefix(19).replacing("T", with: " ") + " UTC" }
}
