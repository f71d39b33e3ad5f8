// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Messages

@Suite("Messages that travel as one")
struct CloudEventBatchTests {
    private static func event(_ bytes: Int) -> [UInt8] { Array("\"\(String(repeating: "x", count: bytes - 2))\"".utf8) }

    @Test("no batch holds more than it may, in number or in bytes, and nothing is left out or twice")
    func split() throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let events = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                Self.event(Int.random(in: 2...9_000, using: &generator))
            }
            let countMax = Int.random(in: 1...20, using: &generator)
            let batches = CloudEventBatch.split(events, countMax: countMax)
            #expect(batches.flatMap { Array($0) } == Array(events.indices))
            for batch in batches {
                #expect((1...countMax).contains(batch.count))
                #expect(CloudEventBatch.encoded(events[batch]).count <= CloudEventBatch.bytesMax)
            }
        }
    }

    @Test("a batch gives back the very bytes that were put in")
    func bytes() throws {
        let events = [#"{"b": 1,  "a": "}{[]\""}"#, "[1, 2]", "3"].map { Array($0.utf8) }
        let elements = try CloudEventBatch.elements(CloudEventBatch.encoded(events))
        #expect(elements.map(\.bytes) == events)
        #expect(elements[0].json == ["a": "}{[]\"", "b": 1])
    }

    @Test(
        "what is no batch is refused",
        arguments: ["", "[]", "{}", "[1", "[1,]", "[1] 2", "[1 2]", #"["a"#, "\(String(repeating: "[", count: 100))"])
    func refused(text: String) {
        #expect(throws: Problem.self) { try CloudEventBatch.elements(Array(text.utf8)) }
    }

    @Test("a batch larger than a message may be is refused")
    func tooLarge() {
        let problem = #expect(throws: Problem.self) { try CloudEventBatch.elements(Array(repeating: 0x20, count: 65_537)) }
        #expect(problem?.code == Problem(.tooLarge, "").code)
    }
}
