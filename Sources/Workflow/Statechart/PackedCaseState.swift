// SPDX-License-Identifier: EUPL-1.2

import Values

/// All of a case's state that decides how it can go on, packed into words: two states that pack alike react alike to every event,
/// and lead to states that pack alike.
///
/// Numbers of questions and terms are left out, and so are instants and the report, which a workflow reads but never changes. Where a
/// guard reads `now`, or where two cases began with other reports, equal packs promise nothing.
public struct PackedCaseState: Hashable, Sendable {
    private var words: [UInt64]

    fileprivate init(capacity: Int) {
        words = []
        words.reserveCapacity(capacity)
    }

    fileprivate mutating func append(_ word: UInt64) { words.append(word) }

    /// In the order of the states, because the same questions and terms can have been opened in another.
    fileprivate mutating func append<Element>(sorted elements: [Element], by place: (Element) -> UInt64) {
        words.append(UInt64(elements.count))
        let start = words.count
        for element in elements {
            let word = place(element)
            let position = words[start...].firstIndex { $0 > word } ?? words.count
            words.insert(word, at: position)
        }
    }

    /// Bytes, eight a word, after their number.
    fileprivate mutating func append(_ text: String) {
        var word = UInt64(text.utf8.count)
        var shift: UInt64 = 32
        for byte in text.utf8 {
            word |= UInt64(byte) << shift
            shift += 8
            if shift == 64 {
                words.append(word)
                word = 0
                shift = 0
            }
        }
        words.append(word)
    }
}

extension Definition {
    /// The state as a key for a table of states that were seen.
    public func packed(_ state: CaseState) -> PackedCaseState {
        let declarations = facts
        var packed = PackedCaseState(capacity: 24 + declarations.count)
        packed.append(state.isClosed ? 1 : 0)
        for word in 0..<(states.count + 63) / 64 { packed.append(state.configuration.word(word)) }
        for index in declarations.indices { pack(state.facts[index], of: declarations[index].type, into: &packed) }
        packed.append(sorted: state.assignments, by: \.packed)
        packed.append(sorted: state.deadlines, by: \.packed)
        packed.append(UInt64(state.history.count) << 32 | UInt64(state.outcomes.count))
        if !state.history.isEmpty {
            for (history, remembered) in state.history.sorted(by: { $0.key < $1.key }) {
                packed.append(UInt64(history) << 32 | UInt64(remembered.count))
                for index in remembered { packed.append(UInt64(index)) }
            }
        }
        if !state.outcomes.isEmpty {
            for (path, outcome) in state.outcomes.sorted(by: { $0.key < $1.key }) {
                packed.append(path)
                packed.append(outcome)
            }
        }
        return packed
    }

    /// The types that are finite by their place in the declaration, all others by what they are.
    private func pack(_ value: Value, of type: DataType, into packed: inout PackedCaseState) {
        switch (type, value) {
        case (_, .null): packed.append(UInt64.max)
        case (_, .bool(let value)): packed.append(value ? 1 : 0)
        case (_, .int(let value)):
            // A word before it, so that no number is taken for null.
            packed.append(1)
            packed.append(UInt64(bitPattern: value))
        case (.enumeration(let values), .string(let code)): packed.append(UInt64(values.firstIndex(of: code) ?? values.count))
        case (.set(let values), .list(let codes)) where values.count < 64:
            var bits: UInt64 = 0
            for code in codes {
                guard case .string(let code) = code, let place = values.firstIndex(of: code) else { continue }
                bits |= 1 << UInt64(place)
            }
            packed.append(bits)
        case (_, .string(let text)): packed.append(text)
        default: packed.append(value.json.text)
        }
    }
}

extension CaseState.OpenAssignment {
    /// A state has one task at most, so the state says all.
    fileprivate var packed: UInt64 { UInt64(state) }
}

extension CaseState.OpenDeadline {
    fileprivate var packed: UInt64 { UInt64(state) << 32 | UInt64(index) }
}
