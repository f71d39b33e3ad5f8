// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import FoundationEssentials
import Logging
import Messages
import PostgreSQL
import RabbitMQ
import ServiceLifecycle
import Values
import Workflow

/// What PostgreSQL alone remembers: messages that a crash left behind or another process committed, questions that nobody took,
/// terms that are due. Looks when a notice comes, and at short intervals, so that nothing depends on a notice that could be lost.
struct SweepService: Service {
    let settings: EngineSettings
    let lane: Lane
    let dispatcher: Dispatcher
    let bell: Bell
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await Task.sleep(for: settings[lane].sweepInterval)) != nil { bell.ring() }
                }
                group.addTask {
                    var view = OutboxView()
                    for await _ in bell.rings { await sweep(&view) }
                }
                // The first to end is the clock, when the task is cancelled.
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func sweep(_ view: inout OutboxView) async {
        // The acute lane's part of the outbox is small, and nothing in it may wait for the next look at all of it.
        let since = lane == .acute ? OutboxView.beginning : view.look(at: .now)
        var isSeen = false
        await attempt("outbox") { isSeen = try await sendLeftBehind(since: since) }
        if !isSeen { view.failed() }
        await attempt("retries") { try await handOutAgain() }
        // Terms are no lane's own; one of the two looks after them.
        guard lane == .routine else { return }
        await attempt("terms") { try await passTerms() }
    }

    /// A sweep that fails is tried again at the next interval; until then it is seen in the log.
    private func attempt(_ name: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            logger.warning("sweep failed", metadata: ["sweep": "\(name)", "lane": "\(lane.rawValue)", "error": "\(error)"])
        }
    }

    /// - Returns: false where the broker takes nothing now, so that nobody has looked.
    private func sendLeftBehind(since: Instant) async throws -> Bool {
        // Claimed, and then not sent, a message would wait for its claim to run out.
        while await dispatcher.publisher.isOpen {
            let now = Instant.now
            let (outgoing, isLast) = try await settings.pool.withTransaction { connection in
                let ofNoCase = try await settings.store.claimPartnerMessages(
                    lane: lane.rawValue, at: now, limit: settings[lane].batchMax, on: connection)
                let claimed = try await settings.store.claim(
                    lane: lane.rawValue, since: since, at: now, limit: settings[lane].batchMax, on: connection)
                for (caseID, id) in claimed.unreadable {
                    try await settings.store.openIncident(
                        kind: "unreadable-outbox", fingerprint: "unreadable \(id)", caseID: caseID,
                        detail: "message \(id) cannot be opened: its key is destroyed, or not under this wrapping key", at: now,
                        on: connection)
                }
                var outgoing: BatchProcessor.Outgoing = claimed.messages.map { ($0.caseID, $0.message) }
                outgoing += ofNoCase.map { (nil, $0) }
                return (outgoing, claimed.isEmpty && ofNoCase.isEmpty)
            }
            guard !isLast else { return true }
            try await dispatcher.send(outgoing)
        }
        return false
    }

    private func passTerms() async throws {
        while true {
            let now = Instant.now
            let due = try await settings.pool.withConnection { connection in
                try await settings.store.dueDeadlines(at: now, limit: settings[lane].batchMax, on: connection)
            }
            guard !due.isEmpty else { return }
            let outgoing = try await TermSweep(settings: settings, logger: logger).pass(due, at: now)
            try await dispatcher.send(outgoing)
            // More of them are there only where the view was full.
            guard due.count == settings[lane].batchMax else { return }
        }
    }

    private func handOutAgain() async throws {
        let now = Instant.now
        let caseIDs = try await settings.pool.withConnection { connection in
            try await settings.store.casesWithRetries(lane: lane.rawValue, at: now, limit: settings[lane].batchMax, on: connection)
        }
        var outgoing: BatchProcessor.Outgoing = []
        for caseID in caseIDs { outgoing += try await HandOut(settings: settings).againOrParked(caseID, lane: lane.rawValue, at: now) }
        try await dispatcher.send(outgoing)
    }
}
