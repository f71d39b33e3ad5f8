// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The public conformance cases, which stand beside a checkout and not in it.
enum ConformanceFolder {
    static let url: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.deletingLastPathComponent().appending(path: "shared/conformance")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    static var isPresent: Bool { url != nil }

    static func files(in name: String, suffix: String) throws -> [URL] {
        guard let folder = url?.appending(path: name) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(suffix) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
