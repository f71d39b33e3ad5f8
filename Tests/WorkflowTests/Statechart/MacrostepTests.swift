// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Run to completion")
struct MacrostepTests {
    @Test("eventless transitions go before what was raised")
    func eventlessFirst() throws {
        try expectCourse(
            "eventless first",
            """
            initial: p, states: { p: { on: { a: { target: q, actions: [{ raise: ra }] } } },
              q: { always: r, on: { ra: x } }, r: { on: { ra: s } }, s: {}, x: {} }
            """, "a", ["p", "s"])
    }

    @Test("internal events are taken in the order in which they were raised, each to its end")
    func raised() throws {
        var chart = try TrialChart(
            """
            initial: p, states: { p: {
              on: {
                a: { actions: [{ raise: ra }, { raise: rb }] },
                ra: { actions: [{ note: ra }, { raise: rb }] }, rb: { actions: [{ note: rb }] } } } }
            """)
        try chart.send("a")
        #expect(chart.notes == ["ra", "rb", "rb"])
    }

    @Test("an internal event that nothing awaits is lost")
    func lost() throws {
        try expectCourse(
            "lost",
            "initial: p, states: { p: { on: { a: { target: q, actions: [{ raise: ra }] } } }, q: { on: { b: r } }, r: { on: { ra: p } } }",
            "ab", ["p", "q", "r"])
    }

    @Test("a fact that is set is read by the next guard of the same step")
    func facts() throws {
        var chart = try TrialChart(
            """
            initial: p, states: {
              p: { on: { a: { target: q, actions: [{ set: { n: facts.n + 1 } }, { set: { n: facts.n * 10 } }] } } },
              q: { always: [{ guard: facts.n == 10, target: r }] }, r: {} }
            """)
        try chart.send("a")
        #expect(chart.active == "r")
        #expect(chart.fact("n") == .int(10))
    }

    @Test("the event stays at hand for the eventless transitions that follow it, and has no data for what the chart tells itself")
    func eventAtHand() throws {
        var chart = try TrialChart(
            """
            initial: p, states: {
              p: { on: { d: { target: q, actions: [{ raise: d }, { set: { n: "data.word == 'x' ? 1 : 2" } }] } } },
              q: { always: [{ guard: "event == 'd'", target: r }] },
              r: { on: { d: [{ guard: has(data.word), target: x }, { target: s }] } }, s: {}, x: {} }
            """)
        try chart.send("d", data: ["word": "x"])
        #expect(chart.fact("n") == .int(1))
        #expect(chart.active == "s")
    }

    @Test("a compound state is done in its final child, and says so after what was raised before")
    func doneCompound() throws {
        var chart = try TrialChart(
            """
            initial: o, states: {
              o: { onDone: { target: x, actions: [{ note: done }] }, on: { ra: { actions: [{ note: ra }] } }, states: {
                p: { on: { a: { target: f, actions: [{ raise: ra }] } } }, f: { type: final } } }, x: {} }
            """)
        try chart.send("a")
        #expect(chart.notes == ["ra", "done"])
        #expect(chart.active == "x")
    }

    @Test("a state around may await that a state in it is done, by the name that SCXML has for it")
    func doneByName() throws {
        try expectCourse(
            "done.state.i",
            """
            initial: o, states: { x: {}, o: { on: { done.state.i: x }, states: {
              i: { states: { p: { on: { a: f } }, f: { type: final } } } } } }
            """, "a", ["p", "x"])
    }

    @Test("a parallel state is done when all its regions are, also where a region is a parallel state")
    func doneParallel() throws {
        try expectCourse(
            "parallel in parallel",
            """
            initial: p, states: { x: {}, p: { type: parallel, onDone: x, states: {
              l: { states: { l1: { on: { a: l2 } }, l2: { type: final } } },
              r: { type: parallel, states: {
                m: { states: { m1: { on: { b: m2 } }, m2: { type: final } } },
                n: { states: { n1: { on: { c: n2 } }, n2: { type: final } } } } } } } }
            """, "cab", ["l1 m1 n1", "l1 m1 n2", "l2 m1 n2", "x"])
    }

    @Test("a case closes when the root is done: exit actions run, what was active stays on record, nothing is awaited")
    func closing() throws {
        var chart = try TrialChart(
            "initial: p, states: { p: { on: { a: f } }, f: { type: final, outcome: settled, exit: [{ note: out }] } }")
        try chart.send("a")
        #expect(chart.closed)
        #expect(chart.active == "f")
        #expect(chart.notes == ["out"])
        #expect(throws: StepFailure.self) { try chart.send("a") }
    }

    @Test("a parallel root closes only when every region is done")
    func closingParallel() throws {
        var chart = try TrialChart(
            """
            type: parallel, states: {
              l: { states: { l1: { on: { a: l2 } }, l2: { type: final } } }, r: { states: { r1: { on: { b: r2 } }, r2: { type: final } } } }
            """)
        try chart.send("a")
        #expect(!chart.closed)
        try chart.send("b")
        #expect(chart.closed)
    }

    @Test(
        "a chart that goes round without an event is a fault, and nothing has happened",
        arguments: [
            "initial: p, states: { p: { on: { a: q } }, q: { always: r }, r: { always: q } }",
            "initial: p, states: { p: { on: { a: { actions: [{ raise: ra }] }, ra: { actions: [{ raise: ra }] } } } }",
            "initial: p, states: { p: { on: { a: { actions: [{ raise: ra }] }, ra: { actions: [{ raise: ra }, { raise: ra }] } } } }",
        ])
    func endless(members: String) throws {
        var chart = try TrialChart(members)
        let failure = #expect(throws: StepFailure.self) { try chart.send("a") }
        #expect(failure?.fault?.code == .endless)
        #expect(chart.active == "p")
    }
}
