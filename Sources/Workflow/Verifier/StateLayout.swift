// SPDX-License-Identifier: EUPL-1.2

import Values

/// How the state of a case lies in a few machine words, so that equal states are equal words.
///
/// There is in it what the rest of a course depends on: which atomic states are active, what history states remember, which terms
/// run, the class of every fact of the slice, the class of the report, and whether the case is closed. Which questions are open
/// follows from the active states. Instants and the numbers of questions and terms are not in it: two cases that differ in these
/// alone have the same courses.
struct StateLayout: Sendable {
    let definition: Definition
    /// Words of one state.
    let wordCount: Int
    private(set) var facts: [(slot: Int, bit: Int, classes: ValueClasses)] = []
    private(set) var reports: ReportClasses
    private let reportBit: Int
    private let closedBit: Int
    /// The bit of each atomic state; -1 for other states.
    private let activeBits: [Int]
    /// The bit of the first term of each state.
    private let termBits: [Int]
    private let histories: [History]
    private let lineages: [StateSet]

    /// Where a history state's memory lies: one bit for whether there is any, then one for each state that it can remember.
    private struct History: Sendable {
        let state: Int
        let bit: Int
        let candidates: [Int]
    }

    init(slice: Slice, sites: [Site], fieldValues: (Site) -> [Value]?) {
        let definition = slice.definition
        self.definition = definition
        var bit = 0
        func take(_ count: Int) -> Int {
            defer { bit += count }
            return bit
        }
        for fact in slice.cone.facts.sorted() {
            let classes = ValueClasses(of: fact, in: definition, sites: sites, fieldValues: fieldValues)
            facts.append((fact, take(8), classes))
        }
        reports = ReportClasses(sites)
        reportBit = take(8)
        closedBit = take(1)
        let isPresent = definition.states.map { slice.isPresent($0) }
        activeBits = definition.states.map { $0.isAtomic && isPresent[$0.index] ? take(1) : -1 }
        termBits = definition.states.map { isPresent[$0.index] ? take($0.due.count) : 0 }
        var histories: [History] = []
        for state in definition.states where state.isHistory && isPresent[state.index] {
            let candidates = definition.remembered(by: state).filter { isPresent[$0] }
            histories.append(History(state: state.index, bit: take(1 + candidates.count), candidates: candidates))
        }
        self.histories = histories
        wordCount = (bit + 63) / 64
        lineages = definition.states.map { state in
            var lineage = StateSet([state.index])
            var next = state.parent
            while let parent = next {
                lineage.insert(parent)
                next = definition.states[parent].parent
            }
            return lineage
        }
    }

    // MARK: To words

    /// Appends the words of a state.
    ///
    /// - Returns: false where the state has a value that was not met before; nothing is appended then.
    func pack(_ state: CaseState, onto words: inout [UInt64]) -> Bool {
        let start = words.count
        words.append(contentsOf: repeatElement(0, count: wordCount))
        for fact in facts {
            guard let number = fact.classes.known(state.facts[fact.slot]) else {
                words.removeLast(wordCount)
                return false
            }
            set(number, at: fact.bit, from: start, in: &words)
        }
        guard let report = reports.known(state.report) else {
            words.removeLast(wordCount)
            return false
        }
        set(report, at: reportBit, from: start, in: &words)
        if state.isClosed { set(1, at: closedBit, from: start, in: &words) }
        for active in state.configuration where activeBits[active] >= 0 { set(1, at: activeBits[active], from: start, in: &words) }
        for term in state.deadlines { set(1, at: termBits[term.state] + term.index, from: start, in: &words) }
        for history in histories {
            guard let remembered = state.history[history.state] else { continue }
            set(1, at: history.bit, from: start, in: &words)
            for (offset, candidate) in history.candidates.enumerated() where remembered.contains(candidate) {
                set(1, at: history.bit + 1 + offset, from: start, in: &words)
            }
        }
        return true
    }

    /// Makes the values of a state known.
    ///
    /// - Returns: false where a fact has more classes of values than fit.
    mutating func learn(_ state: CaseState) -> Bool {
        for index in facts.indices where facts[index].classes.number(of: state.facts[facts[index].slot]) == nil { return false }
        return reports.number(of: state.report) != nil
    }

    private func set(_ value: UInt8, at bit: Int, from start: Int, in words: inout [UInt64]) {
        words[start + bit >> 6] |= UInt64(value) << UInt64(bit & 63)
    }

    // MARK: From words

    func state(from words: some RandomAccessCollection<UInt64>) -> CaseState {
        let words = Array(words)
        func bit(_ index: Int) -> Bool { words[index >> 6] & 1 << UInt64(index & 63) != 0 }
        func byte(_ index: Int) -> Int { Int(truncatingIfNeeded: words[index >> 6] >> UInt64(index & 63)) & 0xff }
        var values = definition.facts.map(\.initial)
        for fact in facts { values[fact.slot] = fact.classes.representatives[byte(fact.bit)] }
        var state = CaseState(facts: values, report: reports.representatives[byte(reportBit)], receivedAt: .verification)
        state.isClosed = bit(closedBit)
        for (index, position) in activeBits.enumerated() where position >= 0 && bit(position) {
            state.configuration.formUnion(lineages[index])
        }
        for active in state.configuration where !state.isClosed { open(definition.states[active], in: &state, bit) }
        for history in histories where bit(history.bit) {
            state.history[history.state] = history.candidates.indices.filter { bit(history.bit + 1 + $0) }.map { history.candidates[$0] }
        }
        return state
    }

    /// Opens the question of an active state, and those of its terms that run.
    private func open(_ active: State, in state: inout CaseState, _ bit: (Int) -> Bool) {
        if let task = active.task {
            state.lastAssignment += 1
            state.assignments.append(CaseState.OpenAssignment(number: state.lastAssignment, state: active.index, task: task))
        }
        for index in active.due.indices where bit(termBits[active.index] + index) {
            state.lastDeadline += 1
            state.deadlines.append(
                CaseState.OpenDeadline(number: state.lastDeadline, state: active.index, index: index, due: .verification))
        }
    }

    /// Whether a case of the workflow whole is, in all that the slice keeps of it, as the words say. Terms and memories are left out:
    /// what they bring shows in the next steps.
    func agrees(_ state: CaseState, with words: some RandomAccessCollection<UInt64>) -> Bool {
        let words = Array(words)
        func bit(_ index: Int) -> Bool { words[index >> 6] & 1 << UInt64(index & 63) != 0 }
        for fact in facts {
            let number = UInt8(truncatingIfNeeded: words[fact.bit >> 6] >> UInt64(fact.bit & 63))
            guard fact.classes.known(state.facts[fact.slot]) == number else { return false }
        }
        return activeBits.indices.allSatisfy { activeBits[$0] < 0 || bit(activeBits[$0]) == state.configuration.contains($0) }
    }

    // MARK: Masks

    /// The bits on which an expression's value depends, of all that it reads in a state.
    func mask(of reads: Set<ExpressionSource>) -> [UInt64] {
        var mask = Array(repeating: UInt64(0), count: wordCount)
        for source in reads {
            switch source {
            case .fact(let slot):
                for fact in facts where fact.slot == slot { set(0xff, at: fact.bit, from: 0, in: &mask) }
            case .active(let state): mask = zip(mask, self.mask(of: state)).map { $0 | $1 }
            case .report, .whole(.report): set(0xff, at: reportBit, from: 0, in: &mask)
            default: break
            }
        }
        return mask
    }

    /// The bits of a state and all below it.
    func mask(of state: Int) -> [UInt64] {
        var mask = Array(repeating: UInt64(0), count: wordCount)
        for index in [state] + Array(definition.states[state].descendants) where activeBits[index] >= 0 {
            set(1, at: activeBits[index], from: 0, in: &mask)
        }
        return mask
    }

    /// The bit that says that the case is closed.
    func isClosed(_ words: some RandomAccessCollection<UInt64>) -> Bool {
        words[words.index(words.startIndex, offsetBy: closedBit >> 6)] & 1 << UInt64(closedBit & 63) != 0
    }
}

extension Slice {
    /// Whether a state is left in the slice's chart.
    func isPresent(_ state: State) -> Bool {
        var next = state.parent
        var child = state.index
        while let parent = next {
            guard definition.states[parent].children.contains(child) else { return false }
            child = parent
            next = definition.states[parent].parent
        }
        return true
    }
}

extension Definition {
    /// The states that a history state can remember, in document order.
    fileprivate func remembered(by history: State) -> [Int] {
        guard let parent = history.parent else { return [] }
        if case .history(deep: true) = history.kind { return states[parent].descendants.filter { states[$0].isAtomic } }
        return states[parent].children.filter { !states[$0].isHistory }
    }
}

/// The reports that cases start on, up to what is read of them after the start.
struct ReportClasses: Sendable {
    private let parts: [Guard]
    private var numbers: [Value: UInt8] = [:]
    private var kinds: [[Value]: UInt8] = [:]
    private(set) var representatives: [Value] = []

    init(_ sites: [Site]) {
        parts = sites.filter { !$0.isOnlyAtStart }.flatMap { $0.parts(reading: \.isOfReport) }
    }

    func known(_ report: Value) -> UInt8? { numbers[report] }

    mutating func number(of report: Value) -> UInt8? {
        if let known = numbers[report] { return known }
        var scope = GuardScope(now: .verification)
        scope.report = report
        let kind = parts.map { $0.outcome(in: scope) }
        let number = kinds[kind] ?? UInt8(exactly: representatives.count)
        guard let number else { return nil }
        if kinds[kind] == nil { representatives.append(report) }
        kinds[kind] = number
        numbers[report] = number
        return number
    }
}
