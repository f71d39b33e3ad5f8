// SPDX-License-Identifier: EUPL-1.2

/// A regular expression in RE2's syntax, run as a set of states side by side: its time is bounded by pattern times text,
/// whatever the pattern. Without back-references, look-around and Unicode classes, which raise an error.
struct RegularExpression {
    indirect enum Node {
        case empty
        case character(CharacterClass)
        case assertion(Assertion)
        case sequence([Node])
        case alternatives([Node])
        case repetition(Node, minimum: Int, maximum: Int?)
    }

    enum Assertion {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    struct CharacterClass {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false
        var ignoresCase = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            (has(scalar.value) || ignoresCase && hasOtherCase(scalar)) != isNegated
        }

        private func has(_ value: UInt32) -> Bool {
            for range in ranges where range.contains(value) { return true }
            return false
        }

        private func hasOtherCase(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            // Two letters beyond ASCII fold to letters within it: the long s and the sign of Kelvin.
            case "k", "K", "s", "S": break
            case "a"..."z": return has(scalar.value - 32)
            case "A"..."Z": return has(scalar.value + 32)
            case "\0"..."\u{7F}": return false
            default: break
            }
            return otherCases(of: scalar).contains(where: has)
        }

        private func otherCases(of scalar: Unicode.Scalar) -> [UInt32] {
            switch scalar {
            case "s", "S", "\u{17F}": return [0x53, 0x73, 0x17F]
            case "k", "K", "\u{212A}": return [0x4B, 0x6B, 0x212A]
            default: return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap(single)
            }
        }

        private func single(_ mapping: String) -> UInt32? {
            mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first?.value : nil
        }
    }

    private enum Instruction {
        case match
        case character(CharacterClass)
        case assertion(Assertion)
        case jump(Int)
        case split(Int, Int)
    }

    private var program: [Instruction] = []

    /// Nodes emitted so far, empty ones too: a repetition of nothing adds no instruction and takes time all the same.
    private var emitted = 0

    init(_ pattern: String) throws(GuardError) {
        var parser = try RegularExpressionParser(pattern)
        try emit(try parser.parse())
        program.append(.match)
    }

    // MARK: Compiling

    private mutating func emit(_ node: Node) throws(GuardError) {
        emitted += 1
        guard program.count < GuardLimits.patternInstructionsMax, emitted < 4 * GuardLimits.patternInstructionsMax else {
            throw GuardError(code: .costExceeded, message: "the pattern is too large")
        }
        switch node {
        case .empty: break
        case .character(let characters): program.append(.character(characters))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let choices): try emit(alternatives: choices)
        case .repetition(let part, let minimum, let maximum):
            for _ in 0..<minimum { try emit(part) }
            if let maximum {
                for _ in minimum..<maximum { try emitOptional(part) }
            } else {
                let start = program.count
                try emitOptional(part, thenJumpTo: start)
            }
        }
    }

    private mutating func emit(alternatives choices: [Node]) throws(GuardError) {
        var ends: [Int] = []
        for choice in choices.dropLast() {
            let split = program.count
            program.append(.match)
            try emit(choice)
            ends.append(program.count)
            program.append(.match)
            program[split] = .split(split + 1, program.count)
        }
        if let last = choices.last { try emit(last) }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emitOptional(_ part: Node, thenJumpTo start: Int? = nil) throws(GuardError) {
        let split = program.count
        program.append(.match)
        try emit(part)
        if let start { program.append(.jump(start)) }
        program[split] = .split(split + 1, program.count)
    }

    // MARK: Running

    /// The most instructions that a run over the text can take.
    func work(over text: String) -> Int { program.count * (text.utf8.count + 1) }

    /// Whether any part of the text matches.
    func hasMatch(in text: String) throws(GuardError) -> Bool {
        guard work(over: text) <= GuardLimits.patternWorkMax else {
            throw GuardError(code: .costExceeded, message: "the pattern over this text takes too much work")
        }
        let scalars = Array(text.unicodeScalars)
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        var pending: [Int] = []
        for position in 0...scalars.count {
            follow(0, into: &current, &pending, scalars, position)
            if current.hasMatched { return true }
            guard position < scalars.count else { break }
            for thread in current.waiting {
                if case .character(let characters) = program[thread], characters.contains(scalars[position]) {
                    follow(thread + 1, into: &next, &pending, scalars, position + 1)
                }
            }
            if next.hasMatched { return true }
            swap(&current, &next)
            next.removeAll()
        }
        return false
    }

    /// Positions in the program at which the text read so far can stand.
    private struct Threads {
        var waiting: [Int] = []
        var hasMatched = false
        /// The round in which each position was last visited.
        private var visited: [Int]
        private var round = 1

        init(count: Int) { visited = Array(repeating: 0, count: count) }

        mutating func visit(_ position: Int) -> Bool {
            defer { visited[position] = round }
            return visited[position] != round
        }

        mutating func removeAll() {
            waiting.removeAll(keepingCapacity: true)
            hasMatched = false
            round += 1
        }
    }

    /// Visits all that can be reached from an instruction without reading; `pending` is kept from call to call for its memory.
    private func follow(
        _ start: Int, into threads: inout Threads, _ pending: inout [Int], _ scalars: [Unicode.Scalar], _ position: Int
    ) {
        pending.append(start)
        while let index = pending.popLast() {
            guard threads.visit(index) else { continue }
            switch program[index] {
            case .match: threads.hasMatched = true
            case .character: threads.waiting.append(index)
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(let assertion): if holds(assertion, scalars, position) { pending.append(index + 1) }
            }
        }
    }

    private func holds(_ assertion: Assertion, _ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        let before = position > 0 ? scalars[position - 1] : nil
        let after = position < scalars.count ? scalars[position] : nil
        switch assertion {
        case .textStart: return before == nil
        case .textEnd: return after == nil
        case .lineStart: return before == nil || before == "\n"
        case .lineEnd: return after == nil || after == "\n"
        case .wordBoundary: return isWord(before) != isWord(after)
        case .noWordBoundary: return isWord(before) == isWord(after)
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { CharacterClass(ranges: RegularExpressionParser.word).contains($0) } ?? false
    }
}
