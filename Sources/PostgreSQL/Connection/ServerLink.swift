// SPDX-License-Identifier: EUPL-1.2

import CPostgreSQL
import Glibc
import Logging

/// Owns one `PGconn` in non-blocking pipeline mode: the only place that calls libpq to send and receive.
///
/// libpq is not thread-safe for one connection; a link is confined to the thread of its connection's reactor.
final class ServerLink {
    private let connection: OpaquePointer
    private let notices: NoticeSink
    let descriptor: Int32
    let cancelHandle: CancelHandle

    /// Connects, which blocks for up to the connect timeout for each host.
    static func open(_ configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) -> ServerLink {
        let keywords = configuration.keywords.map { strdup($0.keyword) } + [nil]
        let values = configuration.keywords.map { strdup($0.value) } + [nil]
        defer { for text in keywords + values { free(text) } }
        let connection = keywords.map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectdbParams(keywords.baseAddress, values.baseAddress, 1)
            }
        }
        guard let connection else { throw PostgresError(.connectFailed, "out of memory") }
        guard PQstatus(connection) == CONNECTION_OK, PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1,
            let cancel = PQgetCancel(connection)
        else {
            defer { PQfinish(connection) }
            throw PostgresError(.connectFailed, trimmed(PQerrorMessage(connection)))
        }
        return ServerLink(connection, CancelHandle(taking: cancel), NoticeSink(logger: logger))
    }

    private init(_ connection: OpaquePointer, _ cancelHandle: CancelHandle, _ notices: NoticeSink) {
        self.connection = connection
        self.cancelHandle = cancelHandle
        self.notices = notices
        descriptor = PQsocket(connection)
        PQsetNoticeReceiver(connection, receiveNotice, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { PQfinish(connection) }

    var isBad: Bool { PQstatus(connection) == CONNECTION_BAD }
    var backendProcess: Int32 { PQbackendPID(connection) }

    /// No transaction is open and no command is under way.
    var isOutsideTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

    /// A statement of the open transaction has failed.
    var isInAbortedTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INERROR }

    /// Why the connection is gone: the server's parting words if it said any, else libpq's.
    var lossError: PostgresError {
        if let parting = notices.parting { return parting.asLostConnection(commit: false) }
        let message = trimmed(PQerrorMessage(connection))
        return PostgresError(.connectionLost, message.isEmpty ? "the connection was closed" : message)
    }

    // MARK: Sending

    func sendPrepare(_ name: String, _ sql: String, types: [PostgresType]) -> Bool {
        types.map(\.rawValue).withUnsafeBufferPointer {
            PQsendPrepare(connection, name, sql, Int32($0.count), $0.baseAddress) == 1
        }
    }

    func sendExecute(_ name: String, _ parameters: EncodedParameters) -> Bool {
        parameters.bytes.withUnsafeBytes { bytes in
            let pointers = parameters.offsets.map { offset -> UnsafePointer<CChar>? in
                offset < 0 ? nil : bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            return PQsendQueryPrepared(
                connection, name, Int32(pointers.count), pointers, parameters.lengths, parameters.formats, binaryResults) == 1
        }
    }

    /// One command without parameters.
    func sendCommand(_ sql: String) -> Bool {
        PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, binaryResults) == 1
    }

    func sendSync() -> Bool { PQpipelineSync(connection) == 1 }

    /// Several statements in one text, which libpq sends outside pipeline mode only.
    func sendScript(_ sql: String) -> Bool { PQexitPipelineMode(connection) == 1 && PQsendQuery(connection, sql) == 1 }

    func endScript() -> Bool { PQenterPipelineMode(connection) == 1 }

    enum Flush { case done, pending, failed }

    func flush() -> Flush {
        switch PQflush(connection) {
        case 0: .done
        case 1: .pending
        default: .failed
        }
    }

    /// Wakes whatever waits for this socket, here and in the server. The descriptor stays open until the link goes.
    func shutDownSocket() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    // MARK: Receiving

    /// False when the connection is gone.
    func readInput() -> Bool { PQconsumeInput(connection) == 1 }

    /// Whether `nextResult()` would have to wait.
    var isBusy: Bool { PQisBusy(connection) != 0 }

    /// Nil when the answer to one command is complete.
    func nextResult() -> OpaquePointer? { PQgetResult(connection) }

    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }

    var lastError: String { trimmed(PQerrorMessage(connection)) }

    private let binaryResults: Int32 = 1
}

/// Takes what the server says beside the results, which libpq would print on standard error.
private final class NoticeSink {
    private let logger: Logger
    /// A fatal error that came while no query ran: why the server is about to hang up.
    private(set) var parting: PostgresError?

    init(logger: Logger) { self.logger = logger }

    func receive(_ result: OpaquePointer) {
        let notice = PostgresError(result: result, statement: nil)
        let severity = PQresultErrorField(result, cpostgresql_diag_severity).map { String(cString: $0) }
        if severity == "FATAL" || severity == "PANIC" { parting = notice }
        logger.debug(
            "PostgreSQL notice",
            metadata: [
                "db.severity": "\(severity ?? "")", "db.sqlstate": "\(notice.sqlState ?? "")", "db.message": "\(notice.message)",
            ])
    }
}

private func receiveNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let context, let result else { return }
    Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
}
