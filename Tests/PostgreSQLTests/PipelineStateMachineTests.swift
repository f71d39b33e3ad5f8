// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import PostgreSQL

@Suite("Pipeline state machine")
struct PipelineStateMachineTests {
    /// Submits and sends a request of one command.
    private func send(_ ticket: UInt64, to machine: inout PipelineStateMachine) {
        #expect(machine.submit(ticket, .pipelined) == [.send(ticket)])
        machine.didSend(ticket, [.execute(0)])
    }

    private func answer(_ machine: inout PipelineStateMachine) -> [PipelineStateMachine.Action]? {
        _ = machine.commandAnswered()
        return machine.syncAnswered()
    }

    @Test("answers belong to requests in the order in which these were sent")
    func order() {
        var machine = PipelineStateMachine()
        #expect(machine.submit(1, .pipelined) == [.send(1)])
        machine.didSend(1, [.prepare(0), .execute(0)])
        send(2, to: &machine)
        #expect(machine.head == 1)
        for expected in [PipelineStateMachine.Step.prepare(0), .execute(0)] {
            let answered = machine.commandAnswered()
            #expect(answered?.0 == 1)
            #expect(answered?.1 == expected)
        }
        #expect(machine.syncAnswered() == [.finish(1)])
        #expect(machine.head == 2)
        #expect(answer(&machine) == [.finish(2)])
        #expect(machine.isIdle)
    }

    @Test("an answer that nobody asked for is seen as such")
    func strayAnswers() {
        var machine = PipelineStateMachine()
        #expect(machine.commandAnswered() == nil)
        #expect(machine.syncAnswered() == nil)
        send(1, to: &machine)
        #expect(machine.syncAnswered() == nil, "the command's answer must come first")
    }

    @Test("a script waits until the wire is empty, and what follows waits for it")
    func scripts() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        #expect(machine.submit(2, .script) == [])
        #expect(machine.submit(3, .pipelined) == [])
        #expect(answer(&machine) == [.finish(1), .send(2)])
        #expect(machine.runsScript)
        #expect(machine.scriptAnswered() == [.finish(2), .send(3)])
        #expect(!machine.runsScript)
    }

    @Test("the wire takes a bounded number of requests")
    func depth() {
        var machine = PipelineStateMachine()
        for ticket in 1...UInt64(PipelineStateMachine.depthMax) { send(ticket, to: &machine) }
        #expect(machine.submit(1_000, .pipelined) == [])
        #expect(answer(&machine) == [.finish(1), .send(1_000)])
    }

    @Test("a request that was not sent is withdrawn without a word to the server")
    func withdrawal() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        _ = machine.submit(2, .script)
        _ = machine.submit(3, .pipelined)
        #expect(machine.cancel(2) == [.withdraw(2), .send(3)])
        #expect(machine.cancel(2) == [])
    }

    @Test("the victim of a cancel request is told only when the request has returned, and nothing is sent meanwhile")
    func cancelling() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        #expect(machine.cancel(1) == [.requestCancel(1)])
        #expect(machine.cancel(1) == [], "once is enough")
        #expect(machine.submit(2, .pipelined) == [])
        #expect(answer(&machine) == [])
        #expect(!machine.isIdle)
        #expect(machine.cancelReturned() == [.finish(1), .send(2)])
    }

    @Test("the answer may also come after the return")
    func cancelReturnsFirst() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        _ = machine.cancel(1)
        #expect(machine.cancelReturned() == [])
        #expect(answer(&machine) == [.finish(1)])
        #expect(machine.isIdle)
    }

    @Test("a request behind others is cancelled when it comes to the head")
    func cancelLater() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        send(2, to: &machine)
        #expect(machine.cancel(2) == [])
        #expect(machine.submit(3, .pipelined) == [], "it could be hit")
        #expect(answer(&machine) == [.finish(1), .requestCancel(2)])
        #expect(answer(&machine) == [])
        #expect(machine.cancelReturned() == [.finish(2), .send(3)])
    }

    @Test("what is on the wire behind the head can be hit by its cancel request, what waits cannot")
    func bystanders() {
        var machine = PipelineStateMachine()
        for ticket in 1...3 as ClosedRange<UInt64> { send(ticket, to: &machine) }
        #expect(machine.cancel(1) == [.requestCancel(1)])
        #expect(machine.submit(4, .pipelined) == [])
        #expect(machine.bystanders == [2, 3])
    }

    @Test("cancelling what was answered meanwhile does nothing")
    func cancelTooLate() {
        var machine = PipelineStateMachine()
        send(1, to: &machine)
        _ = answer(&machine)
        #expect(machine.cancel(1) == [])
        #expect(machine.submit(2, .pipelined) == [.send(2)])
    }

    @Test("losing the connection names the answered victim apart from those that will have no answer")
    func losing() {
        var machine = PipelineStateMachine()
        for ticket in 1...3 as ClosedRange<UInt64> { send(ticket, to: &machine) }
        _ = machine.cancel(1)
        _ = answer(&machine)
        _ = machine.submit(4, .pipelined)
        let (answered, unanswered) = machine.lose()
        #expect(answered == 1)
        #expect(unanswered == [2, 3, 4])
        #expect(machine.isIdle)
    }
}
