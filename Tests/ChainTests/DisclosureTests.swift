// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PostgreSQL
import Testing

@Suite("Disclosures", .timeLimit(.minutes(2)))
struct DisclosureTests {
    @Test("where the log of disclosures cannot be written, nothing is disclosed and nothing is stored")
    func noLogNoDisclosure() async throws {
        try await Chain.run { chain in
            try await chain.pool.withConnection {
                try await $0.simple(
                    """
                    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the log is full'; end $$;
                    create trigger refuse before insert on disclosure for each row execute function refuse();
                    """)
            }
            let sample = try #require(try Chain.samples().first)
            let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try sample.text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            #expect(try chain.command("report", "submit", file.path).code != 0)
            for table in ["cases", "event", "outbox", "inbox", "content", "assignment"] {
                #expect(try await chain.count("select count(*) from \(table)") == 0, "\(table)")
            }
            try await chain.pool.withConnection { try await $0.simple("drop trigger refuse on disclosure") }
            #expect(try chain.command("report", "submit", file.path).code == 0)
            #expect(try await chain.count("select count(*) from disclosure") > 0)
        }
    }
}
