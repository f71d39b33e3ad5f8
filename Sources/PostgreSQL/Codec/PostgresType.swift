// SPDX-License-Identifier: EUPL-1.2

/// A data type of the server, by its object identifier in `pg_type`.
public struct PostgresType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Left to the server to infer from where the parameter stands.
    public static let inferred = PostgresType(0)

    public static let bool = PostgresType(16)
    public static let bytea = PostgresType(17)
    public static let char = PostgresType(18)
    public static let name = PostgresType(19)
    public static let int8 = PostgresType(20)
    public static let int2 = PostgresType(21)
    public static let int4 = PostgresType(23)
    public static let text = PostgresType(25)
    public static let json = PostgresType(114)
    public static let float4 = PostgresType(700)
    public static let float8 = PostgresType(701)
    public static let bpchar = PostgresType(1042)
    public static let varchar = PostgresType(1043)
    public static let timestamp = PostgresType(1114)
    public static let timestamptz = PostgresType(1184)
    public static let numeric = PostgresType(1700)
    public static let uuid = PostgresType(2950)
    public static let jsonb = PostgresType(3802)

    public static let boolArray = PostgresType(1000)
    public static let byteaArray = PostgresType(1001)
    public static let int2Array = PostgresType(1005)
    public static let int4Array = PostgresType(1007)
    public static let textArray = PostgresType(1009)
    public static let int8Array = PostgresType(1016)
    public static let float8Array = PostgresType(1022)
    public static let timestamptzArray = PostgresType(1185)
    public static let uuidArray = PostgresType(2951)
    public static let jsonbArray = PostgresType(3807)
}

extension PostgresType: CustomStringConvertible {
    public var description: String { PostgresType.names[self] ?? "the type with oid \(rawValue)" }

    private static let names: [PostgresType: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .text: "text", .json: "json", .float4: "float4", .float8: "float8", .bpchar: "char(n)", .varchar: "varchar",
        .timestamp: "timestamp without time zone", .timestamptz: "timestamptz", .numeric: "numeric", .uuid: "uuid",
        .jsonb: "jsonb", .boolArray: "bool[]", .byteaArray: "bytea[]", .int2Array: "int2[]", .int4Array: "int4[]",
        .textArray: "text[]", .int8Array: "int8[]", .float8Array: "float8[]", .timestamptzArray: "timestamptz[]",
        .uuidArray: "uuid[]", .jsonbArray: "jsonb[]",
    ]
}

/// How a parameter is written on the wire.
public enum PostgresFormat: Int32, Sendable {
    case text = 0
    case binary = 1
}
