// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Logging
import PostgreSQL
import ServiceLifecycle
import Values

/// Brings the open questions of organisations that have ended forward, so that the next sweep puts them to whoever takes over.
struct SuccessionService: Service {
    let settings: EngineSettings
    let logger: Logger

    /// An organisation ends with a day; an hour later its questions are with its successor at the latest.
    private static let interval = Duration.seconds(3_600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    let count = try await handOver(at: .now)
                    if count > 0 { logger.notice("questions go to successors", metadata: ["count": "\(count)"]) }
                } catch is CancellationError {
                } catch {
                    logger.warning("questions of ended organisations not found", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: SuccessionService.interval)) != nil
        }
    }

    /// - Returns: how many questions are put again now.
    func handOver(at now: Instant) async throws -> Int {
        let ended = settings.directory.ended(before: settings.library.day(of: now))
        guard !ended.isEmpty else { return 0 }
        return try await settings.pool.withConnection { connection in
            try await settings.store.bringForward(organisations: ended, at: now, on: connection)
        }
    }
}
