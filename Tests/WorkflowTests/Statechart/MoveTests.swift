// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Leaving and entering")
struct MoveTests {
    private static let noting = "entry: [{ note: +NAME }], exit: [{ note: -NAME }]"

    /// Writes `*name` in a chart for the actions that note its entry and exit.
    private func chart(_ members: String) throws -> TrialChart {
        try TrialChart(members.replacing(/\*(\w+)/) { Self.noting.replacing("NAME", with: String($0.output.1)) })
    }

    @Test("states are left from the inside out and entered from the outside in, with the transition's actions between")
    func order() throws {
        var chart = try chart(
            """
            initial: o, states: {
              o: { *o, states: { p: { *p, on: { a: { target: y, actions: [{ note: act }] } } } } },
              x: { *x, initial: y, states: { y: { *y } } } }
            """)
        #expect(chart.notes == ["+o", "+p"])
        try chart.send("a")
        #expect(chart.notes == ["-p", "-o", "act", "+x", "+y"])
    }

    @Test("a transition to its own state leaves and enters it, with all that is in it")
    func external() throws {
        var chart = try chart("initial: o, states: { o: { *o, on: { a: o, b: q }, states: { p: { *p }, q: { *q } } } }")
        try chart.send("a")
        #expect(chart.notes == ["-p", "-o", "+o", "+p"])
        try chart.send("b")
        #expect(chart.notes == ["-p", "-o", "+o", "+q"])
    }

    @Test("an internal transition stays in its state, and only where its target lies inside")
    func `internal`() throws {
        var chart = try chart(
            """
            initial: o, states: {
              o: { *o, on: { a: { target: q, internal: true }, b: { target: x, internal: true } }, states: { p: { *p }, q: { *q } } },
              x: { *x } }
            """)
        try chart.send("a")
        #expect(chart.notes == ["-p", "+q"])
        try chart.send("b")
        #expect(chart.notes == ["-q", "-o", "+x"])
    }

    @Test("an internal transition of a parallel state leaves it all the same, for it is no compound state")
    func internalOfParallel() throws {
        var chart = try chart(
            """
            initial: p, states: { p: { type: parallel, *p, on: { a: { target: l2, internal: true } }, states: {
              l: { states: { l1: {}, l2: {} } }, r: { *r } } } }
            """)
        try chart.send("a")
        #expect(chart.notes == ["-r", "-p", "+p", "+r"])
        #expect(chart.active == "l2 r")
    }

    @Test("a transition without target acts and moves nothing")
    func targetless() throws {
        var chart = try chart("initial: o, states: { o: { *o, on: { a: { actions: [{ note: act }] } }, states: { p: { *p } } } }")
        try chart.send("a")
        #expect(chart.notes == ["act"])
    }

    @Test("a target deep in one region enters the others by their own start")
    func oneRegion() throws {
        var chart = try chart(
            """
            initial: x, states: { x: { on: { a: l2, b: [{ target: [l2, r2] }] } }, p: { type: parallel, states: {
              l: { states: { l1: {}, l2: {} } }, r: { initial: r3, states: { r1: {}, r2: {}, r3: {} } } }, on: { c: x } } }
            """)
        try chart.send("a")
        #expect(chart.active == "l2 r3")
        try chart.send("c")
        try chart.send("b")
        #expect(chart.active == "l2 r2")
    }

    @Test("a move from one region into another leaves both and enters the whole again")
    func acrossRegions() throws {
        var chart = try chart(
            """
            initial: p, states: { p: { type: parallel, *p, states: {
              l: { states: { l1: { on: { a: r2 } }, l2: {} } }, r: { states: { r1: {}, r2: {} } } } } }
            """)
        try chart.send("a")
        #expect(chart.notes == ["-p", "+p"])
        #expect(chart.active == "l1 r2")
        // The same where the root itself is parallel, which has no state around it.
        try expectCourse(
            "parallel root", "type: parallel, states: { l: { states: { l1: { on: { a: r2 } } } }, r: { states: { r1: {}, r2: {} } } }", "a",
            ["l1 r1", "l1 r2"])
    }

    @Test(
        "a case starts where 'initial' says",
        arguments: [
            ("states: { p: {}, q: {} }", "p"), ("initial: q, states: { p: {}, q: {} }", "q"),
            ("initial: r, states: { o: { states: { p: {}, r: {} } } }", "r"),
            ("initial: o.r, states: { o: { states: { p: {}, r: {} } } }", "r"),
            ("states: { h: { type: history, target: p }, p: {}, q: {} }", "p"),
            ("initial: h, states: { h: { type: history, target: q }, p: {}, q: {} }", "q"),
            (
                "initial: [l2, r2], states: { p: { type: parallel, states: { l: { states: { l1: {}, l2: {} } }, r: { states: { r1: {}, r2: {} } } } } }",
                "l2 r2"
            ),
            ("type: parallel, states: { l: { states: { l1: {} } }, m: {}, r: { initial: r2, states: { r1: {}, r2: {} } } }", "l1 m r2"),
        ])
    func initial(members: String, expected: String) throws { #expect(try chart(members).active == expected) }

    @Test("shallow history leads back to the child that was active, and into it by its own start")
    func shallowHistory() throws {
        try expectCourse(
            "shallow",
            """
            initial: x, states: { x: { on: { a: h, c: q2 } }, o: { on: { b: x }, states: {
              h: { type: history, target: p }, p: {}, q: { states: { q1: {}, q2: {} } } } } }
            """, "abcba", ["x", "p", "x", "q2", "x", "q1"])
    }

    @Test("deep history leads back to the very states that were active, in every region")
    func deepHistory() throws {
        try expectCourse(
            "deep",
            """
            initial: p, states: { x: { on: { b: h } }, p: { type: parallel, on: { b: x }, states: {
              h: { type: history, history: deep, target: [l1] },
              l: { states: { l1: { on: { a: l2 } }, l2: { states: { l3: { on: { a: l4 } }, l4: {} } } } },
              r: { states: { r1: {}, r2: {} } } } } }
            """, "aabb", ["l1 r1", "l3 r1", "l4 r1", "x", "l4 r1"])
    }

    @Test("history leads to its own target before there is anything to remember")
    func defaultHistory() throws {
        try expectCourse(
            "nothing to remember",
            "initial: x, states: { x: { on: { a: h } }, o: { states: { h: { type: history, target: q }, p: {}, q: {} } } }",
            "a", ["x", "q"])
    }
}
