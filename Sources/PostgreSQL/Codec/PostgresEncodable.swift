// SPDX-License-Identifier: EUPL-1.2

/// A value that can be a parameter of a statement.
public protocol PostgresEncodable: Sendable {
    /// The parameter's type, stated when the statement is prepared.
    static var postgresType: PostgresType { get }
    /// Binary, unless the type must be inferred by the server.
    static var postgresFormat: PostgresFormat { get }
    /// Writes the value, or NULL, or the reason why PostgreSQL cannot hold it.
    func encode(into writer: inout PostgresWriter)
}

extension PostgresEncodable {
    public static var postgresFormat: PostgresFormat { .binary }
}

/// Collects the bytes of one value.
public struct PostgresWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var isNull = false
    private(set) var refusal: String?

    /// In network byte order, as the protocol has all integers.
    public mutating func write(_ integer: some FixedWidthInteger) {
        withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func write(contentsOf bytes: some Sequence<UInt8>) { self.bytes.append(contentsOf: bytes) }

    public mutating func writeNull() { isNull = true }

    /// Says why the value cannot be stored; `reason` must not hold the value itself.
    public mutating func refuse(_ reason: String) { refusal = refusal ?? reason }

    /// Writes a length and then what `body` writes, or -1 when that is NULL.
    mutating func writeCounted(_ body: (inout PostgresWriter) -> Void) {
        let start = bytes.count
        write(Int32(0))
        body(&self)
        let length = isNull ? -1 : Int32(truncatingIfNeeded: bytes.count - start - 4)
        isNull = false
        patch(length, at: start)
    }

    mutating func patch(_ integer: Int32, at offset: Int) {
        withUnsafeBytes(of: integer.bigEndian) { source in
            for index in 0..<4 { bytes[offset + index] = source[index] }
        }
    }

    /// Ends a value and begins the next; true when the ended one was NULL.
    mutating func endValue() -> Bool {
        defer { isNull = false }
        return isNull
    }
}

/// The parameters of one statement in one block of memory, as libpq's parallel arrays want them.
struct EncodedParameters: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each value begins in `bytes`; -1 for NULL.
    private(set) var offsets: [Int] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []
    private(set) var types: [PostgresType] = []
    /// Why the statement cannot be sent.
    private(set) var refusal: String?

    init(_ values: [any PostgresEncodable]) {
        var writer = PostgresWriter()
        for (index, value) in values.enumerated() {
            let start = writer.bytes.count
            value.encode(into: &writer)
            let isNull = writer.endValue()
            offsets.append(isNull ? -1 : start)
            lengths.append(Int32(truncatingIfNeeded: writer.bytes.count - start))
            // libpq reads text up to its zero byte and ignores the length.
            writer.write(UInt8(0))
            formats.append(type(of: value).postgresFormat.rawValue)
            types.append(type(of: value).postgresType)
            if refusal == nil, let reason = writer.refusal { refusal = "parameter $\(index + 1) \(reason)" }
        }
        bytes = writer.bytes
    }
}
