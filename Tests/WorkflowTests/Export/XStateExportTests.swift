// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import Workflow

@Suite("XState")
struct XStateExportTests {
    @Test("what is read back has the states and transitions of the definition")
    func structure() throws {
        for (name, _, definition) in try ShippedWorkflow.allDefinitions() {
            let machine = try JSON.parse(definition.xstate)
            #expect(machine["id"]?.stringValue == definition.name)
            compare(machine, definition.states[0], definition, machine, name)
        }
    }

    private func compare(_ json: JSON, _ state: State, _ definition: Definition, _ machine: JSON, _ name: String) {
        let place = "\(name) \(state.path)"
        let children = json["states"]?.objectValue ?? [:]
        #expect(Set(children.keys) == Set(state.children.map { definition.states[$0].name }), "\(place)")
        let type: String? =
            switch state.kind {
            case .parallel: "parallel"
            case .final: "final"
            case .history: "history"
            case .atomic, .compound: nil
            }
        #expect(json["type"]?.stringValue == type, "\(place)")
        if state.kind == .compound {
            let initial = json["meta"]?["initial"]?.arrayValue?.compactMap(\.stringValue).compactMap { resolve($0, definition) }
            let child = json["initial"]?.stringValue.flatMap { name in state.children.first { definition.states[$0].name == name } }
            #expect((initial ?? child.map { [$0] }) == state.initial, "\(place)")
        }
        if state.isHistory {
            #expect(
                json["target"]?.arrayValue?.compactMap(\.stringValue).compactMap { resolve($0, definition) } == state.initial, "\(place)")
        }
        #expect(json["meta"]?["due"]?.arrayValue?.count ?? 0 == state.due.count, "\(place)")
        #expect(json["entry"]?.arrayValue?.count ?? 0 == state.entry.count, "\(place)")
        let events = json["on"]?.objectValue ?? [:]
        for event in Set(state.transitions.map(\.event)) {
            let written: JSON? = event == nil ? json["always"] : event == state.doneEvent ? json["onDone"] : events[event ?? ""]
            let expected = state.transitions.filter { $0.event == event }
            #expect(written?.arrayValue?.count == expected.count, "\(place) \(event ?? "always")")
            for (transition, expected) in zip(written?.arrayValue ?? [], expected) {
                compare(transition, expected, state, definition, machine, place)
            }
        }
        for child in state.children {
            compare(children[definition.states[child].name] ?? .null, definition.states[child], definition, machine, name)
        }
    }

    private func compare(
        _ json: JSON, _ transition: Transition, _ state: State, _ definition: Definition, _ machine: JSON, _ place: String
    ) {
        #expect(
            json["target"]?.arrayValue?.compactMap(\.stringValue).compactMap { resolve($0, definition) } ?? [] == transition.targets,
            "\(place)")
        #expect(json["meta"]?["guard"]?.stringValue == transition.condition?.source, "\(place)")
        let named = json["guard"]?.stringValue.flatMap { machine["meta"]?["guards"]?[$0]?.stringValue }
        #expect(named == transition.condition?.source, "\(place)")
        #expect(json["actions"]?.arrayValue?.count ?? 0 == transition.actions.count, "\(place)")
        let leadsInside = transition.targets.contains { $0 == state.index || state.descendants.contains($0) }
        #expect((json["reenter"] == true) == (leadsInside && !transition.isInternal), "\(place)")
    }

    /// A target as XState reads it: the machine's identifier, then names between dots that no backslash precedes.
    private func resolve(_ target: String, _ definition: Definition) -> Int? {
        var names = [""]
        var isEscaped = false
        for character in target.dropFirst() {
            if isEscaped || (character != "." && character != "\\") {
                names[names.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                names.append("")
            }
        }
        guard target.hasPrefix("#"), names.removeFirst() == definition.name else { return nil }
        var index = 0
        for name in names {
            guard let child = definition.states[index].children.first(where: { definition.states[$0].name == name }) else { return nil }
            index = child
        }
        return index
    }

    @Test("states stand in document order, which decides in which order they are entered")
    func order() throws {
        let text = try ShippedWorkflow.definition().xstate
        let places = try ["\"hoofd\": {", "\"acuut\": {", "\"civiel\": {", "\"straf\": {"].map {
            try #require(text.range(of: $0)).lowerBound
        }
        #expect(places == places.sorted())
    }
}
