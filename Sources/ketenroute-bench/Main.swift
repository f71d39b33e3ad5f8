// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// Runs one benchmark, prints its table, and writes its figures as JSON where it is asked to.
@main
struct Main {
    static let benchmarks: [String: @Sendable () throws -> [Figure]] = ["workflow": WorkflowBenchmark.run]

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first, let benchmark = benchmarks[name] else {
            complain("usage: ketenroute-bench NAME [FILE]; NAME is one of \(benchmarks.keys.sorted().joined(separator: ", "))")
            exit(2)
        }
        do {
            let figures = try benchmark()
            for figure in figures { print(figure.row) }
            if let file = arguments.dropFirst().first {
                try Data((Figure.document(name, figures).text + "\n").utf8).write(to: URL(filePath: file), options: .atomic)
            }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func complain(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }
}
