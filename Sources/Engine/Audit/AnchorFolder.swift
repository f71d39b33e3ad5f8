// SPDX-License-Identifier: EUPL-1.2

public import CaseStore
public import Foundation
import Values

/// Where anchors are written: a folder outside the database, best on another machine or on something that can be written once.
public struct AnchorFolder: Sendable {
    let folder: URL

    public init(_ folder: URL) { self.folder = folder }

    /// The anchors of a folder, as far as they can be believed.
    public struct Contents: Sendable {
        public internal(set) var count = 0
        public internal(set) var heads: [ChainAnchor.Head] = []
        public internal(set) var faults: [String] = []
        var latest: (at: Instant, digest: [UInt8])?
    }

    private static let ending = ".anchor"

    /// In the order in which they were written.
    private func files() throws -> [URL] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(AnchorFolder.ending) }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// Reads and checks all anchors: each by its signature, and each as the one that follows the one before it.
    public func read(signedBy key: AnchorKey.Public) throws -> Contents {
        var contents = Contents()
        var previous = ChainAnchor.none
        for file in try files() {
            contents.count += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            do throws(ChainAnchorError) {
                let anchor = try ChainAnchor(text, signedBy: key)
                if anchor.previous != previous {
                    contents.faults.append(
                        "anchor \(file.lastPathComponent) does not follow the one before it: one is missing or was exchanged")
                }
                contents.heads += anchor.heads
                contents.latest = (anchor.at, Array(text.utf8).digest)
            } catch {
                contents.faults.append("anchor \(file.lastPathComponent): \(error)")
            }
            previous = Array(text.utf8).digest
        }
        return contents
    }

    /// Only the last one, which the next one follows.
    func latest(signedBy key: AnchorKey.Public) throws -> (at: Instant, digest: [UInt8])? {
        guard let file = try files().last else { return nil }
        let text = try String(contentsOf: file, encoding: .utf8)
        do throws(ChainAnchorError) {
            return (try ChainAnchor(text, signedBy: key).at, Array(text.utf8).digest)
        } catch {
            throw ConfigurationError("\(file.path): \(error)")
        }
    }

    /// Writes an anchor whole or not at all.
    func write(_ text: String, at instant: Instant) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let stamp = String(instant.microsecondsSinceUnixEpoch)
        let name = String(repeating: "0", count: max(0, 20 - stamp.count)) + stamp + AnchorFolder.ending
        let unfinished = folder.appending(path: name + ".unfinished")
        try Data(text.utf8).write(to: unfinished)
        let handle = try FileHandle(forUpdating: unfinished)
        defer { try? handle.close() }
        try handle.synchronize()
        // Never over one that is there.
        try FileManager.default.moveItem(at: unfinished, to: folder.appending(path: name))
    }
}
