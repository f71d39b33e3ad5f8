// SPDX-License-Identifier: EUPL-1.2

import Console
import Foundation
import FoundationNetworking
import Testing
import Values

/// The console as a process, asked over HTTP.
@Suite("The console", .serialized, .timeLimit(.minutes(3)))
struct ConsoleTests {
    private struct Answer {
        let status: Int
        let type: String
        let body: String

        var json: JSON? { try? JSON.parse(body) }
    }

    private struct Door {
        let address: URL

        func ask(_ path: String, token: String? = nil, body: String? = nil) async throws -> Answer {
            var request = URLRequest(url: address.appending(path: path))
            if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
            if let body {
                request.httpMethod = "POST"
                request.httpBody = Data(body.utf8)
            }
            let (data, response) = try await URLSession.shared.data(for: request)
            let http = try #require(response as? HTTPURLResponse)
            return Answer(
                status: http.statusCode, type: http.value(forHTTPHeaderField: "Content-Type") ?? "",
                body: String(decoding: data, as: UTF8.self))
        }
    }

    private func withConsole(_ body: @Sendable (Chain, Door) async throws -> Void) async throws {
        try await Chain.run { chain in
            let address = try await chain.startConsole()
            try await body(chain, Door(address: address))
        }
    }

    private func token(_ role: String, _ chain: Chain) throws -> String {
        try chain.command("token", "--role", role).out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("health is told to everybody, and nothing else is")
    func health() async throws {
        try await withConsole { _, door in
            #expect(try await door.ask("health/live").status == 200)
            #expect(try await door.ask("health/ready").json?["schema"] == "ok")
            for path in ["v1/zaken", "v1/incidenten", "v1/zaken/00000000-0000-7000-8000-000000000000"] {
                let answer = try await door.ask(path)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.type == "application/problem+json")
            }
            let forged = try await door.ask("v1/zaken", token: "eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BlcmF0b3IifQ.")
            #expect(forged.status == 401)
        }
    }

    @Test("a report is taken in once, a conflict is told, and what is wrong with one is told all at once")
    func reports() async throws {
        try await withConsole { chain, door in
            let intake = try token("intake", chain)
            let sample = try #require(try Chain.samples().first)
            let first = try await door.ask("v1/meldingen", token: intake, body: sample.text)
            #expect(first.status == 201)
            let again = try await door.ask("v1/meldingen", token: intake, body: sample.text)
            #expect(again.status == 200)
            #expect(again.json?["zaak"] == first.json?["zaak"])
            let other = sample.text.replacing("\"aangifte\": false", with: "\"aangifte\": true")
            try #require(other != sample.text)
            let conflict = try await door.ask("v1/meldingen", token: intake, body: other)
            #expect(conflict.status == 409 && conflict.json?["title"] == "StUF016")
            let empty = try await door.ask("v1/meldingen", token: intake, body: "{}")
            #expect(empty.status == 400)
            #expect((empty.json?["errors"]?.arrayValue ?? []).count > 5)
            let huge = try await door.ask("v1/meldingen", token: intake, body: String(repeating: " ", count: 10_000_000))
            #expect(huge.status == 413)
            #expect(try await chain.count("select count(*) from cases") == 1)
            // Who brings reports does not read cases.
            #expect(try await door.ask("v1/zaken", token: intake).status == 403)
        }
    }

    @Test("a reader sees cases and their history by pseudonym")
    func reading() async throws {
        try await withConsole { chain, door in
            let reader = try token("reader", chain)
            let sample = try #require(try Chain.samples().first)
            let caseID = try chain.submit(sample, reference: "console").uuidString.lowercased()
            let list = try await door.ask("v1/zaken", token: reader)
            #expect(list.json?["zaken"]?.arrayValue?.first?["case"] == .string(caseID))
            let history = try await door.ask("v1/zaken/\(caseID)/gebeurtenissen", token: reader)
            #expect(history.json?["gebeurtenissen"]?.arrayValue?.count == 1)
            for number in sample.with(reference: "console").matches(of: /9\d{8}(?=")/).map({ String($0.0) }) {
                #expect(!history.body.contains(number))
            }
            #expect(try await door.ask("v1/zaken/00000000-0000-7000-8000-000000000000", token: reader).status == 404)
            #expect(try await door.ask("v1/zaken/geen-nummer", token: reader).status == 400)
            #expect(try await door.ask("v1/meldingen", token: reader, body: sample.text).status == 403)
        }
    }
}
