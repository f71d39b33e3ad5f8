// SPDX-License-Identifier: EUPL-1.2

extension PipelineDriver {
    func send(_ ticket: PipelineStateMachine.Ticket) {
        guard let request = requests[ticket] else { return }
        switch request.work {
        case .script(let sql):
            machine.didSend(ticket, [])
            guard link.sendScript(sql) else { return fail(link.lossError) }
        case .items(let items):
            let steps = write(items, of: request)
            guard link.sendSync() else { return fail(link.lossError) }
            machine.didSend(ticket, steps)
        }
        didWrite()
    }

    /// Writes as much of the group as libpq takes. What it refuses is the caller's error; the Sync behind still ends the group, and
    /// a command before it that has an effect is undone by the failing one.
    private func write(_ items: [PipelineRequest.Item], of request: PipelineRequest) -> [PipelineStateMachine.Step] {
        var steps: [PipelineStateMachine.Step] = []
        for (index, item) in items.enumerated() {
            guard write(item, index, of: request, &steps) else {
                // A dead connection refuses as well; the Sync behind finds that out.
                let name = request.boundStatement(index)?.statement.name
                if !link.isBad { request.note(PostgresError(.misuse, link.lastError, statement: name)) }
                poison(&steps)
                break
            }
        }
        return steps
    }

    private func write(
        _ item: PipelineRequest.Item, _ index: Int, of request: PipelineRequest, _ steps: inout [PipelineStateMachine.Step]
    ) -> Bool {
        guard case .bound(let bound) = item else {
            guard case .command(let sql) = item, link.sendCommand(sql) else { return false }
            steps.append(.execute(index))
            return true
        }
        let name: String
        switch cache.use(bound.cacheKey) {
        case .execute(let known): name = known
        case .prepare(let new, let evicted):
            name = new
            if let evicted, link.sendCommand("DEALLOCATE \(quotedIdentifier(evicted))") { steps.append(.housekeeping) }
            guard link.sendPrepare(new, bound.statement.sql, types: bound.parameters.types) else {
                cache.forget(bound.cacheKey)
                return false
            }
            request.freshlyPrepared.insert(index)
            steps.append(.prepare(index))
        }
        guard link.sendExecute(name, bound.parameters) else { return false }
        steps.append(.execute(index))
        return true
    }

    /// Makes the server roll back the part of the group that was already written.
    private func poison(_ steps: inout [PipelineStateMachine.Step]) {
        guard link.sendCommand("this group was refused by its sender") else { return }
        steps.append(.housekeeping)
    }
}

extension BoundStatement {
    var cacheKey: StatementCache.Key { StatementCache.Key(statement: statement, types: parameters.types) }
}

/// A name as it stands in SQL, whatever it holds.
func quotedIdentifier(_ name: String) -> String {
    var text = "\""
    for character in name.unicodeScalars {
        if character == "\"" { text += "\"" }
        text.unicodeScalars.append(character)
    }
    return text + "\""
}
