// SPDX-License-Identifier: EUPL-1.2

import DequeModule

/// The order of things on one connection in pipeline mode: which requests are on the wire, which answer belongs to which, when a
/// cancellation may be sent, and when the next request may go.
///
/// A request is a group of commands with one Sync at its end; the server answers in order. Two rules make the machine more than
/// a queue. A script (several statements in one text) needs the wire for itself. And a cancel request names a connection, not a
/// query: it may only be sent while its victim is at the head, and until it has returned nothing new may be sent and the victim
/// may not be told, or it could hit the request that follows. What is on the wire behind the victim can be hit all the same, when
/// the server finishes the victim at that moment: those are the `bystanders`.
struct PipelineStateMachine {
    typealias Ticket = UInt64

    enum Shape: Equatable {
        /// Shares the wire with other requests.
        case pipelined
        /// Outside pipeline mode, alone.
        case script
    }

    /// One command of a request, as it was written to the wire.
    enum Step: Equatable {
        /// Its answer says nothing to the caller.
        case housekeeping
        /// Prepares the statement of this item.
        case prepare(Int)
        case execute(Int)
    }

    enum Action: Equatable {
        /// Write the request to the wire, then call `didSend`.
        case send(Ticket)
        /// Ask the server to cancel what runs, then call `cancelReturned`.
        case requestCancel(Ticket)
        /// The request has its whole answer.
        case finish(Ticket)
        /// The request was withdrawn before it was sent.
        case withdraw(Ticket)
    }

    private enum Entry: Equatable {
        case step(Ticket, Step)
        case sync(Ticket)
    }

    private struct Waiting {
        let ticket: Ticket
        let shape: Shape
    }

    private struct Cancel {
        let victim: Ticket
        var isAnswered = false
    }

    /// Requests on the wire at once. More gain nothing, and their answers would fill both sides' buffers.
    static let depthMax = 128

    private var entries: Deque<Entry> = []
    private var onWire: Deque<Waiting> = []
    private var waiting: Deque<Waiting> = []
    private var cancel: Cancel?
    private var toCancel: Set<Ticket> = []

    /// The request that the server works on.
    var head: Ticket? { onWire.first?.ticket }
    /// The requests on the wire behind the head.
    var bystanders: [Ticket] { onWire.dropFirst().map(\.ticket) }
    var isIdle: Bool { onWire.isEmpty && waiting.isEmpty && cancel == nil }
    var runsScript: Bool { onWire.first?.shape == .script }
    var expectsAnswer: Bool { !entries.isEmpty }

    mutating func submit(_ ticket: Ticket, _ shape: Shape) -> [Action] {
        waiting.append(Waiting(ticket: ticket, shape: shape))
        return advance()
    }

    /// The request has been written as these commands with a Sync behind them; for a script there are none.
    mutating func didSend(_ ticket: Ticket, _ steps: [Step]) {
        guard !runsScript else { return }
        for step in steps { entries.append(.step(ticket, step)) }
        entries.append(.sync(ticket))
    }

    /// The answer to one command is complete. Nil when none was expected.
    mutating func commandAnswered() -> (Ticket, Step)? {
        guard case .step(let ticket, let step) = entries.first else { return nil }
        entries.removeFirst()
        return (ticket, step)
    }

    /// The answer to a Sync has come. Nil when none was expected: the two sides no longer agree.
    mutating func syncAnswered() -> [Action]? {
        guard case .sync(let ticket) = entries.first, onWire.first?.ticket == ticket else { return nil }
        entries.removeFirst()
        return headAnswered()
    }

    /// The script at the head has given its last result.
    mutating func scriptAnswered() -> [Action] {
        precondition(runsScript)
        return headAnswered()
    }

    /// Somebody no longer wants the request. Unknown tickets have been answered meanwhile.
    mutating func cancel(_ ticket: Ticket) -> [Action] {
        if let index = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: index)
            return [.withdraw(ticket)] + advance()
        }
        guard onWire.contains(where: { $0.ticket == ticket }), cancel?.victim != ticket else { return [] }
        toCancel.insert(ticket)
        return advance()
    }

    /// The cancel request has been handed to the server, or could not be; it can do no harm any more.
    mutating func cancelReturned() -> [Action] {
        guard let done = cancel else { return [] }
        cancel = nil
        return (done.isAnswered ? [.finish(done.victim)] : []) + advance()
    }

    /// The connection is gone: the request that has its answer but waited for the return of its cancel request, and those that
    /// will never have one, oldest first.
    mutating func lose() -> (answered: Ticket?, unanswered: [Ticket]) {
        let answered = cancel.flatMap { $0.isAnswered ? $0.victim : nil }
        let unanswered = onWire.map(\.ticket) + waiting.map(\.ticket)
        self = PipelineStateMachine()
        return (answered, unanswered)
    }

    private mutating func headAnswered() -> [Action] {
        let ticket = onWire.removeFirst().ticket
        toCancel.remove(ticket)
        if cancel?.victim == ticket {
            cancel?.isAnswered = true
            return advance()
        }
        return [.finish(ticket)] + advance()
    }

    private mutating func advance() -> [Action] {
        var actions: [Action] = []
        if cancel == nil, let head, toCancel.remove(head) != nil {
            cancel = Cancel(victim: head)
            actions.append(.requestCancel(head))
        }
        while let next = waiting.first, maySend(next.shape) {
            waiting.removeFirst()
            onWire.append(next)
            actions.append(.send(next.ticket))
        }
        return actions
    }

    private func maySend(_ shape: Shape) -> Bool {
        guard cancel == nil, toCancel.isEmpty, onWire.count < PipelineStateMachine.depthMax else { return false }
        return shape == .script ? onWire.isEmpty : !runsScript
    }
}
