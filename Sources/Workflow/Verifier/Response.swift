// SPDX-License-Identifier: EUPL-1.2

/// The check of `leadsTo`: whether a fair course can go on for ever after `from` without `to`.
///
/// A course is fair where every question that stays open is answered or withdrawn at some time, and every term that keeps running
/// passes. A course that stays for ever among some states visits a strongly connected set of them; it is fair where each question
/// and each term is out of the way in some state of the set, or is dealt with by some step inside it. A single state without such
/// steps is where a course can stop for good: fair where nothing is open in it.
struct Response {
    let graph: StateGraph
    let from: Guard
    let to: Guard

    private static let idle = 0
    private static let pending = 1

    func check() -> Finding {
        var from = StepPredicate(from, over: graph)
        var to = StepPredicate(to, over: graph)
        let unsaid = graph.firstStep { _, edge in
            from.outcome(edge.label, into: edge.target) == .none || to.outcome(edge.label, into: edge.target) == .none
        }
        if let unsaid { return .violated(graph.course(unsaid, remark: PropertyCheck.noValue)) }
        guard let begin = graph.firstStep(where: { from.holds($1) }) else {
            return .vacuous("what should lead to something never happens: no step of 'from'")
        }
        var search = PathSearch(graph: graph)
        while let passage = search.next() {
            let wasPending = passage.from.map { $0 % 2 == Response.pending } ?? false
            let isPending = !to.holds(passage.edge) && (wasPending || from.holds(passage.edge))
            search.follow(passage, phase: isPending ? Response.pending : Response.idle)
        }
        let pending = search.visits.filter { $0 % 2 == Response.pending }
        let components = Components(of: pending.map { $0 / 2 }, in: graph) { !to.holds($0) }
        for visit in pending {
            guard let component = components.component(of: visit / 2) else { continue }
            let remark = remark(on: components.members[component]) { edge in
                components.component(of: edge.target) == component && !to.holds(edge)
            }
            guard let remark else { continue }
            var course = search.course(to: visit)
            course.remark = remark
            course.openStep = openStep(among: components.members[component])
            return .violated(course)
        }
        return .shown(graph.course(begin))
    }

    /// A step by which the surroundings could keep the case among the states, or could lead it out.
    private func openStep(among members: [Int]) -> (from: Int, edge: StateGraph.Edge)? {
        for member in members {
            for number in graph.edges(of: member) where graph.label(of: number).isOpen { return (member, graph[number]) }
        }
        return nil
    }

    /// Why a fair course can stay among the states; nil where none can.
    private func remark(on members: [Int], steps isInside: (StateGraph.Edge) -> Bool) -> String? {
        var open = obligations(of: members[0])
        for member in members.dropFirst() where !open.isEmpty { open.formIntersection(obligations(of: member)) }
        var round: Stimulus?
        for member in members {
            for number in graph.edges(of: member) where isInside(graph[number]) {
                if round == nil, graph.target(of: number) != member || !open.isEmpty { round = graph.stimulus(of: number) }
                if open.isEmpty { break }
                open.subtract(discharged(by: graph[number], from: member))
            }
        }
        guard open.isEmpty else { return nil }
        guard let round else { return "nothing that is awaited by right is left: the case can stay as it is for ever" }
        return "it can go round for ever, beginning with \(round.event)"
    }

    /// A question or a term that has to come to an end.
    private enum Obligation: Hashable {
        case question(state: Int)
        case term(state: Int, index: Int)
    }

    private func obligations(of state: Int) -> Set<Obligation> {
        let state = graph.caseState(state)
        return Set(state.assignments.map { .question(state: $0.state) })
            .union(state.deadlines.map { .term(state: $0.state, index: $0.index) })
    }

    /// What a step brings to its end, also where the same is opened anew.
    private func discharged(by edge: StateGraph.Edge, from number: Int) -> Set<Obligation> {
        let before = graph.caseState(number)
        var ended: Set<Obligation> = []
        for effect in graph.replays(of: edge, from: number).flatMap(\.effects) {
            switch effect {
            case .answerAssignment(let number), .withdrawAssignment(let number):
                if let question = before.assignments.first(where: { $0.number == number }) {
                    ended.insert(.question(state: question.state))
                }
            case .fireDeadline(let number), .cancelDeadline(let number):
                if let term = before.deadlines.first(where: { $0.number == number }) {
                    ended.insert(.term(state: term.state, index: term.index))
                }
            default: break
            }
        }
        return ended
    }
}

/// The strongly connected components of a part of a graph (Tarjan, 1972, without recursion).
struct Components {
    private(set) var members: [[Int]] = []
    private var numbers: [Int: Int] = [:]

    func component(of state: Int) -> Int? { numbers[state] }

    init(of states: [Int], in graph: StateGraph, steps isStep: (StateGraph.Edge) -> Bool) {
        let isPart = Set(states)
        var order: [Int: Int] = [:]
        var low: [Int: Int] = [:]
        var stack: [Int] = []
        for root in states where order[root] == nil {
            var path = [(state: root, edges: graph.edges(of: root))]
            order[root] = order.count
            low[root] = order[root]
            stack.append(root)
            while var top = path.popLast() {
                guard let edge = top.edges.popFirst() else {
                    close(top.state, order, low, &stack)
                    if let parent = path.last?.state { low[parent] = min(low[parent] ?? 0, low[top.state] ?? 0) }
                    continue
                }
                path.append(top)
                let step = graph[edge]
                guard isPart.contains(step.target), isStep(step) else { continue }
                if let seen = order[step.target] {
                    if numbers[step.target] == nil { low[top.state] = min(low[top.state] ?? 0, seen) }
                } else {
                    order[step.target] = order.count
                    low[step.target] = order[step.target]
                    stack.append(step.target)
                    path.append((step.target, graph.edges(of: step.target)))
                }
            }
        }
    }

    private mutating func close(_ state: Int, _ order: [Int: Int], _ low: [Int: Int], _ stack: inout [Int]) {
        guard low[state] == order[state] else { return }
        var component: [Int] = []
        while let member = stack.popLast() {
            numbers[member] = members.count
            component.append(member)
            if member == state { break }
        }
        members.append(component)
    }
}
