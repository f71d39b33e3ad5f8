// SPDX-License-Identifier: EUPL-1.2

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    static func decode(_ field: PostgresField) throws(PostgresDecodingFailure) -> Self
}

/// One column of one row, in binary format. It is valid only during the call of `decode(_:)` that it is given to.
public struct PostgresField {
    public let type: PostgresType
    /// Nil for NULL.
    public let bytes: UnsafeRawBufferPointer?

    /// The bytes of a field that must not be NULL.
    public func required() throws(PostgresDecodingFailure) -> UnsafeRawBufferPointer {
        guard let bytes else { throw .null }
        return bytes
    }

    /// The bytes of a field that must be of one of `types` and not NULL.
    public func required(_ types: PostgresType...) throws(PostgresDecodingFailure) -> UnsafeRawBufferPointer {
        guard types.contains(type) else { throw .wrongType(type) }
        return try required()
    }

    /// Reads an integer in network byte order that fills the whole field.
    func integer<Integer: FixedWidthInteger>(_: Integer.Type) throws(PostgresDecodingFailure) -> Integer {
        let bytes = try required()
        guard bytes.count == MemoryLayout<Integer>.size else { throw .malformed }
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }
}

/// Why a column could not be read as the type that was asked for.
public enum PostgresDecodingFailure: Error, Hashable, CustomStringConvertible {
    case null
    case wrongType(PostgresType)
    case outOfRange
    case malformed

    public var description: String {
        switch self {
        case .null: "it is NULL; decode it as an optional"
        case .wrongType(let type): "the column is \(type); cast it in the statement or decode it as another type"
        case .outOfRange: "the value does not fit"
        case .malformed: "the bytes are not what the type should have"
        }
    }
}
