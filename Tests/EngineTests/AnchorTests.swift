// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import PostgreSQL

/// Whoever can change the whole database can compute its chains anew. What was signed outside it he cannot.
@Suite("Anchors", .serialized, .timeLimit(.minutes(2)))
struct AnchorTests {
    private let key: AnchorKey
    private let folder = FileManager.default.temporaryDirectory.appending(path: "anchors-\(UUID().uuidString)")

    init() throws { key = try AnchorKey(Array(1...32)) }

    private func service(_ settings: EngineSettings) -> AnchorService {
        AnchorService(
            settings: settings, anchors: AnchorSettings(folder: AnchorFolder(folder), key: key, interval: .seconds(60)),
            logger: EngineSettings.silent)
    }

    private func verify(_ caseID: UUID, _ settings: EngineSettings) async throws -> [String] {
        let anchors = try AnchorFolder(folder).read(signedBy: key.publicKey)
        return try await ChainVerification(pool: settings.pool, library: settings.library).verify([caseID], against: anchors)
            .faults.map(\.detail)
    }

    private var files: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
        }
    }

    /// Gives the only event of a case another sender and computes its chain anew, as somebody who owns the database could.
    private func forge(_ caseID: UUID, _ settings: EngineSettings) async throws {
        let statement = Statement("forge_event", "update event set sender = $2, digest = $3 where case_id = $1")
        let head = Statement("forge_head", "update cases set chain_head = $2 where case_id = $1")
        try await settings.pool.withTransaction { connection in
            let record = try #require(try await History.events(of: caseID, on: connection).first).record
            let forged = EventRecord(
                caseID: caseID, number: record.number, recordedAt: record.recordedAt, kind: record.kind, name: record.name, sender: "om",
                source: record.source, messageID: record.messageID, assignment: record.assignment, data: record.data,
                contentDigest: record.contentDigest, configuration: record.configuration, effects: record.effects,
                previous: record.previous)
            _ = try await connection.execute(statement, caseID, "om", forged.digest)
            _ = try await connection.execute(head, caseID, forged.digest)
        }
    }

    @Test("a history that was exchanged as a whole verifies by itself, and not against its anchor")
    func forgery() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await EngineSettings.run { settings in
            let caseID = try await settings.submit()
            let count = try await service(settings).write(at: .now)
            #expect((count ?? 0) > 0)
            #expect(try await verify(caseID, settings) == [])
            try await forge(caseID, settings)
            #expect(try await ChainVerification(pool: settings.pool, library: settings.library).verify([caseID]).faults.isEmpty)
            #expect(try await verify(caseID, settings) == ["event 1 is not the one that was anchored"])
        }
    }

    @Test("an anchor names the cases that have moved since the one before it, and follows it")
    func sequence() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await EngineSettings.run { settings in
            let service = service(settings)
            let early = try await settings.submit()
            try await service.write(at: .now)
            try await service.write(at: .now.adding(.seconds(3_600)))
            let late = Instant.now.adding(.seconds(7_200))
            try await service.write(at: late)
            let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
            let anchors = try texts.map { try ChainAnchor($0, signedBy: key.publicKey) }
            #expect(anchors.count == 3)
            #expect(anchors[0].heads.contains { $0.caseID == early })
            #expect(!anchors[2].heads.contains { $0.caseID == early })
            #expect(anchors[1].previous == Array(texts[0].utf8).digest)

            try FileManager.default.removeItem(at: files[1])
            let faults = try AnchorFolder(folder).read(signedBy: key.publicKey).faults
            #expect(faults.count == 1 && faults[0].contains("does not follow"))
        }
    }

    @Test("an anchor that was changed, or signed by somebody else, is none")
    func signature() throws {
        let head = ChainAnchor.Head(caseID: UUID(), revision: 3, digest: Array(repeating: 7, count: 32))
        let anchor = ChainAnchor(at: Instant(seconds: 1_800_000_000), previous: ChainAnchor.none, heads: [head])
        let text = try anchor.signed(with: key)
        #expect(try ChainAnchor(text, signedBy: key.publicKey) == anchor)
        #expect(throws: ChainAnchorError.wrongSignature) { try ChainAnchor(text.replacing(" 3 ", with: " 4 "), signedBy: key.publicKey) }
        let other = try AnchorKey(Array(2...33)).publicKey
        #expect(throws: ChainAnchorError.wrongSignature) { try ChainAnchor(text, signedBy: other) }
        #expect(throws: ChainAnchorError.unreadable) { try ChainAnchor(String(text.dropLast(20)), signedBy: key.publicKey) }
        #expect(throws: ChainAnchorError.wrongKeyLength(3)) { try AnchorKey([1, 2, 3]) }
    }

    @Test("a folder whose last anchor cannot be believed is not continued")
    func spoiled() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await EngineSettings.run { settings in
            _ = try await settings.submit()
            try await service(settings).write(at: .now)
            let file = try #require(try files.last)
            try String(contentsOf: file, encoding: .utf8).replacing("at 2", with: "at 1").write(to: file, atomically: true, encoding: .utf8)
            await #expect(throws: ConfigurationError.self) { try await service(settings).write(at: .now) }
            #expect(try files.count == 1)
        }
    }
}
