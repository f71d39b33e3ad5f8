// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Logging
import PostgreSQL
import ServiceLifecycle

/// Messages that the broker has safe, until their rows are gone from the outbox.
///
/// They are deleted many at a time and without waiting for the disk: a row that a crash brings back is sent once more, and its
/// receiver knows the message.
actor Confirmations: Service {
    /// Those without a case lie in the outbox of messages to partners.
    typealias Confirmed = (caseID: UUID?, id: UUID)

    private let settings: EngineSettings
    private let logger: Logger
    private let bell = Bell()
    private var waiting: [Confirmed] = []

    /// Rows deleted in one statement at most.
    private static let countMax = 2_000
    /// How long to gather: the commits of a busy lane are a few milliseconds apart.
    private static let linger = Duration.milliseconds(10)
    private static let pauseAfterFailure = Duration.seconds(1)

    init(settings: EngineSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    func add(_ confirmed: [Confirmed]) {
        guard !confirmed.isEmpty else { return }
        waiting += confirmed
        bell.ring()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.bell.rings {
                try? await Task.sleep(for: Confirmations.linger)
                guard await self.deleteAll() == false else { continue }
                try? await Task.sleep(for: Confirmations.pauseAfterFailure)
                self.bell.ring()
            }
        }
        // The task is cancelled by now, and what is left should still go.
        _ = await Task { await deleteAll() }.value
    }

    /// - Returns: false where rows could not be deleted; they wait for the next time. A process that ends leaves them to the sweep of
    ///   another.
    func deleteAll() async -> Bool {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Confirmations.countMax))
            waiting.removeFirst(batch.count)
            do {
                try await delete(batch)
            } catch {
                logger.info("confirmed messages wait to be deleted", metadata: ["count": "\(batch.count)", "error": "\(error)"])
                waiting += batch
                return false
            }
        }
        return true
    }

    private func delete(_ confirmed: [Confirmed]) async throws {
        let ofCases = confirmed.compactMap { message in message.caseID.map { (caseID: $0, id: message.id) } }
        let ofNoCase = confirmed.filter { $0.caseID == nil }.map(\.id)
        try await settings.pool.withConnection { [settings] connection in
            if !ofCases.isEmpty { try await settings.store.confirm(ofCases, on: connection) }
            if !ofNoCase.isEmpty { try await settings.store.confirmPartnerMessages(ofNoCase, on: connection) }
        }
    }
}
