// SPDX-License-Identifier: EUPL-1.2

import Values

/// Something that the world around a case can do to it.
struct Stimulus: Sendable {
    enum Kind: Sendable {
        /// The case starts on a report with these fields.
        case start(JSON)
        case message(Event.Message)
        /// A term of a state passes.
        case term(state: Int, index: Int)
        /// Something happens in a part of the workflow that was cut away.
        case elsewhere
    }

    let kind: Kind
    /// What `event`, `sender` and `data` are in a property.
    let event: String
    let sender: String
    let data: Value

    static let elsewhere = Stimulus(kind: .elsewhere, event: "\u{0}", sender: "", data: .map([:]))

    static func start(_ fields: JSON) -> Stimulus { Stimulus(kind: .start(fields), event: "", sender: "", data: .map([:])) }

    static func term(_ state: State, _ index: Int) -> Stimulus {
        Stimulus(kind: .term(state: state.index, index: index), event: state.due[index].event, sender: "", data: .map([:]))
    }

    init(kind: Kind, event: String, sender: String, data: Value) {
        self.kind = kind
        self.event = event
        self.sender = sender
        self.data = data
    }

    init(message: Event.Message, data: Value) {
        self.init(kind: .message(message), event: message.name, sender: message.sender ?? "", data: data)
    }
}

/// Everything that the world can do to a case of a slice, up to what the slice can tell apart.
struct StimulusList: Sendable {
    private(set) var all: [Stimulus] = []
    /// Where in `all` the ways to start are.
    private(set) var starts: Range<Int> = 0..<0
    /// Where in `all` the messages of each event are.
    private(set) var messages: [(awaitedBy: StateSet, range: Range<Int>)] = []
    /// Where in `all` the terms of each state begin.
    private(set) var terms: [Int: Int] = [:]
    /// Where in `all` that is which happens elsewhere; nil where nothing is cut away.
    private(set) var elsewhere: Int?
    /// Why what is in the list may not stand for all that can happen.
    private(set) var doubts: Set<String> = []

    init(for slice: Slice, properties: [Property]) {
        let definition = slice.definition
        let chooser = StimulusChooser(
            definition: definition, sites: definition.sites(properties: properties) + slice.surroundings.sites)
        let reports = chooser.reports()
        all = reports.fields.map { .start($0) }
        starts = 0..<all.count
        doubts.formUnion(reports.doubts)
        for event in definition.events.values.sorted(by: { $0.name < $1.name }) where !event.isInternal {
            guard let awaiting = definition.chart.listening[event.name] else { continue }
            let chosen = chooser.messages(of: event)
            messages.append((awaiting, all.count..<all.count + chosen.stimuli.count))
            all += chosen.stimuli
            doubts.formUnion(chosen.doubts)
        }
        for state in definition.states where !state.due.isEmpty {
            terms[state.index] = all.count
            all += state.due.indices.map { .term(state, $0) }
        }
        if !slice.isWhole {
            elsewhere = all.count
            all.append(.elsewhere)
        }
        if chooser.sites.contains(where: { $0.expression.reads.contains(.now) }) {
            doubts.insert("'now' is read; the order of events says nothing of the clock")
        }
        if chooser.sites.contains(where: { $0.expression.reads.contains(.report(field: "receivedAt")) }) {
            doubts.insert("'report.receivedAt' is read; the order of events says nothing of the clock")
        }
    }
}
