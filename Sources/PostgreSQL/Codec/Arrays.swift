// SPDX-License-Identifier: EUPL-1.2

/// A type of which arrays can be parameters and columns.
///
/// Arrays have a protocol of their own, because `[UInt8]` is not an array to PostgreSQL but bytea: a type says here what a Swift
/// array of it is.
public protocol PostgresArrayElement: Sendable {
    /// The type of one element inside the array.
    static var postgresElementType: PostgresType { get }
    /// The type of the array.
    static var postgresArrayType: PostgresType { get }
    static func encodeArray(_ elements: [Self], into writer: inout PostgresWriter)
    static func decodeArray(_ field: PostgresField) throws(PostgresDecodingFailure) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func encode(into writer: inout PostgresWriter) { Element.encodeArray(self, into: &writer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> [Element] {
        try Element.decodeArray(field)
    }
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    public static var postgresElementType: PostgresType { postgresType }

    public static func encodeArray(_ elements: [Self], into writer: inout PostgresWriter) {
        writer.write(Int32(elements.isEmpty ? 0 : 1))
        // "May hold NULLs": the server looks for itself.
        writer.write(Int32(0))
        writer.write(postgresElementType.rawValue)
        guard !elements.isEmpty else { return }
        writer.write(Int32(truncatingIfNeeded: elements.count))
        writer.write(Int32(1))
        for element in elements { writer.writeCounted { element.encode(into: &$0) } }
    }

    public static func decodeArray(_ field: PostgresField) throws(PostgresDecodingFailure) -> [Self] {
        var reader = ArrayReader(bytes: try field.required())
        guard isArray(field.type) else { throw .wrongType(field.type) }
        let dimensions = try reader.integer()
        _ = try reader.integer()
        let elementType = PostgresType(rawValue: UInt32(bitPattern: try reader.integer()))
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw .wrongType(field.type) }
        let count = try reader.integer()
        _ = try reader.integer()
        guard count >= 0, Int(count) <= reader.bytes.count else { throw .malformed }
        var elements: [Self] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count { elements.append(try decode(PostgresField(type: elementType, bytes: try reader.counted()))) }
        return elements
    }

    /// The scalars known here are no arrays; of every other type the header is believed.
    private static func isArray(_ type: PostgresType) -> Bool {
        let scalars: Set<PostgresType> = [
            .bool, .bytea, .char, .name, .int8, .int2, .int4, .text, .json, .float4, .float8, .bpchar, .varchar, .timestamp,
            .timestamptz, .numeric, .uuid, .jsonb,
        ]
        return !scalars.contains(type)
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {
    public static var postgresElementType: PostgresType { Wrapped.postgresElementType }
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

/// bytea.
extension UInt8: PostgresArrayElement {
    public static var postgresElementType: PostgresType { .char }
    public static var postgresArrayType: PostgresType { .bytea }
    public static func encodeArray(_ elements: [UInt8], into writer: inout PostgresWriter) { writer.write(contentsOf: elements) }
    public static func decodeArray(_ field: PostgresField) throws(PostgresDecodingFailure) -> [UInt8] {
        Array(try field.required(.bytea))
    }
}

/// bytea[].
extension Array: PostgresArrayElement where Element == UInt8 {
    public static var postgresArrayType: PostgresType { .byteaArray }
}

/// Walks through the binary form of an array, never past its end.
private struct ArrayReader {
    var bytes: Slice<UnsafeRawBufferPointer>

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes[...] }

    mutating func integer() throws(PostgresDecodingFailure) -> Int32 {
        guard bytes.count >= 4 else { throw .malformed }
        defer { bytes = bytes.dropFirst(4) }
        return Int32(bigEndian: UnsafeRawBufferPointer(rebasing: bytes.prefix(4)).loadUnaligned(as: Int32.self))
    }

    /// Nil for a length of -1, which is NULL.
    mutating func counted() throws(PostgresDecodingFailure) -> UnsafeRawBufferPointer? {
        let length = Int(try integer())
        guard length != -1 else { return nil }
        guard length >= 0, length <= bytes.count else { throw .malformed }
        defer { bytes = bytes.dropFirst(length) }
        return UnsafeRawBufferPointer(rebasing: bytes.prefix(length))
    }
}
