// SPDX-License-Identifier: EUPL-1.2

import CaseStore
import Logging
import PostgreSQL
import ServiceLifecycle

/// Makes the event table's partitions ahead of their months. A month that is missed goes to the default partition; nothing stops.
struct PartitionService: Service {
    let settings: EngineSettings
    let logger: Logger

    /// Three months are made ahead, so that a day's failures cost nothing.
    private static let interval = Duration.seconds(6 * 3_600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    try await settings.pool.withConnection { connection in
                        try await settings.store.ensureEventPartitions(on: connection)
                    }
                } catch is CancellationError {
                } catch {
                    logger.warning("partitions not made", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: PartitionService.interval)) != nil
        }
    }
}
