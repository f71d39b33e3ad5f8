// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values
import Workflow

/// What it takes to prove the properties of the shipped workflow: time and memory, on as many cores as the verifier uses.
enum VerifyBenchmark {
    static func run() async throws -> Report {
        let definition = try ShippedWorkflow().definition()
        let verifier = Verifier(definition)
        let start = ContinuousClock.now
        let report = await verifier.verify()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard report.isProof else { throw WorkflowBenchmark.Failure(description: "the shipped workflow is not proved") }
        return Report(rows: [
            Quantity("properties proved", report.results.count), Quantity("states", report.states), Quantity("steps", report.steps),
            Quantity("wall time", seconds, "s"), Quantity("states a second", (Double(report.states) / seconds).rounded(), "/s"),
            Quantity("steps a second", (Double(report.steps) / seconds).rounded(), "/s"),
            Quantity("peak resident memory", try peakResidentMegabytes(), "MB"),
        ])
    }

    /// The high-water mark of this process, which does nothing else. See proc_pid_status(5).
    private static func peakResidentMegabytes() throws -> Double {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        guard let match = status.firstMatch(of: /VmHWM:\s+(\d+) kB/), let kibibytes = Double(match.1) else {
            throw WorkflowBenchmark.Failure(description: "/proc/self/status tells no VmHWM")
        }
        return kibibytes / 1_024
    }
}
