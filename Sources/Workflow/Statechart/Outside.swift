// SPDX-License-Identifier: EUPL-1.2

/// What the parts of a chart that were cut away do during one macrostep, as one row of choices says. A case that runs has nothing
/// outside itself; a verification tries every row.
struct Outside {
    let surroundings: Surroundings
    private(set) var choices: Choices
    /// How often each word can still be heard in this macrostep.
    private var budget: [Int]
    /// What was asked and heard, in order.
    private(set) var influences: [Influence] = []

    /// Something that outside had a say in.
    enum Influence: Equatable {
        case answer(question: Int, Bool)
        case word(Int)
    }

    /// - Parameter stimulus: what the macrostep is about.
    init(_ surroundings: Surroundings, _ stimulus: Stimulus, choices: Choices) {
        self.surroundings = surroundings
        self.choices = choices
        budget = surroundings.words.map { $0.count(causedBy: stimulus) }
    }

    /// Answers what the transitions of active states ask about outside before they are chosen among.
    mutating func answer(askedOn event: String?, in configuration: StateSet, _ facts: inout [Value]) {
        for (number, question) in surroundings.questions.enumerated() {
            guard let asking = question.asking[event ?? ""], asking.intersects(configuration) else { continue }
            answer(number, &facts)
        }
    }

    mutating func answer(askedByConditionsOf event: String, _ facts: inout [Value]) {
        for (number, question) in surroundings.questions.enumerated() where question.events.contains(event) { answer(number, &facts) }
    }

    private mutating func answer(_ number: Int, _ facts: inout [Value]) {
        let isYes = choices.choose(among: 2) == 1
        facts[surroundings.questions[number].fact] = .bool(isYes)
        influences.append(.answer(question: number, isYes))
    }

    /// The next internal event that something outside has raised; nil where nothing has.
    mutating func word(heardIn configuration: StateSet, _ chart: Chart) -> String? {
        guard budget.contains(where: { $0 > 0 }) else { return nil }
        let possible = budget.indices.filter { number in
            budget[number] > 0 && chart.listening[surroundings.words[number].event]?.intersects(configuration) ?? false
        }
        guard !possible.isEmpty else { return nil }
        let choice = choices.choose(among: possible.count + 1)
        guard choice > 0 else { return nil }
        let number = possible[choice - 1]
        budget[number] -= 1
        influences.append(.word(number))
        return surroundings.words[number].event
    }
}

/// One way through a tree of choices, and the way to all others: what was chosen is taken again, what is new takes the first
/// possibility, and ``advance()`` goes to the next way.
struct Choices {
    private var row: [(chosen: Int, count: Int)] = []
    private var position = 0

    /// Choices of one macrostep. More of them are a bound that was hit.
    static let countMax = 14

    var isEmpty: Bool { row.isEmpty }
    var isTooLong: Bool { row.count > Choices.countMax }

    mutating func choose(among count: Int) -> Int {
        defer { position += 1 }
        if position == row.count { row.append((0, count)) }
        return row[position].chosen
    }

    /// - Returns: false where every way was gone.
    mutating func advance() -> Bool {
        position = 0
        while let last = row.last, last.chosen + 1 == last.count { row.removeLast() }
        guard !row.isEmpty else { return false }
        row[row.count - 1].chosen += 1
        return true
    }
}
