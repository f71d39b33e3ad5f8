// SPDX-License-Identifier: EUPL-1.2

import Testing
import Values

@testable import Workflow

@Suite("Selection of transitions")
struct SelectionTests {
    /// Where each chart stands at the start and after every event.
    static let courses: [(title: String, chart: String, events: String, course: [String])] = [
        (
            "of two that fit, the first in the file is taken",
            "initial: p, states: { p: { on: { a: [{ target: q }, { target: r }] } }, q: {}, r: {} }", "a", ["p", "q"]
        ),
        (
            "the second is taken where the first one's guard does not hold",
            "initial: p, states: { p: { on: { a: [{ guard: 'facts.n > 0', target: q }, { target: r }] } }, q: {}, r: {} }", "a",
            ["p", "r"]
        ),
        (
            "a state goes before the one around it, wherever it stands in the file",
            "initial: o, states: { o: { on: { a: x }, states: { p: { on: { a: q } }, q: {} } }, x: {} }", "aa", ["p", "q", "x"]
        ),
        (
            "the state around acts where the inner one's guard does not hold",
            "initial: o, states: { o: { on: { a: x }, states: { p: { on: { a: { guard: 'false', target: q } } }, q: {} } }, x: {} }",
            "a", ["p", "x"]
        ),
        (
            "every region moves on an event that each awaits",
            "type: parallel, states: { l: { states: { l1: { on: { a: l2 } }, l2: {} } }, r: { states: { r1: { on: { a: r2 } }, r2: {} } } }",
            "a", ["l1 r1", "l2 r2"]
        ),
        (
            "where two regions would leave the whole, the first in the file does",
            """
            initial: p, states: {
                p: { type: parallel, states: { l: { states: { l1: { on: { a: x } } } }, r: { states: { r1: { on: { a: y } } } } } },
                x: {}, y: {} }
            """, "a", ["l1 r1", "x"]
        ),
        (
            "a move within a region goes before a later region that leaves the whole",
            """
            initial: p, states: {
                p: { type: parallel, states: {
                  l: { states: { l1: { on: { a: l2 } }, l2: {} } }, r: { states: { r1: { on: { a: y } } } } } },
                y: {} }
            """, "a", ["l1 r1", "l2 r1"]
        ),
        (
            "a region that leaves the whole goes before a later region's move within",
            """
            initial: p, states: {
                p: { type: parallel, states: {
                  l: { states: { l1: { on: { a: y } } } }, r: { states: { r1: { on: { a: r2 } }, r2: {} } } } },
                y: {} }
            """, "a", ["l1 r1", "y"]
        ),
        (
            "a move of the whole is preempted by a descendant of a later region",
            """
            initial: p, states: {
                p: { type: parallel, on: { a: y }, states: {
                  l: { states: { l1: {} } }, r: { states: { r1: { on: { a: r2 } }, r2: {} } } } },
                y: {} }
            """, "aa", ["l1 r1", "l1 r2", "y"]
        ),
        (
            "a transition without target preempts nothing in another region",
            """
            type: parallel, states: {
                l: { states: { l1: { on: { a: { actions: [{ note: l }] } } } } },
                r: { states: { r1: { on: { a: r2 } }, r2: {} } } }
            """, "a", ["l1 r1", "l1 r2"]
        ),
        (
            "the root reacts for all that is in it",
            "initial: p, on: { a: q }, states: { p: {}, q: {} }", "a", ["p", "q"]
        ),
        (
            "a guard may ask where the case stands, and is answered from before the step",
            """
            type: parallel, states: {
                l: { states: { l1: { on: { a: l2 } }, l2: {} } },
                r: { states: { r1: { on: { a: { guard: "active('l2')", target: r2 } } }, r2: {} } } }
            """, "a", ["l1 r1", "l2 r1"]
        ),
    ]

    @Test("charts go the way that the recommendation prescribes", arguments: courses.indices)
    func course(number: Int) throws {
        let course = Self.courses[number]
        try expectCourse(course.title, course.chart, course.events, course.course)
    }

    @Test("an event that no active state awaits is refused and changes nothing")
    func notAwaited() throws {
        var chart = try TrialChart("initial: p, states: { p: { on: { a: q } }, q: {} }")
        let failure = #expect(throws: StepFailure.self) { try chart.send("b") }
        #expect(failure?.rejection?.code == "event-not-awaited")
        #expect(chart.active == "p")
    }

    @Test("an awaited event whose guard does not hold is accepted and moves nothing")
    func awaited() throws {
        var chart = try TrialChart("initial: p, states: { p: { on: { a: { guard: 'facts.n > 0', target: q } } }, q: {} }")
        try chart.send("a")
        #expect(chart.active == "p")
    }

    @Test("a guard without a value refuses the step")
    func faulted() throws {
        var chart = try TrialChart("initial: p, states: { p: { on: { a: { guard: '1 / facts.n > 0', target: q } } }, q: {} }")
        let failure = #expect(throws: StepFailure.self) { try chart.send("a") }
        #expect(failure?.fault?.code == .guardFailed)
        #expect(failure?.fault?.place == "p")
        #expect(chart.active == "p")
    }
}

/// Sends one-letter events one by one and compares where the chart stands.
func expectCourse(_ title: String, _ body: String, _ events: String, _ course: [String]) throws {
    var chart = try TrialChart(body)
    #expect(chart.active == course.first, "\(title), at the start")
    for (event, expected) in zip(events, course.dropFirst()) {
        try chart.send(String(event))
        #expect(chart.active == expected, "\(title), after \(event)")
    }
}
