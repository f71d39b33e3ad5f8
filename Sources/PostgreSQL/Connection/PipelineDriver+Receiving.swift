// SPDX-License-Identifier: EUPL-1.2

import CPostgreSQL

extension PipelineDriver {
    func receive() {
        guard link.readInput() else { return fail(link.lossError) }
        while failure == nil {
            if machine.runsScript {
                guard receiveScriptResult() else { break }
            } else {
                guard receivePipelinedResult() else { break }
            }
        }
        while failure == nil, let (channel, payload) = link.nextNotification() { notify(channel, payload) }
    }

    /// False when there is nothing more to take now.
    private func receivePipelinedResult() -> Bool {
        guard machine.expectsAnswer, !link.isBusy else { return false }
        guard let raw = link.nextResult() else {
            commandAnswered()
            return true
        }
        let result = PostgresResult(taking: raw)
        switch result.status {
        case PGRES_PIPELINE_SYNC:
            guard let actions = machine.syncAnswered() else {
                fail(PostgresError(.connectionLost, "the server answered out of order"))
                return false
            }
            perform(actions)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: refuseCopy()
        default: current = result
        }
        if link.isBad, failure == nil { failWithCurrent() }
        return failure == nil
    }

    private func commandAnswered() {
        defer { current = nil }
        // The second NULL behind a result is no answer.
        guard let result = current, let (ticket, step) = machine.commandAnswered(), let request = requests[ticket] else { return }
        switch step {
        case .housekeeping: break
        case .prepare(let index):
            guard result.status != PGRES_COMMAND_OK, let bound = request.boundStatement(index) else { return }
            // Failed or skipped: either way it is not there.
            cache.forget(bound.cacheKey)
            note(result, in: request, statement: bound.statement.name)
        case .execute(let index):
            if result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK || result.status == PGRES_EMPTY_QUERY {
                request.results.append(result)
            } else {
                noteFailedExecution(result, index, of: request)
            }
        }
    }

    private func noteFailedExecution(_ result: PostgresResult, _ index: Int, of request: PipelineRequest) {
        let bound = request.boundStatement(index)
        guard result.status != PGRES_PIPELINE_ABORTED else { return note(result, in: request, statement: bound?.statement.name) }
        var error = PostgresError(result: result.raw, statement: bound?.statement.name)
        if let bound, !request.freshlyPrepared.contains(index), error.code == .staleStatement || error.sqlState == "0A000" {
            // 0A000 of a statement that came from the cache is "cached plan must not change result type".
            error.code = .staleStatement
            cache.forget(bound.cacheKey)
        }
        request.note(error)
    }

    private func note(_ result: PostgresResult, in request: PipelineRequest, statement: String?) {
        if result.status == PGRES_PIPELINE_ABORTED {
            request.note(PostgresError(.transactionAborted, "skipped, because a command before it had failed", statement: statement))
        } else {
            request.note(PostgresError(result: result.raw, statement: statement))
        }
    }

    /// False when there is nothing more to take now.
    private func receiveScriptResult() -> Bool {
        guard let head = machine.head, let request = requests[head], case .script(let sql) = request.work, !link.isBusy
        else { return false }
        guard let raw = link.nextResult() else {
            guard link.endScript() else {
                fail(link.lossError)
                return false
            }
            perform(machine.scriptAnswered())
            return failure == nil
        }
        let result = PostgresResult(taking: raw)
        switch result.status {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: request.note(PostgresError(result: raw, script: sql))
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: refuseCopy()
        default: break
        }
        if link.isBad, failure == nil { failWithCurrent() }
        return failure == nil
    }

    func finish(_ ticket: PipelineStateMachine.Ticket) {
        guard let request = requests[ticket] else { return }
        if mayBeSentAgain(request) {
            request.prepareToSendAgain()
            return perform(machine.submit(ticket, request.shape))
        }
        requests[ticket] = nil
        request.explainStrayCancel()
        if request.interruption != nil { interruptionEnded() }
        request.complete()
    }

    private func mayBeSentAgain(_ request: PipelineRequest) -> Bool {
        guard request.interruption == nil else { return false }
        // Hit in place of its neighbour. The server has undone it, and nothing is sent before the cancel request has returned.
        if request.wasHitByStrayCancel { return request.isWholeTransaction && !request.isLate }
        // A stale statement has been forgotten and would now succeed, unless its transaction is already broken.
        return request.error?.code == .staleStatement && !request.wasSentAgain && machine.isIdle && link.isOutsideTransaction
    }

    /// COPY would need the wire in a mode of its own; nothing here uses it, and the connection cannot go on.
    private func refuseCopy() {
        let error = PostgresError(.misuse, "COPY is not supported, the connection was closed; use unnest for bulk data")
        if let head = machine.head { requests[head]?.note(error) }
        fail(PostgresError(.connectionLost, "closed, because a statement asked for COPY"))
    }

    /// The server's last result says why it hangs up; the request at the head carries it.
    private func failWithCurrent() {
        let parting = current.flatMap { $0.status == PGRES_FATAL_ERROR ? PostgresError(result: $0.raw, statement: nil) : nil }
        fail(parting?.asLostConnection(commit: false) ?? link.lossError)
    }
}
