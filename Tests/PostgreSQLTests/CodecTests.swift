// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
import PostgreSQL
import Testing
import Values

extension ServerTests {
    @Suite("Codec")
    struct CodecTests {
        /// One value that goes to the server and must come back, both by the wire and as the server writes it as text.
        struct Case: Sendable, CustomTestStringConvertible {
            let type: String
            let text: String?
            let testDescription: String
            let check: @Sendable (isolated PostgresConnection) async throws -> (Bool, String?)

            init<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ type: String, _ value: Value, _ text: String?) {
                self.type = type
                self.text = text
                testDescription = "\(type) \(text ?? "NULL")".prefix(60).description
                check = { connection in
                    let statement = Statement("round_trip", "select $1::\(type) as value, ($1::\(type))::text as text")
                    let rows = try await connection.query(statement, value)
                    return (try rows[0].decode("value", as: Value.self) == value, try rows[0].decode("text", as: String?.self))
                }
            }
        }

        static let scalars: [Case] = [
            Case("bool", true, "true"), Case("bool", false, "false"), Case("bool", Bool?.none, nil),
            Case("int2", Int16.min, "-32768"), Case("int2", Int16.max, "32767"), Case("int2", Int16?.none, nil),
            Case("int4", Int32.min, "-2147483648"), Case("int4", Int32.max, "2147483647"), Case("int4", Int32?.none, nil),
            Case("int8", Int64.min, "-9223372036854775808"), Case("int8", Int64.max, "9223372036854775807"),
            Case("int8", Int.max, "9223372036854775807"), Case("int8", 0, "0"), Case("int8", Int64?.none, nil),
            Case("float8", 0.1, "0.1"), Case("float8", -Double.infinity, "-Infinity"),
            Case("float8", Double.greatestFiniteMagnitude, "1.7976931348623157e+308"), Case("float8", Double?.none, nil),
            Case("text", "", ""), Case("text", "Zoë 🧭 \\ ' \" \n", "Zoë 🧭 \\ ' \" \n"), Case("text", String?.none, nil),
            Case("text", String(repeating: "é", count: 500_000), String(repeating: "é", count: 500_000)),
            Case("bytea", [UInt8](), "\\x"), Case("bytea", [UInt8]([0, 1, 0xFF]), "\\x0001ff"), Case("bytea", [UInt8]?.none, nil),
            Case("uuid", UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), "01020304-0506-0708-090a-0b0c0d0e0f10"),
            Case("uuid", UUID?.none, nil),
            Case("timestamptz", Instant(microsecondsSinceUnixEpoch: 0), "1970-01-01 00:00:00+00"),
            Case("timestamptz", Instant(microsecondsSinceUnixEpoch: -1), "1969-12-31 23:59:59.999999+00"),
            Case("timestamptz", Instant(seconds: 946_684_800, nanoseconds: 1_000), "2000-01-01 00:00:00.000001+00"),
            Case("timestamptz", Instant(seconds: -210_866_803_200), "4714-11-24 00:00:00+00 BC"),
            Case("timestamptz", Instant(seconds: 9_223_372_036_853), "294247-01-10 04:00:53+00"),
            Case("timestamptz", Instant?.none, nil),
            Case("jsonb", JSON.object(["a": [1, .number(2.5), true, .null, "x\u{1F9ED}"]]), "{\"a\": [1, 2.5, true, null, \"x🧭\"]}"),
            Case("jsonb", JSON.null, "null"), Case("jsonb", JSON?.none, nil),
        ]

        static let arrays: [Case] = [
            Case("int2[]", [Int16.min, 0, .max], "{-32768,0,32767}"), Case("int4[]", [Int32.min, .max], "{-2147483648,2147483647}"),
            Case("int8[]", [Int64.min, .max], "{-9223372036854775808,9223372036854775807}"), Case("int8[]", [1, 2, 3], "{1,2,3}"),
            Case("int8[]", [Int](), "{}"), Case("int8[]", [Int]?.none, nil), Case("int8[]", [1, nil, 3], "{1,NULL,3}"),
            Case("bool[]", [true, false], "{t,f}"), Case("bool[]", [true, nil], "{t,NULL}"),
            Case("text[]", ["", "NULL", "a,b", "Zoë"], "{\"\",\"NULL\",\"a,b\",Zoë}"), Case("text[]", ["a", nil], "{a,NULL}"),
            Case("text[]", [String](), "{}"), Case("float8[]", [0.5, nil], "{0.5,NULL}"),
            Case("bytea[]", [[UInt8]([1]), []], "{\"\\\\x01\",\"\\\\x\"}"), Case("bytea[]", [[UInt8]([1]), nil], "{\"\\\\x01\",NULL}"),
            Case(
                "uuid[]", [UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)), nil], "{00000000-0000-0000-0000-000000000001,NULL}"
            ),
            Case("timestamptz[]", [Instant(seconds: 1), nil], "{\"1970-01-01 00:00:01+00\",NULL}"),
            Case("jsonb[]", [JSON?.some(.integer(1)), .some(.null), .none], "{1,\"null\",NULL}"),
            Case("int8[]", Array(0..<100_000), "{" + (0..<100_000).map(String.init).joined(separator: ",") + "}"),
        ]

        @Test("every type comes back as it went, and the server reads the same in it")
        func roundTrips() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    try await connection.simple("set timezone = 'UTC'")
                    for item in CodecTests.scalars + CodecTests.arrays {
                        let (isEqual, text) = try await item.check(connection)
                        #expect(isEqual, "\(item.testDescription)")
                        #expect(text == item.text, "\(item.testDescription)")
                    }
                    try await connection.simple("reset timezone")
                }
            }
        }

        @Test("a string takes the type of its place: an enum, an interval, a varchar")
        func inferredStrings() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    try await connection.simple("create type pg_temp.kleur as enum ('rood', 'blauw')")
                    let statement = Statement("places", "select $1::pg_temp.kleur as kleur, $2::interval = '5 minutes' as same")
                    let row = try await connection.query(statement, "rood", "5 min")[0]
                    #expect(try row.decode("kleur", as: String.self) == "rood")
                    #expect(try row.decode("same", as: Bool.self))
                }
            }
        }

        @Test("small integers are read as larger ones, and what does not fit is refused")
        func widening() async throws {
            try await TestServer.withPool(size: 1) { pool in
                try await pool.withConnection { connection in
                    let row = try await connection.query(
                        Statement("ints", "select 7::int2 as a, 70000::int4 as b, 'x'::text as c, null::int8 as d"))[0]
                    #expect(try row.decode("a", as: Int.self) == 7)
                    #expect(try row.decode("b", as: Int64.self) == 70_000)
                    for (column, reason) in [("b", "does not fit"), ("c", "is text"), ("d", "NULL"), ("e", "no column e")] {
                        let error = await postgresError { try row.decode(column, as: Int16.self) }
                        #expect(error?.code == .decoding)
                        #expect(error?.statement == "ints")
                        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
                    }
                }
            }
        }

        @Test(
            "what PostgreSQL cannot hold is refused before it is sent",
            arguments: [
                "holds a zero byte", "lies outside",
            ])
        func unencodable(reason: String) async throws {
            let value: any PostgresEncodable = reason == "lies outside" ? Instant(seconds: .max) : "a\0b"
            try await TestServer.withPool(size: 1) { pool in
                let error = await postgresError {
                    try await pool.withConnection { try await $0.query(Statement("refused", "select $1"), value) }
                }
                #expect(error?.code == .misuse)
                #expect(error?.message.contains(reason) == true)
            }
        }
    }
}
