// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("Drawings")
struct DrawingTests {
    /// Everything in it that a drawing language could take for its own.
    private static let hostile = """
        workflow: lastig
        version: 1
        title: '<b>"A" & B</b>; {x} --> [*] %% \\n'
        facts: { n: { type: integer } }
        events: { gaan: { from: ['<partij>'] }, terug: {} }
        tasks: { vraag: { title: 'Wat "is" <dit> & dat: {ja}; nee?', to: '<partij>', answers: [gaan] } }
        on: { terug: c, gaan: [{ guard: 'facts.n > 9', target: b }, { actions: [{ note: n }] }] }
        states:
          a: { title: 'een: "<a>" -- {b}', task: vraag, on: { gaan: [{ guard: 'facts.n < 3 && "<x>" != "\\"y\\""', target: b }, { actions: [{ note: '<n>&' }] }] } }
          b:
            type: parallel
            on: { terug: a }
            states:
              p: { states: { p1: { on: { gaan: p2 } }, p2: {}, h: { type: history, target: p1 } } }
              q: { states: { q1: { on: { gaan: c, terug: b } } } }
          c: { type: final, outcome: 'UIT "<1>"' }
        """

    static let hasDot = FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")

    /// Lays a drawing out; dot warns of edges to nowhere and refuses broken labels.
    private func layOut(_ dot: String) throws -> (code: Int32, complaints: String, svg: Data) {
        let process = Process()
        let (input, output) = (FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).dot"), Pipe())
        let complaints = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
        try Data(dot.utf8).write(to: input)
        try Data().write(to: complaints)
        defer { for file in [input, complaints] { try? FileManager.default.removeItem(at: file) } }
        process.executableURL = URL(filePath: "/usr/bin/dot")
        process.arguments = ["-Tsvg", input.path]
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let svg = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: complaints, encoding: .utf8), svg)
    }

    @Test("Graphviz lays out every drawing without a complaint, and the result is XML", .enabled(if: hasDot, "dot is not installed"))
    func graphviz() throws {
        var drawings = try ShippedWorkflow.allDefinitions().map { ($0.name, $0.definition.dot()) }
        let hostile = try Definition.load(Self.hostile, file: "lastig.yaml")
        drawings.append(("lastig", hostile.dot()))
        for (name, dot) in drawings {
            let (code, complaints, svg) = try layOut(dot)
            #expect(code == 0 && complaints == "", "\(name): \(complaints)")
            _ = try XMLTree.parse(svg)
        }
    }

    @Test("every state and every way out of it is on the drawing")
    func complete() throws {
        let definition = try ShippedWorkflow.definition()
        let dot = definition.dot()
        for state in definition.states where state.index != 0 {
            #expect(dot.contains("id=\(state.path.quotedForDOT)"), "\(state.path)")
            for (number, transition) in state.transitions.enumerated() {
                #expect(dot.contains("port=\"t\(number)\""))
                let edges = dot.split(separator: "\n").filter { $0.hasPrefix("n\(state.index):t\(number):e ->") }
                #expect(edges.count == transition.targets.filter { $0 != state.index }.count, "\(state.path) \(number)")
            }
        }
        // The full guard stands in the tooltip, also where its line is cut off.
        #expect(dot.contains("has(data.aanwijzingBewusteDwarsboming) &amp;&amp; data.aanwijzingBewusteDwarsboming"))
        for outcome in definition.states.compactMap(\.outcome) { #expect(dot.contains(outcome)) }
    }

    @Test("acute transitions are red and no others are")
    func acute() throws {
        let definition = try ShippedWorkflow.definition()
        for line in definition.dot().split(separator: "\n") where line.contains(":e ->") {
            let words = line.dropFirst().split(separator: ":")
            let state = try #require(Int(words[0]).map { definition.states[$0] })
            let number = try #require(Int(words[1].dropFirst()))
            #expect(line.contains(DrawingPalette.acute) == (state.transitions[number].lane == .acute), "\(line)")
        }
    }

    @Test("a case's way is lit, and where it is stands out")
    func casePath() throws {
        let definition = try ShippedWorkflow.definition()
        let path = try CasePath.replay(Self.history, in: definition)
        let index = try #require(definition.state(at: "hoofd.veiligheidsbeoordeling")?.index)
        #expect(
            definition.activePaths(CaseState(path)) == [
                "hoofd.veiligheidsbeoordeling", "acuut.geen", "vt.nietGestart", "civiel.nietGestart", "straf.nietGestart",
                "informeren.teInformeren", "internationaal.geen",
            ])
        #expect(path.visited.contains(try #require(definition.state(at: "hoofd.inKaartBrengen.om.gevraagd")?.index)))
        let dot = definition.dot(path: path)
        let walked = dot.split(separator: "\n").filter { $0.contains("penwidth=3.2") }
        #expect(walked.contains { $0.contains("-> n\(index):head:w") })
        #expect(dot.contains("n\(index) [id=\"hoofd.veiligheidsbeoordeling\", label=<<table border=\"4\""))
        #expect(definition.mermaid(path: path).contains("class s\(index) current"))
    }

    private static let start = Instant(seconds: 1_796_115_600)

    private static let history: [CasePath.Happening] = [
        CasePath.Happening(
            kind: .report(receivedAt: start), at: start,
            data: [
                "acuut": false, "aangifte": false, "regelingBron": "rechter", "regelingNagekomen": "nee", "sterkeArm": false,
                "dwangsom": false, "oorzaken": ["onbekend"],
            ], configuration: nil),
        CasePath.Happening(
            kind: .message(name: "bekendheidBeantwoord", sender: "om"), at: start.adding(.seconds(60)), data: ["bekend": true],
            configuration: nil),
        CasePath.Happening(
            kind: .deadline(1), at: start.adding(.seconds(200_000)), data: [:],
            configuration: [
                "hoofd.veiligheidsbeoordeling", "acuut.geen", "vt.nietGestart", "civiel.nietGestart", "straf.nietGestart",
                "informeren.teInformeren", "internationaal.geen",
            ]),
    ]

    @Test("a history that leads elsewhere than it says is not drawn")
    func wrongHistory() throws {
        let definition = try ShippedWorkflow.definition()
        var history = Self.history
        history[2] = CasePath.Happening(kind: .deadline(1), at: history[2].at, data: [:], configuration: ["hoofd.aanpakBepaald"])
        #expect(throws: CasePathError.self) { try CasePath.replay(history, in: definition) }
        history[2] = CasePath.Happening(
            kind: .message(name: "vonnisGewezen", sender: "om"), at: history[2].at, data: [:], configuration: nil)
        #expect { try CasePath.replay(history, in: definition) } throws: { ($0 as? CasePathError)?.event == 3 }
    }

    @Test("Mermaid's text keeps to its grammar: one statement a line, braces in pairs, labels without signs of the language")
    func mermaid() throws {
        var definitions = try ShippedWorkflow.allDefinitions().map { ($0.name, $0.definition) }
        definitions.append(("lastig", try Definition.load(Self.hostile, file: "lastig.yaml")))
        for (name, definition) in definitions {
            let lines = definition.mermaid().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(lines.first == "stateDiagram-v2")
            var open: [Int] = []
            for line in lines.dropFirst() {
                #expect(try Self.isStatement(line), "\(name): \(line)")
                if line.hasSuffix("{"), let index = Int(line.dropFirst("state s".count).dropLast(2)) { open.append(index) }
                if line == "}" { open.removeLast() }
                // An arrow joins two states that lie in the state that is open.
                let ends = line.split(separator: " ").prefix(3)
                guard ends.count == 3, ends[1] == "-->", let from = Int(ends[0].dropFirst()), let to = Int(ends[2].dropFirst()) else {
                    continue
                }
                #expect(
                    definition.states[from].parent == (open.last ?? 0) && definition.states[to].parent == (open.last ?? 0),
                    "\(name): \(line)")
            }
            #expect(open.isEmpty)
        }
    }

    private static func isStatement(_ line: String) throws -> Bool {
        let label = "(?:[^#:;\"<>{}\\[\\]%\\\\`]|#[0-9]+;)*"
        let forms = [
            "direction LR", "state \"\(label)\" as s[0-9]+", "state s[0-9]+ \\{", "\\}", "--", "\\[\\*\\] --> s[0-9]+",
            "s[0-9]+ --> \\[\\*\\]", "(?:%% )?s[0-9]+ --> s[0-9]+ : \(label)", "s[0-9]+ : \(label)",
        ]
        return try forms.contains { form in
            try NSRegularExpression(pattern: "^\(form)$").firstMatch(in: line, range: NSRange(line.startIndex..., in: line)) != nil
        }
    }
}

extension CaseState {
    /// A state of which only the configuration counts.
    fileprivate init(_ path: CasePath) {
        self.init(facts: [], report: .null, receivedAt: Instant(seconds: 0))
        configuration = path.current
    }
}
