// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("SCXML")
struct SCXMLExportTests {
    @Test("what is read back has the states, transitions and actions of the definition")
    func structure() throws {
        let definitions = try ShippedWorkflow.allDefinitions()
        if !ConformanceFolder.isPresent { print("the conformance cases stand beside the checkout; only the shipped workflow is exported") }
        for (name, _, definition) in definitions {
            let root = try XMLTree.parse(Data(definition.scxml.utf8))
            #expect(root.name == "scxml" && root.namespace == "http://www.w3.org/2005/07/scxml", "\(name)")
            let wrapped = root.all("state", "parallel")
            #expect(wrapped.count == 1 && root.attributes["initial"] == wrapped.first?.attributes["id"], "\(name)")
            compare(try #require(wrapped.first), definition.states[0], definition, name)
            checkReferences(root, name)
        }
    }

    private static let states: Set<String> = ["state", "parallel", "final", "history"]

    private func compare(_ element: XMLTree, _ state: State, _ definition: Definition, _ name: String) {
        let place = "\(name) \(state.path)"
        let children = element.children.filter { Self.states.contains($0.name) }
        #expect(children.count == state.children.count, "\(place)")
        #expect(element.name == Self.word(state.kind), "\(place)")
        #expect(element.attributes["k:outcome"] == state.outcome && element.attributes["k:title"] == state.title, "\(place)")
        #expect(element.attributes["k:task"] == state.task.map { definition.tasks[$0].name }, "\(place)")
        if state.kind == .compound { #expect(element.attributes["initial"] == ids(state.initial, definition), "\(place)") }
        if state.isHistory {
            #expect(element.attributes["type"] == (state.kind == .history(deep: true) ? "deep" : "shallow"), "\(place)")
            #expect(element.all("transition").map { $0.attributes["target"] } == [ids(state.initial, definition)], "\(place)")
        } else {
            compare(element.all("transition"), state, definition, place)
        }
        #expect(
            element.all("due").count == state.due.count && element.all("due").allSatisfy { $0.namespace == SCXMLExport.namespace },
            "\(place)")
        #expect(element.all("due").map { $0.attributes["in"] } == state.due.map { $0.term.description }, "\(place)")
        #expect(actions(element.all("onentry")).prefix(state.entry.count) == words(state.entry, definition)[...], "\(place)")
        #expect(actions(element.all("onexit")).prefix(state.exit.count) == words(state.exit, definition)[...], "\(place)")
        for (child, index) in zip(children, state.children) { compare(child, definition.states[index], definition, name) }
    }

    private func compare(_ elements: [XMLTree], _ state: State, _ definition: Definition, _ place: String) {
        // The root's own end is one more.
        let own = state.index == 0 ? Array(elements.dropLast()) : elements
        #expect(own.count == state.transitions.count, "\(place)")
        for (element, transition) in zip(own, state.transitions) {
            let event = transition.event == "done.state." ? "done.state._case" : transition.event
            #expect(element.attributes["event"] == event, "\(place)")
            #expect(element.attributes["cond"] == transition.condition?.source, "\(place)")
            #expect(element.attributes["target"] == (transition.targets.isEmpty ? nil : ids(transition.targets, definition)), "\(place)")
            #expect(element.attributes["type"] == (transition.isInternal ? "internal" : nil), "\(place)")
            #expect(element.attributes["k:lane"] == transition.lane?.rawValue, "\(place)")
            #expect(actions([element]) == words(transition.actions, definition), "\(place)")
        }
    }

    private func ids(_ states: [Int], _ definition: Definition) -> String {
        states.map { definition.states[$0].path }.joined(separator: " ")
    }

    private static func word(_ kind: State.Kind) -> String {
        switch kind {
        case .atomic, .compound: "state"
        case .parallel: "parallel"
        case .final: "final"
        case .history: "history"
        }
    }

    private func actions(_ elements: [XMLTree]) -> [String] {
        elements.flatMap(\.children).map { action in
            switch action.name {
            case "raise": "raise \(action.attributes["event"] ?? "")"
            case "assign": "\(action.attributes["location"] ?? "") := \(action.attributes["expr"] ?? "")"
            default:
                ([action.attributes["event"] ?? ""] + action.children.map { ($0.attributes["expr"] ?? "").replacing("'", with: "") })
                    .joined(separator: " ")
            }
        }
    }

    private func words(_ actions: [Action], _ definition: Definition) -> [String] {
        actions.map { action in
            switch action {
            case .raise(let event): "raise \(event)"
            case .set(let fact, let value): "\(definition.facts[fact].name) := \(value.source)"
            case .escalate(let to): "escalate \(to)"
            case .remind(let to): "remind \(to)"
            case .note(let code): "note \(code)"
            case .notify(let role, let what): "notify \(role) \(what)"
            case .alarm(let code): "alarm \(code)"
            }
        }
    }

    /// Every identifier is there once, and every target is one of them.
    private func checkReferences(_ root: XMLTree, _ name: String) {
        var ids: [String] = []
        var targets: [String] = []
        func walk(_ element: XMLTree) {
            if Self.states.contains(element.name), let id = element.attributes["id"] { ids.append(id) }
            for key in ["target", "initial"] { targets += (element.attributes[key] ?? "").split(separator: " ").map(String.init) }
            element.children.forEach(walk)
        }
        walk(root)
        #expect(Set(ids).count == ids.count, "\(name)")
        #expect(Set(targets).subtracting(ids).isEmpty, "\(name)")
    }

    @Test("facts, events, tasks and sources go along")
    func declarations() throws {
        let definition = try ShippedWorkflow.definition()
        let root = try XMLTree.parse(Data(definition.scxml.utf8))
        let workflow = try #require(root.all("workflow").first)
        #expect(workflow.namespace == SCXMLExport.namespace)
        #expect(root.all("datamodel").first?.children.map { $0.attributes["id"] } == definition.facts.map(\.name))
        #expect(Set(workflow.all("event").compactMap { $0.attributes["name"] }) == Set(definition.events.keys))
        #expect(workflow.all("task").map { $0.attributes["name"] } == definition.tasks.map(\.name))
        #expect(Dictionary(uniqueKeysWithValues: workflow.all("source").map { ($0.attributes["id"] ?? "", $0.text) }) == definition.sources)
        for event in workflow.all("event") {
            let declared = try #require(definition.events[event.attributes["name"] ?? ""])
            #expect(event.attributes["from"]?.split(separator: " ").map(String.init) == declared.from)
            #expect(event.all("require").map { $0.attributes["that"] } == declared.requirements.map(\.that.source))
            #expect(event.all("field").map { $0.attributes["name"] } == declared.fields.map(\.name))
        }
    }

    @Test(
        "names that XML does not allow become names that it does",
        arguments: [("b1.1", "b1.1"), ("1", "_.1"), ("a b", "a_20_b"), ("a_b", "a_5f_b")])
    func names(path: String, id: String) {
        #expect(SCXMLExport.identifier(path) == id)
    }

    @Test(
        "values are written as CEL writes them",
        arguments: [
            (.string("it's\\"), "'it\\'s\\\\'"), (.list([.int(1), .bool(true), .null]), "[1, true, null]"), (.double(2), "2.0"),
            (.timestamp(Instant(seconds: 0)), "timestamp('1970-01-01T00:00:00Z')"),
        ] as [(Value, String)])
    func literals(value: Value, text: String) throws {
        #expect(CELText.literal(value) == text)
        #expect(
            try Guard.compile(text, in: .undeclared).evaluate(GuardScope(undeclaredFacts: .map([:]), now: Instant(seconds: 0))) == value)
    }
}
