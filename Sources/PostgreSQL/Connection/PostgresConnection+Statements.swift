// SPDX-License-Identifier: EUPL-1.2

extension PostgresConnection {
    /// Runs a statement and gives its rows.
    ///
    /// - Throws: `PostgresError`; `CancellationError` when the task was cancelled, after the server has let go of the statement.
    public func query(_ statement: Statement, _ parameters: any PostgresEncodable...) async throws -> PostgresRows {
        let rows = try await run([BoundStatement(statement, parameters: parameters)])
        guard let only = rows.first else { throw PostgresError(.misuse, "no result", statement: statement.name) }
        return only
    }

    /// Runs a statement for its effect.
    ///
    /// - Returns: how many rows it touched.
    @discardableResult
    public func execute(_ statement: Statement, _ parameters: any PostgresEncodable...) async throws -> Int {
        try await run([BoundStatement(statement, parameters: parameters)]).first?.affectedRows ?? 0
    }

    /// Runs statements in one round trip: as part of the open transaction, or else as one implicit transaction of their own.
    ///
    /// - Throws: the error of the first statement that failed, by its name; nothing of the batch has been kept then.
    /// - Returns: the rows of each statement, in order.
    @discardableResult
    public func batch(_ statements: [BoundStatement]) async throws -> [PostgresRows] {
        statements.isEmpty ? [] : try await run(statements)
    }

    /// As `batch(_:)`, collected by a closure.
    ///
    /// ```swift
    /// try await connection.batch { batch in
    ///     batch.add(updateCase, id, revision)
    ///     batch.add(insertEvent, id, event)
    /// }
    /// ```
    @discardableResult
    public func batch(_ collect: (inout PostgresBatch) throws -> Void) async throws -> [PostgresRows] {
        var batch = PostgresBatch()
        try collect(&batch)
        return try await self.batch(batch.statements)
    }

    /// Runs a script: any number of statements without parameters, as migrations have them. Outside a transaction the script is
    /// one transaction of its own, unless it says otherwise.
    public func simple(_ sql: String) async throws {
        let patience = try patienceOfBody()
        // BEGIN goes in front, in the same text and on the same line, so that the server's positions stay those of the script.
        let text = [takeOpening(), sql].compactMap { $0 }.joined(separator: "; ")
        do { _ = try await perform(.script(text), patience) } catch { throw noted(error) }
    }

    private func run(_ statements: [BoundStatement]) async throws -> [PostgresRows] {
        for bound in statements {
            guard let refusal = bound.parameters.refusal else { continue }
            throw PostgresError(.misuse, refusal, statement: bound.statement.name)
        }
        let patience = try patienceOfBody()
        let opening = takeOpening().map { [PipelineRequest.Item.command($0)] } ?? []
        let results: [PostgresResult]
        do {
            results = try await perform(.items(opening + statements.map { .bound($0) }), patience)
        } catch {
            throw noted(error)
        }
        guard results.count == opening.count + statements.count else {
            throw PostgresError(.connectionLost, "\(results.count) results for \(statements.count) statements")
        }
        return zip(results.dropFirst(opening.count), statements).map { PostgresRows(result: $0, statement: $1.statement.name) }
    }
}
