// SPDX-License-Identifier: EUPL-1.2

internal import CRabbitMQ
import Glibc

/// A table of AMQP's with memory of its own, for as long as the object lives.
final class FieldTable {
    private var entries: UnsafeMutablePointer<amqp_table_entry_t>
    private let count: Int
    private var texts: [UnsafeMutablePointer<CChar>] = []
    private let nested: [FieldTable]

    init(_ values: [String: RabbitValue], nested: [String: FieldTable] = [:]) {
        count = values.count + nested.count
        entries = .allocate(capacity: max(count, 1))
        self.nested = Array(nested.values)
        var index = 0
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            var entry = amqp_table_entry_t()
            entry.key = keep(key)
            entry.value = field(value)
            entries.advanced(by: index).initialize(to: entry)
            index += 1
        }
        for (key, table) in nested {
            var entry = amqp_table_entry_t()
            entry.key = keep(key)
            entry.value.kind = UInt8(ascii: "F")
            entry.value.value.table = table.table
            entries.advanced(by: index).initialize(to: entry)
            index += 1
        }
    }

    deinit {
        entries.deallocate()
        for text in texts { free(text) }
    }

    private var table: amqp_table_t { amqp_table_t(num_entries: Int32(count), entries: entries) }

    /// Lends the table to the library for the length of a call.
    func withTable<Result>(_ body: (UnsafePointer<amqp_table_t>) -> Result) -> Result {
        withExtendedLifetime(self) { withUnsafePointer(to: table, body) }
    }

    private func keep(_ text: String) -> amqp_bytes_t {
        let length = text.utf8.count
        guard let copy = strdup(text) else { return amqp_bytes_t() }
        texts.append(copy)
        return amqp_bytes_t(len: length, bytes: copy)
    }

    private func field(_ value: RabbitValue) -> amqp_field_value_t {
        var field = amqp_field_value_t()
        switch value {
        case .string(let text):
            field.kind = UInt8(ascii: "S")
            field.value.bytes = keep(text)
        case .integer(let number):
            field.kind = UInt8(ascii: "l")
            field.value.i64 = number
        case .boolean(let flag):
            field.kind = UInt8(ascii: "t")
            field.value.boolean = flag ? 1 : 0
        case .double(let number):
            field.kind = UInt8(ascii: "d")
            field.value.f64 = number
        case .timestamp(let seconds):
            field.kind = UInt8(ascii: "T")
            field.value.u64 = seconds
        }
        return field
    }
}

extension RabbitValue {
    /// Reads a table that came in. Values of kinds that this system has no use for are left out.
    static func values(of table: amqp_table_t) -> [String: RabbitValue] {
        var values: [String: RabbitValue] = [:]
        for index in 0..<Int(table.num_entries) {
            guard let entries = table.entries else { break }
            values[entries[index].key.text] = RabbitValue(entries[index].value)
        }
        return values
    }

    private init?(_ field: amqp_field_value_t) {
        switch field.kind {
        case UInt8(ascii: "S"): self = .string(field.value.bytes.text)
        case UInt8(ascii: "t"): self = .boolean(field.value.boolean != 0)
        case UInt8(ascii: "b"): self = .integer(Int64(field.value.i8))
        case UInt8(ascii: "B"): self = .integer(Int64(field.value.u8))
        case UInt8(ascii: "s"): self = .integer(Int64(field.value.i16))
        case UInt8(ascii: "u"): self = .integer(Int64(field.value.u16))
        case UInt8(ascii: "I"): self = .integer(Int64(field.value.i32))
        case UInt8(ascii: "i"): self = .integer(Int64(field.value.u32))
        case UInt8(ascii: "l"): self = .integer(field.value.i64)
        case UInt8(ascii: "d"): self = .double(field.value.f64)
        case UInt8(ascii: "T"): self = .timestamp(field.value.u64)
        default: return nil
        }
    }
}
