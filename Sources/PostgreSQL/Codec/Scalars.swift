// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials
public import Values

extension Bool: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .bool }
    public static var postgresArrayType: PostgresType { .boolArray }
    public func encode(into writer: inout PostgresWriter) { writer.write(UInt8(self ? 1 : 0)) }

    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Bool {
        let bytes = try field.required(.bool)
        guard bytes.count == 1 else { throw .malformed }
        return bytes[0] != 0
    }
}

extension Int16: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int2 }
    public static var postgresArrayType: PostgresType { .int2Array }
    public func encode(into writer: inout PostgresWriter) { writer.write(self) }
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Int16 { try decodeInteger(field) }
}

extension Int32: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int4 }
    public static var postgresArrayType: PostgresType { .int4Array }
    public func encode(into writer: inout PostgresWriter) { writer.write(self) }
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Int32 { try decodeInteger(field) }
}

extension Int64: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }
    public func encode(into writer: inout PostgresWriter) { writer.write(self) }
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Int64 { try decodeInteger(field) }
}

extension Int: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }
    public func encode(into writer: inout PostgresWriter) { writer.write(Int64(self)) }
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Int { try decodeInteger(field) }
}

extension FixedWidthInteger {
    /// Reads any of the server's integers; a value that does not fit is an error, never cut.
    fileprivate static func decodeInteger(_ field: PostgresField) throws(PostgresDecodingFailure) -> Self {
        let value: Int64
        switch field.type {
        case .int2: value = Int64(try field.integer(Int16.self))
        case .int4: value = Int64(try field.integer(Int32.self))
        case .int8: value = try field.integer(Int64.self)
        default: throw .wrongType(field.type)
        }
        guard let fitting = Self(exactly: value) else { throw .outOfRange }
        return fitting
    }
}

extension Double: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float8 }
    public static var postgresArrayType: PostgresType { .float8Array }
    public func encode(into writer: inout PostgresWriter) { writer.write(bitPattern) }

    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Double {
        switch field.type {
        case .float8: Double(bitPattern: try field.integer(UInt64.self))
        case .float4: Double(Float(bitPattern: try field.integer(UInt32.self)))
        default: throw .wrongType(field.type)
        }
    }
}

/// A string takes the type of the place where it stands: text, varchar, an enum, an interval. Cast it where the place has none
/// (`jsonb_build_object($1::text, …)`).
extension String: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .inferred }
    public static var postgresFormat: PostgresFormat { .text }
    public static var postgresElementType: PostgresType { .text }
    public static var postgresArrayType: PostgresType { .textArray }

    public func encode(into writer: inout PostgresWriter) {
        // libpq would cut the text at the zero byte without a word.
        if utf8.contains(0) { writer.refuse("holds a zero byte, which PostgreSQL cannot store in text") }
        writer.write(contentsOf: utf8)
    }

    /// Any type whose binary form is its text: text, varchar, char(n), name, json, enums, domains over them. The types whose
    /// binary form is something else are refused by name.
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> String {
        guard !notText.contains(field.type) else { throw .wrongType(field.type) }
        guard let text = String(validating: try field.required(), as: UTF8.self) else { throw .malformed }
        return text
    }

    private static let notText: Set<PostgresType> = [
        .bool, .bytea, .int8, .int2, .int4, .float4, .float8, .timestamp, .timestamptz, .numeric, .uuid, .jsonb, .boolArray,
        .byteaArray, .int2Array, .int4Array, .textArray, .int8Array, .float8Array, .timestamptzArray, .uuidArray, .jsonbArray,
    ]
}

extension UUID: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .uuid }
    public static var postgresArrayType: PostgresType { .uuidArray }
    public func encode(into writer: inout PostgresWriter) {
        withUnsafeBytes(of: uuid) { writer.write(contentsOf: $0) }
    }

    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> UUID {
        let bytes = try field.required(.uuid)
        guard bytes.count == 16 else { throw .malformed }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// timestamptz, which counts microseconds; nanoseconds below are dropped.
extension Instant: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .timestamptz }
    public static var postgresArrayType: PostgresType { .timestamptzArray }

    public func encode(into writer: inout PostgresWriter) {
        guard Instant.postgresRange.contains(seconds) else {
            writer.refuse("lies outside 4713 BC to AD 294246, which is all that can be stored")
            return writer.write(Int64(0))
        }
        writer.write(microsecondsSinceUnixEpoch - Instant.postgresEpochMicroseconds)
    }

    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Instant {
        _ = try field.required(.timestamptz)
        let microseconds = try field.integer(Int64.self)
        // The two ends stand for -infinity and infinity, which are no instants.
        guard microseconds != .min, microseconds != .max else { throw .outOfRange }
        let (sinceUnixEpoch, overflow) = microseconds.addingReportingOverflow(Instant.postgresEpochMicroseconds)
        guard !overflow else { throw .outOfRange }
        return Instant(microsecondsSinceUnixEpoch: sinceUnixEpoch)
    }

    /// 2000-01-01T00:00:00Z, from which PostgreSQL counts.
    private static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000
    /// In seconds since 1970: from the server's first instant to the last of which the microseconds fit in 64 bits.
    private static let postgresRange: Range<Int64> = -210_866_803_200..<9_223_372_036_854
}

/// jsonb; json columns can be read as well.
extension JSON: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .jsonb }
    public static var postgresArrayType: PostgresType { .jsonbArray }

    public func encode(into writer: inout PostgresWriter) {
        writer.write(JSON.binaryVersion)
        writer.write(contentsOf: utf8)
    }

    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> JSON {
        var bytes = try field.required(.json, .jsonb)[...]
        if field.type == .jsonb {
            guard bytes.popFirst() == binaryVersion else { throw .malformed }
        }
        do { return try parse(utf8: Array(bytes)) } catch { throw .malformed }
    }

    /// The server's binary form of jsonb is this byte and then the text.
    private static let binaryVersion: UInt8 = 1
}

/// SQL NULL.
extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }
    public static var postgresFormat: PostgresFormat { Wrapped.postgresFormat }
    public func encode(into writer: inout PostgresWriter) {
        if let self { self.encode(into: &writer) } else { writer.writeNull() }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Wrapped? {
        field.bytes == nil ? nil : try Wrapped.decode(field)
    }
}
