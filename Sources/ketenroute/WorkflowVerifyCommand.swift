// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Values
import Workflow

extension WorkflowCommand {
    /// Explores everything that can happen to a case.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Proves the properties of a workflow over every possible course.",
            discussion: """
                Exit code 0: every property holds. 1: one does not, and the shortest course that breaks it is shown; or it holds only \
                because what it speaks of never happens; or a bound was hit and nothing is proved. 2: the file is no workflow.
                """)

        @Argument(help: "The definition.")
        var file: String

        @Flag(help: "Print the report as JSON.")
        var json = false

        @Flag(help: "Say on standard error what is explored, as it is done.")
        var progress = false

        @Option(name: .customLong("property"), help: "Ask for this property alone; may be given again and again.")
        var properties: [String] = []

        @Option(help: "Tasks that explore at the same time.")
        var width = min(ProcessInfo.processInfo.activeProcessorCount, 8)

        @Option(help: "The largest number of states that is explored.")
        var states = VerificationBounds().statesMax

        func validate() throws {
            guard width >= 1 else { throw ValidationError("--width is at least 1.") }
            guard (1...VerificationBounds().statesMax * 4).contains(states) else {
                throw ValidationError("--states is a number from 1 to \(VerificationBounds().statesMax * 4).")
            }
        }

        func run() async throws {
            let definition = try Definition.load(
                ProjectFolders.read(file), file: file, calendars: ProjectFolders.calendarsWherePresent())
            var verifier = Verifier(definition)
            verifier.width = width
            verifier.bounds.statesMax = states
            if progress { verifier.progress = { FileHandle.standardError.write(Data("\($0)\n".utf8)) } }
            if !properties.isEmpty { verifier.only = try known(properties, in: verifier) }
            let clock = ContinuousClock()
            let start = clock.now
            let report = await verifier.verify()
            let seconds = (clock.now - start) / .seconds(1)
            if json {
                print(report.json(file: file, seconds: seconds).text)
            } else {
                for result in report.results { show(result) }
                let rate = Int(Double(report.states) / max(seconds, 0.001))
                print(
                    "\(report.workflow) version \(report.version): \(report.states) states and \(report.steps) steps explored in "
                        + "\(String(format: "%.1f", seconds)) s, \(rate) states a second")
            }
            guard report.isProof else {
                let failed = report.results.filter { !$0.verdict.isHolding }.count
                throw CommandFailure.checkFailed("\(failed) of \(report.results.count) properties do not hold or are not proved")
            }
        }

        private func known(_ ids: [String], in verifier: Verifier) throws -> Set<String> {
            for id in ids where !verifier.propertyIDs.contains(id) {
                throw CommandFailure.wrongInput("no property '\(id)'; there is \(verifier.propertyIDs.joined(separator: ", "))")
            }
            return Set(ids)
        }

        private func show(_ result: VerificationReport.Result) {
            print("\(result.verdict.name.uppercased()) \(result.id): \(result.says)")
            if !result.verdict.isHolding, let source = result.source { print("  source: \(source.name), \(source.text)") }
            switch result.verdict {
            case .holds: break
            case .violated(let story): show(story)
            case .missing(let reason), .vacuous(let reason): print("  \(reason)")
            case .inconclusive(let reasons): for reason in reasons { print("  \(reason)") }
            }
        }

        private func show(_ story: Story) {
            for (number, step) in story.steps.enumerated() { print("  \(number + 1). \(step.text)") }
            print("  Then the case is in: \(story.ends)")
            if let remark = story.remark { print("  \(remark)") }
            print("  Play it again: \(story.command(file: file))")
        }
    }
}
