// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("A definition that does not load")
struct DefinitionErrorTests {
    private func problems(_ text: String) -> [DefinitionError.Problem] {
        do throws(DefinitionError) {
            _ = try Definition.load(text, file: "x.yaml")
            return []
        } catch {
            return error.problems
        }
    }

    /// Each line that is wrong says after `##` at which column and what the error should mention.
    private static let faulty = """
        workflow: 7
        version: nought                                   ## 10 whole number
        colour: red                                       ## 1 has no 'colour'
        validFrom: tomorrow                               ## 12 yyyy-mm-dd
        calendar: mars                                    ## 11 no calendar 'mars'
        safetySight: nobody                               ## 14 no fact 'nobody'
        sources: { wet: A law }
        facts:
          soort: { type: enum, values: [x, y] }           ## 3 needs 'initial'
          naam: { type: text }                            ## 3 cannot be text
          getal: { type: real }                           ## 18 type should be
          aantal: { type: integer, initial: many }        ## 37 initial should be
          dubbel: { type: set, values: [x, x] }           ## 3 named twice
          leeg: { type: set, values: [] }                 ## 3 'values' is missing
        events:
          goed: { from: [om], data: { soort: { type: enum, values: [x, y] } } }
          heen: { from: [om], internal: true }            ## 3 nobody sends it
          fout: { from: [om], require: [{ that: 1 == 1 }] } ## 33 'else' is missing
          bron: { from: [om], source: gezegde }           ## 31 no source 'gezegde'
          eis: { from: [om], require: [{ that: "data.x == 1", else: nee }] } ## 40 no field 'x'
          zet: { from: [om], sets: { onbekend: "1" } }    ## 30 no fact 'onbekend'
        tasks:
          vraag: { answers: [goed] }                      ## 3 'to' is missing
          ander: { to: om, answers: [nooit] }             ## 3 'nooit' is not declared
          derde: { to: rvdk, answers: [goed] }            ## 3 may not come from rvdk
          traag: { to: om, retry: { interval: 3 days } }  ## 39 seconds, minutes or hours
        initial: ergens                                   ## 10 no state below
        states:
          p:
            task: niets                                   ## 11 no task 'niets'
            on:
              goed: [{ guard: "data.soort == 'z'", target: p }] ## 23 none of the values
              nooit: p                                    ## 7 no event 'nooit'
            always: [{ target: weg }]                     ## 24 no state 'weg'
            onDone: { guard: 1 +, target: p }             ## 22 ends where a value should stand
            entry: [{ beep: 1 }]                          ## 15 no action 'beep'
            due:
              - { in: 5 parsecs, source: wet }            ## 15 unit of time
              - { in: 5 working-days }                    ## 9 needs the workflow to name
              - { in: 1 h, byLaw: true, gap: true, source: wet } ## 9 not both
          q: { type: history, states: { r: {} } }         ## 3 no states below
          o: { outcome: klaar }                           ## 3 only a final state
          s: { type: history, target: x }                 ## 3 no state 'x'
          t: { type: final, on: { goed: p } }             ## 3 has no transitions
          u: { type: parallel, states: { v: { on: { goed: [{ target: [v, u] }] } } } } ## 62 cannot both be entered
        """

    @Test("says everything that is wrong at once, each with its line and column")
    func everything() {
        let found = problems(Self.faulty)
        var expected: Set<SourcePosition> = []
        for (number, line) in Self.faulty.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let mark = line.range(of: "## ") else { continue }
            let words = line[mark.upperBound...].split(separator: " ", maxSplits: 1)
            let position = SourcePosition(line: number + 1, column: Int(words[0]) ?? 0)
            let onLine = found.filter { $0.position.line == number + 1 }.map(\.description)
            #expect(
                found.contains { $0.position == position && $0.message.contains(words[1]) },
                "\(position) \(words[1]); on the line: \(onLine)")
            expected.insert(position)
        }
        #expect(expected.count >= 35)
        #expect(found.map(\.position) == found.map(\.position).sorted())
        let others = found.filter { !expected.contains($0.position) }.map(\.description)
        #expect(others.isEmpty)
    }

    @Test(
        "says where a text stops being a definition",
        arguments: [
            ("", "1:1", "empty"), ("# nothing\n", "1:1", "empty"), ("hello", "1:1", "mapping"),
            ("workflow: x\n\tversion: 1\n", "2:1", "tab"),
            ("workflow: \"x\n", "2:1", "end of stream"), ("a: 1\nb: 2\na: 3\n", "1:1", "twice"), ("a: {b: 1, b: 2}", "1:5", "twice"),
            ("workflow: x\nver\u{0}sion: 1\n", "2:4", "control"), ("{[a]: 1}", "1:2", "plain name"),
            ("a: 1\n---\nb: 1\n", "2:1", "another document"),
            ("x: &y [1]\nz: *y\n", "2:4", "aliases"), ("workflow: x\nversion: 1\n", "1:1", "'states' is missing"),
            (String(repeating: "a", count: 2_000_000), "1:1", "larger than"),
        ])
    func texts(text: String, position: String, message: String) {
        let found = problems(text)
        #expect(
            found.contains { $0.position.description == position && $0.message.contains(message) },
            "\(found.prefix(3).map(\.description))")
    }

    /// Each line holds the one before nine times, and the last is asked for as a key.
    private static let aliasBomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + zip("abcdefgh", "bcdefghi").map { "\($1): &\($1) [\(Array(repeating: "*\($0)", count: 9).joined(separator: ","))]\n" }.joined()
        + "*i : 1\n"

    /// Forty states, each in the one before.
    private static let deepStates =
        "workflow: x\nversion: 1\n"
        + (0..<40).map { level in
            let indent = String(repeating: " ", count: 2 * level)
            return "\(indent)states:\n\(indent) s:\n"
        }.joined()

    @Test(
        "is refused at once where it is deep, doubles itself or never ends",
        arguments: [
            String(repeating: "[", count: 10_000), String(repeating: "[", count: 1_000_000), String(repeating: "{a: ", count: 10_000),
            String(repeating: "- ", count: 400_000), String(repeating: "? ", count: 10_000), aliasBomb, deepStates,
            "workflow: x\nversion: 1\nstates:\n" + (0..<20_000).map { " s\($0): {}\n" }.joined(),
        ])
    func hostile(text: String) {
        let found = problems(text)
        #expect(!found.isEmpty)
        #expect(found.count <= ProblemList.countMax)
    }

    @Test(
        "says what is wrong with the shape of its chart",
        arguments: [
            ("states: { p: {}, h: { type: history, target: i }, i: { type: history, target: h } }", "not to a history state"),
            ("states: { p: {}, o: { states: { q: {}, h: { type: history, target: p } } } }", "does not lie in"),
            ("states: { p: {}, h: { type: history, target: [] } }", "needs 'target'"), ("initial: x, states: { p: {} }", "no state below"),
            ("initial: [p, q], states: { p: {}, q: {} }", "cannot both be entered"),
            ("states: { p: { on: { e: [{ target: [p, q] }] } }, q: {} }", "cannot both be entered"),
            ("states: { o: { on: { e: [{ target: [o, p] }] }, states: { p: {} } } }", "cannot both be entered"),
            ("states: { h: { type: history, target: h } }", "to start in"),
            ("states: { p: { type: parallel } }", "needs states below"), ("states: { p: { type: loop } }", "type should be"),
            ("states: { a: { states: { p: {} } }, b: { states: { p: {} } }, c: { on: { e: p } } }", "could be a.p or b.p"),
            ("states: { p: { initial: p } }", "only a compound state"), ("states: { p: { outcome: x } }", "only a final state"),
            ("states: { \"\": {} }", "may not be empty"),
        ])
    func shapes(members: String, message: String) {
        let found = problems("{ workflow: x, version: 1, events: { e: {} }, \(members) }")
        #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.description))")
    }

    @Test("is placed where its bytes stop being UTF-8")
    func notUTF8() {
        #expect(SourcePosition.firstNotUTF8(in: Array("a\né".utf8) + [0xFF]) == SourcePosition(line: 2, column: 2))
        #expect(SourcePosition.firstNotUTF8(in: Array("a\né".utf8)) == nil)
    }
}
