// SPDX-License-Identifier: EUPL-1.2

public import CaseStore
import Logging
import PostgreSQL
import ServiceLifecycle
import Values

/// Where, with which key, and how often the heads of all chains are anchored.
public struct AnchorSettings: Sendable {
    public let folder: AnchorFolder
    public let key: AnchorKey
    public let interval: Duration

    public init(folder: AnchorFolder, key: AnchorKey, interval: Duration) {
        self.folder = folder
        self.key = key
        self.interval = interval
    }
}

/// Writes the heads of all chains, signed, outside the database. One that is missed is made good by the next: it names all cases that
/// have moved since the last one that was written.
struct AnchorService: Service {
    let settings: EngineSettings
    let anchors: AnchorSettings
    let logger: Logger

    /// A case that was committed after an anchor was read may say that it moved before it: by as much as clocks and transactions
    /// differ. What is named twice does no harm.
    private static let overlap = Duration.seconds(120)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    try await write(at: .now)
                } catch is CancellationError {
                } catch {
                    logger.error("chains not anchored", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: anchors.interval)) != nil
        }
    }

    /// - Returns: how many heads were written; nil where another engine is at it.
    @discardableResult
    func write(at now: Instant) async throws -> Int? {
        try await settings.pool.withTransaction { connection in
            let last = try anchors.folder.latest(signedBy: anchors.key.publicKey)
            let since = last.map { $0.at.adding(.zero - AnchorService.overlap) } ?? Instant(seconds: 0)
            guard let heads = try await ChainAnchor.heads(since: since, on: connection) else { return nil }
            let anchor = ChainAnchor(at: now, previous: last?.digest ?? ChainAnchor.none, heads: heads)
            try anchors.folder.write(try anchor.signed(with: anchors.key), at: now)
            return heads.count
        }
    }
}
