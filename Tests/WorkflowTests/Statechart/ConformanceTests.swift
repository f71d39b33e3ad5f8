// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("Public statechart cases", .enabled(if: ConformanceFolder.isPresent, "the conformance cases stand beside the checkout"))
struct StatechartConformanceTests {
    @Test("every case goes through the states that SCXML prescribes")
    func cases() throws {
        let files = try ConformanceFolder.files(in: "statechart", suffix: ".workflow.json")
        try #require(!files.isEmpty)
        for file in files { try run(file) }
        print("\(files.count) statechart cases")
    }

    private func run(_ file: URL) throws {
        let name = file.lastPathComponent
        let definition = try Definition.load(String(contentsOf: file, encoding: .utf8), file: name)
        let expected = try JSON.parse(
            String(contentsOf: URL(filePath: file.path.replacing(".workflow.json", with: ".expect.json")), encoding: .utf8))
        let now = Instant(seconds: 1_800_000_000)
        var state = try definition.start(report: ReportFacts(receivedAt: now), now: now).state
        #expect(active(state, definition) == names(expected["initial"]), "\(name) at the start")
        for (number, step) in (expected["steps"]?.arrayValue ?? []).enumerated() {
            let event = Event.message(Event.Message(name: step["event"]?.stringValue ?? "", sender: nil))
            let result = Result { try definition.step(state, event, now: now).state }
            switch result {
            case .success(let next): state = next
            case .failure(StepFailure.rejected(let rejection)) where rejection.code == "event-not-awaited":
                // The cases know no rejection: an event that nothing awaits leaves all as it is.
                break
            case .failure(let error): throw error
            }
            #expect(active(state, definition) == names(step["configuration"]), "\(name), step \(number + 1)")
            #expect(try definition.state(from: definition.json(of: state)) == state, "\(name), stored after step \(number + 1)")
        }
    }

    private func active(_ state: CaseState, _ definition: Definition) -> [String] {
        definition.activePaths(state).compactMap { definition.state(at: $0)?.name }.sorted()
    }

    private func names(_ json: JSON?) -> [String] { (json?.arrayValue ?? []).compactMap(\.stringValue).sorted() }
}
