// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
public import Logging
import Messages
import PostgreSQL
public import RabbitMQ
public import ServiceLifecycle
import Values
import Workflow

/// What PostgreSQL alone remembers: messages that a crash left behind or another process committed, questions that nobody took,
/// terms that are due. Looks at short intervals, so that nothing depends on a notice that could be lost.
public struct SweepService: Service {
    let settings: EngineSettings
    let lane: String
    let dispatcher: Dispatcher
    let interval: Duration
    let logger: Logger

    public init(settings: EngineSettings, lane: String, publisher: RabbitPublisher, interval: Duration, logger: Logger) {
        self.settings = settings
        self.lane = lane
        self.interval = interval
        self.logger = logger
        dispatcher = Dispatcher(settings: settings, publisher: publisher, logger: logger)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt("outbox") { try await sendLeftBehind() }
                await attempt("retries") { try await handOutAgain() }
                // Terms are no lane's own; one of the two looks after them.
                if lane == Lane.routine.rawValue { await attempt("terms") { try await passTerms() } }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// A sweep that fails is tried again at the next interval; until then it is seen in the log.
    private func attempt(_ name: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            logger.warning("sweep failed", metadata: ["sweep": "\(name)", "lane": "\(lane)", "error": "\(error)"])
        }
    }

    private func sendLeftBehind() async throws {
        while true {
            let now = Instant.now
            let messages = try await settings.pool.withTransaction { connection in
                try await settings.store.claim(lane: lane, at: now, limit: settings.batchMax, on: connection)
            }
            guard !messages.isEmpty else { return }
            try await dispatcher.send(messages)
        }
    }

    private func passTerms() async throws {
        while true {
            let now = Instant.now
            let due = try await settings.pool.withConnection { connection in
                try await settings.store.dueDeadlines(at: now, limit: settings.batchMax, on: connection)
            }
            guard !due.isEmpty else { return }
            let outgoing = try await BatchProcessor(settings: settings).pass(due, at: now)
            try await dispatcher.send(outgoing)
            // A term whose case cannot go on stays due; it is met again at the next interval, not at once and for ever.
            guard due.count == settings.batchMax else { return }
        }
    }

    private func handOutAgain() async throws {
        let now = Instant.now
        let caseIDs = try await settings.pool.withConnection { connection in
            try await settings.store.casesWithRetries(lane: lane, at: now, limit: settings.batchMax, on: connection)
        }
        for caseID in caseIDs {
            let outgoing = try await HandOut(settings: settings).again(caseID, at: now)
            try await dispatcher.send(outgoing)
        }
    }
}
