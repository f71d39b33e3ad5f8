// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Logging
import Reactor

/// Performs what `PipelineStateMachine` decides, on one link, on the reactor's thread.
final class PipelineDriver: ReactorSource {
    /// What the connection does for its driver. The closures must not hold the connection.
    struct Delegate {
        /// Have the query cancelled on another thread, then call `cancelReturned`.
        var requestCancel: (CancelHandle) -> Void
        /// The connection is gone; called once.
        var lost: (PostgresError) -> Void
        var notified: (_ channel: String, _ payload: String) -> Void
    }

    /// From the cancel request to the server's answer. After it the socket is shut.
    static let cancelGrace: Duration = .seconds(2)

    let link: ServerLink
    let logger: Logger
    private let delegate: Delegate
    private let clock = ContinuousClock()

    var machine = PipelineStateMachine()
    var requests: [PipelineStateMachine.Ticket: PipelineRequest] = [:]
    var cache: StatementCache
    /// The result of the command at the head, until libpq says that it was the last.
    var current: PostgresResult?
    private(set) var failure: PostgresError?

    private(set) var wantsWrite = false
    private var isDirty = false
    private var cancelExpiry: ContinuousClock.Instant?

    init(link: ServerLink, statementsMax: Int, logger: Logger, delegate: Delegate) {
        self.link = link
        self.logger = logger
        self.delegate = delegate
        cache = StatementCache(countMax: statementsMax)
    }

    var fileDescriptor: Int32 { failure == nil ? link.descriptor : -1 }

    // MARK: What the connection asks

    func submit(_ request: PipelineRequest) {
        if let failure {
            request.note(failure)
            return request.complete()
        }
        requests[request.ticket] = request
        perform(machine.submit(request.ticket, request.shape))
    }

    func interrupt(_ ticket: PipelineStateMachine.Ticket, _ cause: PipelineRequest.Interruption) {
        guard failure == nil, let request = requests[ticket], request.interruption == nil else { return }
        request.interruption = cause
        perform(machine.cancel(ticket))
    }

    func cancelReturned(_ reason: String?) {
        if let reason { logger.debug("PostgreSQL cancel request failed", metadata: ["db.message": "\(reason)"]) }
        guard failure == nil else { return }
        cancelExpiry = nil
        perform(machine.cancelReturned())
        // The request may have come to nothing: the victim must still not be waited for without end.
        if let head = machine.head, requests[head]?.interruption != nil { cancelExpiry = clock.now + Self.cancelGrace }
    }

    /// The connection can be used no more: every request ends now, and later ones at once.
    func fail(_ reason: PostgresError) {
        guard failure == nil else { return }
        failure = reason
        wantsWrite = false
        current = nil
        let (answered, unanswered) = machine.lose()
        if let answered { requests.removeValue(forKey: answered)?.complete() }
        for ticket in unanswered {
            guard let request = requests.removeValue(forKey: ticket) else { continue }
            request.lose(reason)
            request.complete()
        }
        requests.removeAll()
        delegate.lost(reason)
    }

    func perform(_ actions: [PipelineStateMachine.Action]) {
        for action in actions where failure == nil {
            switch action {
            case .send(let ticket): send(ticket)
            case .finish(let ticket): finish(ticket)
            case .withdraw(let ticket): withdraw(ticket)
            case .requestCancel:
                for bystander in machine.bystanders { requests[bystander]?.isBystander = true }
                cancelExpiry = clock.now + Self.cancelGrace
                delegate.requestCancel(link.cancelHandle)
            }
        }
    }

    private func withdraw(_ ticket: PipelineStateMachine.Ticket) {
        guard let request = requests.removeValue(forKey: ticket) else { return }
        request.note(PostgresError(.queryCancelled, "withdrawn before it was sent"))
        request.complete()
    }

    func didWrite() { isDirty = true }

    func interruptionEnded() { cancelExpiry = nil }

    func notify(_ channel: String, _ payload: String) { delegate.notified(channel, payload) }

    // MARK: What the reactor asks

    func prepareToWait() -> Duration? {
        guard failure == nil else { return nil }
        if isDirty || wantsWrite { flush() }
        return timeToWait()
    }

    func ready(_ events: ReactorEvents) {
        guard failure == nil else { return }
        if events.contains(.writable) { flush() }
        if events.contains(.readable) { receive() }
    }

    private func flush() {
        isDirty = false
        switch link.flush() {
        case .done: wantsWrite = false
        case .pending: wantsWrite = true
        case .failed: fail(link.lossError)
        }
    }

    /// Interrupts the request at the head when its time has come: first by a cancel request, then by shutting the socket, which
    /// ends the wait whatever the network does.
    private func timeToWait() -> Duration? {
        guard let head = machine.head, let request = requests[head] else { return expire(cancelExpiry) }
        guard let deadline = request.patience.deadline, request.interruption == nil else { return expire(cancelExpiry) }
        let remaining = deadline - clock.now
        guard remaining <= .zero else { return remaining }
        guard request.patience.isCancellable else {
            request.interruption = .deadline
            cancelExpiry = deadline + Self.cancelGrace
            return expire(cancelExpiry)
        }
        interrupt(head, .deadline)
        return expire(cancelExpiry)
    }

    private func expire(_ expiry: ContinuousClock.Instant?) -> Duration? {
        guard let expiry else { return nil }
        let remaining = expiry - clock.now
        guard remaining <= .zero else { return remaining }
        logger.debug("PostgreSQL did not answer a cancel request; closing the connection")
        cancelExpiry = nil
        link.shutDownSocket()
        fail(PostgresError(.connectionLost, "the server did not answer in time; the connection was closed"))
        return nil
    }
}
