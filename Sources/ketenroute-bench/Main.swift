// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

/// Runs one benchmark, prints its table, and writes its figures as JSON where it is asked to.
@main
struct Main {
    static let benchmarks: [String: @Sendable () async throws -> Report] = [
        "endure": EndureBenchmark.run, "fill": FillBenchmark.run, "growth": GrowthBenchmark.run, "latency": LatencyBenchmark.run,
        "load": LoadBenchmark.run, "throughput": ThroughputBenchmark.run, "verify": VerifyBenchmark.run,
        "verify-random": RandomWorkflowBenchmark.run,
        "workflow": { Report(rows: try WorkflowBenchmark.run()) },
    ]

    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first, let benchmark = benchmarks[name] else {
            complain("usage: ketenroute-bench NAME [FILE]; NAME is one of \(benchmarks.keys.sorted().joined(separator: ", "))")
            exit(2)
        }
        do {
            let report = try await benchmark()
            for row in report.rows { print(row.row) }
            if let file = arguments.dropFirst().first {
                try Data((report.document(name).text + "\n").utf8).write(to: URL(filePath: file), options: .atomic)
            }
            let breaches = try Thresholds().breaches(of: report, in: name)
            for breach in breaches { complain(breach) }
            if !breaches.isEmpty { exit(1) }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func complain(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }
}
