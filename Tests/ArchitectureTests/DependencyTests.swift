// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// Dependencies point down only. The table is read from the sources, so that an import that nobody declared is found too.
@Suite("Architecture")
struct DependencyTests {
    /// Which of the project's own modules each may import.
    static let allowed: [(module: String, imports: Set<String>)] = [
        ("Values", []), ("Reactor", ["CReactor"]), ("PostgreSQL", ["CPostgreSQL", "Reactor", "Values"]),
        ("RabbitMQ", ["CRabbitMQ", "Reactor"]), ("Workflow", ["Values"]), ("Messages", ["Values"]),
        ("StUF", ["Messages", "Values"]), ("WorkflowTestKit", ["Values", "Workflow"]),
        ("Delivery", ["Messages", "Values", "Workflow"]), ("Simulator", ["Delivery", "Messages", "Values", "Workflow"]),
        ("CaseStore", ["PostgreSQL", "Reactor", "Values"]),
        ("Engine", ["CaseStore", "Delivery", "Messages", "PostgreSQL", "RabbitMQ", "Reactor", "Values", "Workflow"]),
        ("PartnerKit", ["CPartnerKit", "Messages", "RabbitMQ", "Reactor", "Values"]),
        ("ketenroute-partner", ["Messages", "PartnerKit", "RabbitMQ", "Values"]),
        ("Console", ["CaseStore", "Engine", "Messages", "PostgreSQL", "Values"]),
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("a module imports no more than it may", arguments: allowed)
    func imports(module: String, allowed: Set<String>) throws {
        let folder = Self.root.appending(path: "Sources/\(module)")
        let own = Set(try FileManager.default.contentsOfDirectory(atPath: folder.deletingLastPathComponent().path))
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where line.contains("import ") {
                let words = line.split(separator: " ")
                guard let position = words.firstIndex(of: "import"), position <= 1, position + 1 < words.count else { continue }
                let imported = String(words[position + 1])
                #expect(!own.contains(imported) || allowed.contains(imported), "\(file.lastPathComponent) imports \(imported)")
            }
        }
        #expect(count > 0)
    }

    @Test("the partner's worker links neither libpq nor the reader of XML")
    func partnerLinksNoDatabase() throws {
        let binary = Self.root.appending(path: ".build/debug/ketenroute-partner")
        try #require(FileManager.default.fileExists(atPath: binary.path), "build the product ketenroute-partner first")
        let contents = try Data(contentsOf: binary, options: .mappedIfSafe)
        #expect(contents.range(of: Data("libpq.so".utf8)) == nil)
        #expect(contents.range(of: Data("libFoundationXML.so".utf8)) == nil)
        #expect(contents.range(of: Data("librabbitmq.so".utf8)) != nil)
    }
}
